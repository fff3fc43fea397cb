import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { SmsEvent } from '../../src/events/event.ts';
import { MINUTE } from '../../src/events/time.ts';
import { createFold } from '../../src/fold/fold.ts';
import type { FoldedBatch } from '../../src/windows/store/store.ts';
import { delivered, failed, sent, submitted, to } from '../support/events.ts';

const BEGIN = Date.parse('2026-10-28T12:00:00Z');
/** From here on the memory reaches back far enough. */
const LATER = BEGIN + 15 * MINUTE;

const newFold = () =>
  createFold({
    isQuiet: () => false,
    categoryOf: () => 'transactional',
    recipientKey: () => ({ key: 'k', high: 0, low: 0 }),
    maskText: (text) => text,
  });
type Records = ReadonlyArray<{ readonly offset: number; readonly event: SmsEvent }>;
const records = (events: readonly SmsEvent[], first = 0): Records =>
  events.map((event, n) => ({ offset: first + n, event }));
const batch = (events: Records, from = events[0]?.offset ?? 0) => ({
  partition: 'kafka:events:0',
  epoch: 1,
  from,
  next: (events.at(-1)?.offset ?? from - 1) + 1,
  events,
  rejected: new Map(),
});

/** Sums over all seconds of the series whose dimensions are asked for. */
const told = (dimensions: RegExp, ...folded: FoldedBatch[]): Record<string, number> => {
  const sums: Record<string, number> = {};
  for (const { counts } of folded)
    for (const series of counts.values())
      for (const [key, n] of series) {
        if (!dimensions.test(key)) continue;
        const name = key.replace('provider=alpha,', '');
        sums[name] = (sums[name] ?? 0) + n;
      }
  return sums;
};
/** What tells how a message was asked for. */
const ASKED = /order=|submission=/;
const fold = (events: readonly SmsEvent[]) => told(ASKED, newFold()(batch(records(events))));
/** Alpha's first submission, so that the memory has begun. */
const first = submitted({ at: BEGIN, id: 'first', order: 'o-first' });
const submittedAndSent = (id: string, at: number, lag = 1_000, more = {}): SmsEvent[] => [
  submitted({ id, at, order: `o-${id}`, ...more }),
  sent({ id, at: at + lag, order: `o-${id}`, ...more }),
];

describe('by its submission', () => {
  it('is known, or has none', () => {
    const events = [
      first,
      ...submittedAndSent('a', LATER),
      sent({ id: 'b', at: LATER + 5_000, order: 'o-b' }),
    ];
    expect(fold(events)).toEqual({ 'sent{submission=known}': 1, 'sent{submission=none}': 1 });
  });

  it.each([
    ['nothing was ever submitted', [sent({ id: 'a', at: LATER, order: 'o' })]],
    ['the memory does not reach back', [first, sent({ id: 'a', at: BEGIN + 9 * MINUTE, order: 'o' })]],
    [
      'another provider submits',
      [submitted({ at: BEGIN, provider: 'beta' }), sent({ id: 'a', at: LATER, order: 'o' })],
    ],
  ])('is not told when %s', (_, events) => {
    expect(fold(events)).toEqual({});
  });

  it('is not told after records that somebody else read, until the memory reaches back again', () => {
    const partition = newFold();
    partition(batch(records([first])));
    const [none] = [sent({ id: 'a', at: LATER, order: 'o' })];
    expect(told(ASKED, partition(batch(records([none as SmsEvent], 1))))).toEqual({
      'sent{submission=none}': 1,
    });
    expect(
      told(ASKED, partition(batch(records([{ ...(none as SmsEvent), id: 'b' } as SmsEvent], 9)))),
    ).toEqual({});
  });

  it('is known after an outage of hours: what was kept for later was submitted', () => {
    const down = Array.from({ length: 50 }, (_, n) =>
      submitted({ id: `q${n}`, at: LATER + n * MINUTE, order: `o${n}` }),
    );
    const up = down.map(
      (event, n) => ({ ...event, type: 'sent' as const, at: LATER + 300 * MINUTE + n }) as SmsEvent,
    );
    expect(fold([first, ...down, ...up])).toEqual({ 'sent{submission=known}': 50 });
  });

  it('is known late when it comes after its message, in the second of that', () => {
    const [before, after] = submittedAndSent('a', LATER);
    const folded = newFold()(batch(records([first, after as SmsEvent, before as SmsEvent])));
    expect(told(ASKED, folded)).toEqual({ 'sent{submission=none}': 1, 'sent{submission=late}': 1 });
    const seconds = [...folded.counts].filter(([, series]) =>
      [...series.keys()].some((key) => key.includes('submission=')),
    );
    expect(seconds.map(([at]) => at)).toEqual([(LATER + 1_000) / 1000]);
  });

  it('is known late when it comes after the reports, at a provider that only reports', () => {
    const reports = [delivered({ id: 'a', at: LATER + 2_000 }), failed({ id: 'b', at: LATER + 3_000 })];
    const submissions = ['a', 'b'].map((id) => submitted({ id, at: LATER }));
    const folded = newFold()(batch(records([first, ...reports, ...submissions])));
    expect(told(ASKED, folded)).toEqual({
      'delivered{submission=none}': 1,
      'delivered{submission=late}': 1,
      'failed{submission=none}': 1,
      'failed{submission=late}': 1,
    });
    const seconds = [...folded.counts].filter(([, series]) =>
      [...series.keys()].some((key) => key.includes('submission=late')),
    );
    expect(seconds.map(([at]) => at)).toEqual([(LATER + 2_000) / 1000, (LATER + 3_000) / 1000]);
  });

  it('has none at all where the provider’s id is not ours', () => {
    const events = [
      first,
      submitted({ id: 'ours', at: LATER, order: 'o' }),
      sent({ id: 'theirs', at: LATER + 900, order: 'o' }),
    ];
    expect(fold(events)).toEqual({ 'sent{submission=none}': 1 });
  });

  it('is asked of reports only where the provider never says what it sent', () => {
    const reports = [delivered({ id: 'a', at: LATER }), failed({ id: 'b', at: LATER })];
    expect(fold([first, submitted({ id: 'a', at: LATER }), ...reports])).toEqual({
      'delivered{submission=known}': 1,
      'failed{submission=none}': 1,
    });
    expect(fold([first, ...submittedAndSent('a', LATER), ...reports])).toEqual({
      'sent{submission=known}': 1,
    });
  });
});

