import { describe, expect, it } from 'vitest';
import { RUNS } from '../../../src/detect/campaign/runs.ts';
import { newTextBook, TEXT_BOOKS } from '../../../src/detect/content/texts.ts';
import { DESTINATIONS } from '../../../src/detect/destination/destinations.ts';
import { createLearned } from '../../../src/detect/learning/learned.ts';
import { createSigns, type OriginSign } from '../../../src/detect/origin/signs.ts';
import { createSeriesIndexes } from '../../../src/detect/series/series-index.ts';
import { BASELINES } from '../../../src/detect/statistics/baseline.ts';
import { newShare, SHARES } from '../../../src/detect/statistics/shares.ts';
import { second } from '../../../src/events/event.ts';
import { fingerprintOf, written } from '../../../src/events/text/fingerprint.ts';
import { DAY_SECONDS } from '../../../src/events/time.ts';
import { at, key, knownBaseline, messageView } from '../support.ts';

const NIGHT = at('2026-10-28T19:00:00Z');
const OLD = 'Joyeux anniversaire, une coupe offerte chez Maison Lise avec STOP 36200';
const STRANGE = 'Your parcel is held at customs, pay the fee at once under this link';
const SHOP = 'lise.example';

/** Alpha has been known for weeks: what it writes, links to, sends from and to, and that its messages are ordered. */
const known = () => {
  const learned = createLearned();
  const first = NIGHT - 20 * DAY_SECONDS;
  learned.of(TEXT_BOOKS).set(key(), {
    ...newTextBook(first),
    days: 20,
    heads: [{ ...fingerprintOf(OLD), first, last: NIGHT - DAY_SECONDS, count: 900 }],
    hosts: [{ host: SHOP, first, last: NIGHT - DAY_SECONDS, count: 900 }],
  });
  learned.of(BASELINES).set(key(), knownBaseline(NIGHT, 1));
  for (const series of [key({ country: 'FR' }), key({ sender: '36200' })])
    learned.of(DESTINATIONS).set(series, { first, last: NIGHT, days: 20, day: NIGHT });
  learned.of(SHARES).set('unordered_order alpha', { ...newShare(), base: 50_000, blocks: 200, errors: 200 });
  return learned;
};

interface Sent {
  readonly text?: string;
  readonly host?: string;
  readonly sender?: string;
  readonly country?: string;
  readonly ordered?: boolean;
  readonly others?: readonly string[];
}
const signsOf = (sent: Sent, learned = known()): OriginSign[] => {
  const { text, host, sender = '36200', country = 'FR', ordered = false, others = [] } = sent;
  const { view, add, send } = messageView();
  for (let second = 0; second < 30; second++) {
    const parts = [key(), key({ category: 'marketing' }), key({ sender }), key({ country })];
    add(NIGHT + second, 3, ordered ? parts : [...parts, key({ order: 'none' })]);
    if (text) send(NIGHT + second, [written(fingerprintOf(text))], [key({ part: 'text' })]);
    if (host) send(NIGHT + second, [host], [key({ part: 'link' })]);
  }
  const index = createSeriesIndexes().of(view);
  const now = second(NIGHT + 29);
  return createSigns(learned)({
    view,
    index,
    provider: 'alpha',
    since: NIGHT,
    at: now,
    unordered: false,
    others,
  });
};

/** What each sign points to, by name. */
const judged = (...of: Parameters<typeof signsOf>): Record<string, OriginSign['points']> =>
  Object.fromEntries(signsOf(...of).map(({ sign, points }) => [sign, points]));

describe('signs of a break-in or a bug', () => {
  it('point to a bug when all is as it was, only more of it', () => {
    expect(judged({ text: OLD, host: SHOP, ordered: true })).toEqual({
      texts: 'bug',
      'last campaign': 'unknown',
      links: 'bug',
      senders: 'bug',
      destinations: 'bug',
      orders: 'bug',
      providers: 'bug',
    });
  });

  it('point to a break-in, each by itself, where something is new', () => {
    expect(judged({ text: STRANGE, host: SHOP }).texts).toBe('break-in');
    expect(judged({ text: OLD, host: 'pay.example' }).links).toBe('break-in');
    expect(judged({ sender: 'PARCELS' }).senders).toBe('break-in');
    expect(judged({ country: 'LV' }).destinations).toBe('break-in');
  });

  it('do not tell who it was when nobody ordered it, or when others are hit as well', () => {
    expect(judged({}).orders).toBe('unknown');
    expect(judged({ others: ['beta'] }).providers).toBe('unknown');
  });

  it('name five others, and say how many more there are', () => {
    const others = ['a', 'b', 'c', 'd', 'e', 'f', 'g'];
    const said = (count: number) =>
      signsOf({ others: others.slice(0, count) }).find(({ sign }) => sign === 'providers')?.says;
    expect(said(5)).toBe('a, b, c, d, e too: look at what they share');
    expect(said(7)).toBe('a, b, c, d, e and 2 more too: look at what they share');
  });

  it('see the last campaign sent again', () => {
    const learned = known();
    const campaign = 'spring';
    const last = {
      series: key({ campaign }),
      metric: 'sent',
      campaign,
      provider: 'alpha',
      last: NIGHT - DAY_SECONDS,
    };
    learned.of(RUNS).set(key({ campaign }), last as never);
    const head = { ...fingerprintOf(OLD), first: NIGHT - DAY_SECONDS, last: NIGHT - DAY_SECONDS, count: 900 };
    learned.of(TEXT_BOOKS).set(key({ campaign }), { ...newTextBook(NIGHT - DAY_SECONDS), heads: [head] });

    expect(judged({ text: OLD }, learned)['last campaign']).toBe('bug');
    expect(judged({ text: STRANGE }, learned)['last campaign']).toBe('unknown');
  });

  it('are unknown of a provider that is not known, or whose stream does not tell', () => {
    const { providers, ...rest } = judged({ text: OLD, host: SHOP }, createLearned());
    expect(new Set(Object.values(rest))).toEqual(new Set(['unknown']));
    expect(providers).toBe('bug');
    expect(judged({}).texts).toBe('unknown');
  });
});
