/**
 * Hack or bug? What points to a break-in, what to a bug, and what is not known, sign by sign; no verdict. In: what was
 * learned, and the windows since an incident began. Out: a short table.
 *
 * Each sign compares what is sent now with what the provider was known for before. Where it was not known for days, or
 * the stream does not tell, the sign is unknown. A bug repeats what is there; who breaks in brings what is new.
 */
import type { Second } from '../../events/event.ts';
import { type SeriesKey, seriesKey } from '../../windows/series.ts';
import { RUNS } from '../campaign/runs.ts';
import { bookName, metricWithTexts, SLOT, slotOf, talliesOf } from '../content/tallies.ts';
import {
  entriesOf,
  isWellKnown,
  knowsHost,
  knowsText,
  nearest,
  TEXT_BOOKS,
  tallySums,
} from '../content/texts.ts';
import { DESTINATIONS } from '../destination/destinations.ts';
import type { Learned } from '../learning/learned.ts';
import type { HeldSeries, SeriesIndex } from '../series/series-index.ts';
import type { WindowsView } from '../series/view-port.ts';
import { BASELINES } from '../statistics/baseline.ts';
import { SHARES } from '../statistics/shares.ts';
import { clarityOf } from '../unordered/orders.ts';

export type Points = 'break-in' | 'bug' | 'unknown';

export interface OriginSign {
  readonly sign: 'texts' | 'last campaign' | 'links' | 'senders' | 'destinations' | 'orders' | 'providers';
  readonly points: Points;
  /** A few words for the table. */
  readonly says: string;
}

export interface SignsInput {
  readonly view: WindowsView;
  readonly index: SeriesIndex;
  readonly provider: string;
  /** When the incident began, and the second in which it is judged. */
  readonly since: Second;
  readonly at: Second;
  /** Whether it was found that nobody asked for the messages. */
  readonly unordered: boolean;
  /** Other providers in which something is as wrong. */
  readonly others: readonly string[];
}

const MOSTLY = 0.5;
/** The most providers that are told by name; of those beyond, only how many they are. */
const NAMED = 5;
/** A provider watched for less, in seconds, has shown too little. */
const KNOWN_FOR = 3 * 86_400;

export const createSigns =
  (learned: Learned) =>
  (input: SignsInput): OriginSign[] => [
    ...textSigns(learned, input),
    ...partSigns(learned, input),
    orderSign(learned, input),
    providerSign(input),
  ];

const textSigns = (learned: Learned, { view, provider, since, at }: SignsInput): OriginSign[] => {
  const books = learned.of(TEXT_BOOKS);
  const own = books.get(bookName(provider));
  const slots = [slotOf(at) - SLOT, slotOf(at)];
  const metric = metricWithTexts(view, provider, slots);
  const entries = entriesOf(talliesOf(view, { metric, provider, part: 'text' }, slots));
  const hosts = [...tallySums(talliesOf(view, { metric, provider, part: 'link' }, slots)).keys()].sort();
  const all = entries.reduce((sum, { count }) => sum + count, 0);
  if (all === 0 || !isWellKnown(own, at)) {
    const says = all === 0 ? 'the stream carries no texts' : 'not known for long enough';
    return (['texts', 'last campaign', 'links'] as const).map((sign) => ({ sign, points: 'unknown', says }));
  }
  const known = entries.reduce((sum, { print, count }) => sum + (knowsText(own, print, at) ? count : 0), 0);
  const strange = hosts.filter((host) => !knowsHost(own, host, at));
  const last = lastCampaign(learned, provider, since);
  const ofLast = entries.reduce(
    (sum, { print, count }) => sum + (last && nearest(last.heads, print) ? count : 0),
    0,
  );
  return [
    known >= MOSTLY * all
      ? { sign: 'texts', points: 'bug', says: 'texts it has sent before' }
      : { sign: 'texts', points: 'break-in', says: 'texts it has never sent before' },
    ofLast >= MOSTLY * all && last
      ? { sign: 'last campaign', points: 'bug', says: `the text of its last campaign, ${last.campaign}` }
      : { sign: 'last campaign', points: 'unknown', says: 'not the text of its last campaign' },
    strange.length > 0
      ? { sign: 'links', points: 'break-in', says: `links to ${strange[0]}, which is new` }
      : { sign: 'links', points: 'bug', says: hosts.length > 0 ? 'only links that are known' : 'no links' },
  ];
};