describe('how long it took', () => {
  const lags = (events: readonly SmsEvent[]) => told(/lag=/, newFold()(batch(records(events))));

  it('is counted of what was submitted before, in its second', () => {
    const events = [
      first,
      ...submittedAndSent('a', LATER, 3_000),
      ...submittedAndSent('b', LATER, 480_000),
      sent({ at: LATER }),
    ];
    expect(lags(events)).toEqual({ 'sent{lag=5}': 1, 'sent{lag=600}': 1 });
  });

  it('is that of the report where the provider only reports', () => {
    const events = [first, submitted({ id: 'a', at: LATER }), delivered({ id: 'a', at: LATER + 7_000 })];
    expect(lags(events)).toEqual({ 'delivered{lag=10}': 1 });
  });

  it('is not known of what came before its submission', () => {
    const [before, after] = submittedAndSent('a', LATER);
    expect(lags([first, after as SmsEvent, before as SmsEvent])).toEqual({});
  });
});

describe('by its order', () => {
  const once = sent({ id: 'a', at: BEGIN, order: 'o' });
  it.each([
    ['has none', [sent({ at: BEGIN })], { 'sent{order=none}': 1 }],
    ['is sent once', [once], {}],
    ['goes to many persons', [once, sent({ id: 'b', at: BEGIN, order: 'o', to: to(1) })], {}],
    ['is redelivered', [once, once], {}],
    ['goes out again', [once, sent({ id: 'b', at: BEGIN, order: 'o' })], { 'sent{order=twice}': 1 }],
    ['goes out again elsewhere', [once, sent({ id: 'b', at: BEGIN, order: 'o', provider: 'beta' })], {}],
    [
      'is tried again when it has failed',
      [once, failed({ id: 'a', at: BEGIN }), sent({ id: 'b', at: BEGIN, order: 'o' })],
      {},
    ],
    [
      'goes out again after the second try',
      [
        once,
        failed({ id: 'a', at: BEGIN }),
        sent({ id: 'b', at: BEGIN, order: 'o' }),
        sent({ id: 'c', at: BEGIN, order: 'o' }),
      ],
      { 'sent{order=twice}': 1 },
    ],
  ])('%s', (_, events, expected) => {
    expect(fold(events)).toEqual(expected);
  });
});

describe('however it is cut and delivered', () => {
  const ids = fc.constantFrom('a', 'b', 'c', 'd', 'e');
  const event = fc
    .record({ id: ids, order: fc.option(ids, { nil: undefined }), kind: fc.nat(3), minutes: fc.nat(40) })
    .map(({ id, order, kind, minutes }): SmsEvent => {
      const make = [submitted, sent, delivered, failed][kind] ?? sent;
      return make({ id, order, at: BEGIN + minutes * MINUTE });
    });

  it('a stream gives the same', () => {
    fc.assert(
      fc.property(fc.array(event, { maxLength: 60 }), fc.array(fc.nat(60)), (events, cuts) => {
        const whole = told(/./, newFold()(batch(records([first, ...events]))));
        const all = records([first, ...events]);
        const edges = [0, ...cuts.filter((cut) => cut < all.length), all.length].sort((a, b) => a - b);
        const partition = newFold();
        const parts = edges.slice(1).flatMap((end, n) => {
          const part = all.slice(edges[n], end);
          if (part.length === 0) return [];
          // Folded, and not counted: the store was away. It is folded again, and so is what is delivered twice.
          partition(batch(part));
          return [partition(batch(part))];
        });
        expect(told(/./, ...parts)).toEqual(whole);
      }),
    );
  });
});
