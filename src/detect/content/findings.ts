/** From what is wrong or new in texts to findings, each with its sentence. */
import { type Second, second, startOf } from '../../events/event.ts';
import { seriesKey } from '../../windows/series.ts';
import type { Finding } from '../finding.ts';
import type { WatchedSeries } from '../series/classify.ts';
import { place, plural, whoSent } from '../wording.ts';
import { type ContentFinding, FAULT_SECONDS, type NewLinks, type WrongTexts } from './content.ts';

interface TextPlace {
  readonly provider: string;
  readonly metric: 'sent' | 'submitted';
  readonly at: Second;
  /** When the tallies began that were judged, in epoch seconds. */
  readonly since: number;
}

/** The evidence says by 1 and 0 of which kinds the finding is. */
export const textsFinding = (seen: ContentFinding, { provider, metric, at, since }: TextPlace): Finding => ({
  detector: 'content',
  provider,
  ...(seen.campaign === undefined ? {} : { campaign: seen.campaign }),
  series: seriesKey({ metric, provider, campaign: seen.campaign, part: 'text' }),
  at,
  since: startOf(second(since)),
  strength: 'warn',
  evidence: {
    count: seen.count,
    messages: seen.messages,
    newText: seen.kind === 'far_from_campaign' ? 0 : 1,
    otherProvider: seen.kind === 'other_provider' ? 1 : 0,
    farFromCampaign: seen.kind === 'far_from_campaign' ? 1 : 0,
  },
  says: saysTexts({ provider, metric }, seen),
});

type TextOrigin = Pick<TextPlace, 'provider' | 'metric'>;

const saysTexts = (series: TextOrigin, { kind, count, messages, campaign }: ContentFinding): string => {
  const of = `${whoSent(series)} ${count} of ${messages}`;
  switch (kind) {
    case 'new_text':
      return `${of} marketing messages with a text it never had before, which nobody announced`;
    case 'other_provider':
      return `${of} marketing messages with a text that was always another provider’s`;
    case 'far_from_campaign':
      return `${of} messages of campaign ${campaign} with a text far from all that it said before`;
  }
};

export const linksFinding = (seen: NewLinks, { provider, metric, at, since }: TextPlace): Finding => ({
  detector: 'content',
  provider,
  series: seriesKey({ metric, provider, part: 'link' }),
  at,
  since: startOf(second(since)),
  strength: 'warn',
  evidence: { count: seen.count, newLinks: seen.hosts },
  says: saysLinks({ provider, metric }, seen),
});

const saysLinks = (series: TextOrigin, { host, count, hosts }: NewLinks): string => {
  const others = hosts > 1 ? ` and ${plural(hosts - 1, 'other', 'others')}` : '';
  return `${whoSent(series)} ${count} marketing messages with links to ${host}${others}, where it never linked before`;
};

export const wrongTextsFinding = (one: WatchedSeries, seen: WrongTexts, at: Second): Finding => ({
  ...place(one),
  detector: 'content',
  at,
  since: startOf(second(at - FAULT_SECONDS + 1)),
  strength: seen.strength,
  evidence: { count: seen.count, messages: seen.messages, seconds: FAULT_SECONDS },
  says: saysWrongTexts(one, seen),
});

/** What is wrong with a text, by the name of its fault (events/text/faults.ts). */
const WRONG: Readonly<Record<string, string>> = {
  unfilled: 'in whose text a name or a value was never filled in',
  blank: 'without any text',
  garbled: 'whose text is garbled',
};

const saysWrongTexts = (series: WatchedSeries, { count, messages }: WrongTexts): string =>
  `${whoSent(series)} ${count} messages (of ${messages}) in ${FAULT_SECONDS} s ${WRONG[series.name ?? ''] ?? ''}`;