/** The campaign that was taught last before an incident. */
const lastCampaign = (learned: Learned, provider: string, since: Second) => {
  const runs = [...learned.of(RUNS).values()]
    .filter((run) => run.provider === provider && run.last < since)
    .sort((a, b) => b.last - a.last || (a.series < b.series ? -1 : 1));
  for (const { campaign } of runs) {
    const book = learned.of(TEXT_BOOKS).get(bookName(provider, campaign));
    if (book) return { campaign, heads: book.heads };
  }
  return undefined;
};

/** Two signs: whether any sender or country that is used now is new. */
const partSigns = (learned: Learned, { index, provider, since, at }: SignsInput): OriginSign[] => {
  const known = learned.of(DESTINATIONS);
  const group = index.byProvider.get(provider) ?? [];
  const oldest = Math.min(at, ...group.flatMap(({ all }) => (all ? [bornOf(learned, all.key, at)] : [])));
  const judge = (
    sign: 'senders' | 'destinations',
    parts: readonly HeldSeries[],
    what: string,
  ): OriginSign => {
    const used = parts.filter(({ counts }) => counts.sum(since, at) > 0);
    if (used.length === 0) return { sign, points: 'unknown', says: `the stream tells no ${what}` };
    if (at - oldest < KNOWN_FOR) return { sign, points: 'unknown', says: 'not known for long enough' };
    const strange = used.find(({ key }) => (known.get(key)?.first ?? at) >= since);
    return strange
      ? { sign, points: 'break-in', says: `${strange.name}, which is new` }
      : { sign, points: 'bug', says: `only ${what} that are known` };
  };
  return [
    judge(
      'senders',
      group.flatMap(({ senders }) => senders),
      'senders',
    ),
    judge(
      'destinations',
      group.flatMap(({ countries }) => countries),
      'countries',
    ),
  ];
};

/** Since when a series has been watched, in epoch seconds. */
const bornOf = (learned: Learned, key: SeriesKey, at: number): number => {
  const baseline = learned.of(BASELINES).get(key);
  return baseline ? baseline.born * 60 : at;
};

const orderSign = (learned: Learned, { view, provider, since, at, unordered }: SignsInput): OriginSign => {
  const sign = 'orders';
  if (clarityOf(learned.of(SHARES).get(`unordered_order ${provider}`)) === 'blind')
    return { sign, points: 'unknown', says: 'its messages do not usually carry our orders' };
  const sent = view.sum(seriesKey({ metric: 'sent', provider }), since, at);
  const without = view.sum(seriesKey({ metric: 'sent', provider, order: 'none' }), since, at);
  return unordered || without >= MOSTLY * sent
    ? {
        sign,
        points: 'unknown',
        says: 'no orders of ours: the provider by itself, or a stranger in its account',
      }
    : { sign, points: 'bug', says: 'our own orders: our side asked for them' };
};

const providerSign = ({ provider, others }: SignsInput): OriginSign =>
  others.length === 0
    ? { sign: 'providers', points: 'bug', says: `only ${provider}` }
    : { sign: 'providers', points: 'unknown', says: `${named(others)} too: look at what they share` };

/** Names the first few, and says how many there are besides. */
const named = (names: readonly string[]): string => {
  const left = names.length - NAMED;
  return left > 0 ? `${names.slice(0, NAMED).join(', ')} and ${left} more` : names.join(', ');
};
