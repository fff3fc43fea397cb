import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Ms, ms, type Second, second } from '../../src/events/event.ts';
import { REGISTERS } from '../../src/windows/distinct.ts';
import { MOST } from '../../src/windows/quarters.ts';
import { type SeriesKey, seriesKey } from '../../src/windows/series.ts';
import type { WindowChanges } from '../../src/windows/store/store.ts';
import { createView } from '../../src/windows/view.ts';

const BASE = 1_793_213_400;
const series = seriesKey({ metric: 'sent', provider: 'alpha' });
const changes = (
  counts: ReadonlyMap<number, number>,
  watermarks: Record<string, number> = {},
  countedAt: Record<string, number> = {},
): WindowChanges => ({
  cursor: {},
  partitions: Object.entries(watermarks).map(([partition, at]) => ({
    partition,
    next: 0,
    watermark: ms(at),
    countedAt: ms(countedAt[partition] ?? 1_000_000),
  })),
  counts: new Map([...counts].map(([at, n]) => [second(at), new Map<SeriesKey, number>([[series, n]])])),
  distinct: new Map(),
  tallies: new Map(),
  samples: new Map(),
  announced: new Map(),
});

describe('the view', () => {
  test('sums any stretch of the last hour as a plain sum would, whatever came in which order', () => {
    const update = fc.array(fc.tuple(fc.nat(3_500), fc.nat(1_000)), { minLength: 1, maxLength: 60 });
    fc.assert(
      fc.property(
        fc.array(update, { minLength: 1, maxLength: 4 }),
        fc.nat(3_500),
        fc.nat(3_500),
        (updates, a, b) => {
          const view = createView();
          const plain = new Map<number, number>();
          for (const entries of updates) {
            const counts = new Map(entries.map(([at, n]) => [BASE + at, n]));
            for (const [at, n] of counts) plain.set(at, n);
            view.update(changes(counts));
          }
          const [from, to] = [BASE + Math.min(a, b), BASE + Math.max(a, b)];
          const expected = [...plain].reduce((sum, [at, n]) => (at >= from && at <= to ? sum + n : sum), 0);
          expect(view.sum(series, second(from), second(to))).toBe(expected);
          for (const [at, n] of plain)
            expect([view.count(series, second(at)), view.ofProvider('alpha').active(second(at))]).toEqual([
              n,
              true,
            ]);
        },
      ),
    );
  });

  test('knows which series came in a second as if all were asked, whatever came in which order', () => {
    const names = ['alpha', 'beta', 'gamma'].map((campaign) =>
      seriesKey({ metric: 'sent', provider: 'alpha', campaign }),
    );
    // Minutes apart, so that the latest seconds lie on older ones, and those on newer ones.
    const put = fc.tuple(
      fc.oneof(fc.nat(3_500), fc.constantFrom(0, 128, 256, 384)),
      fc.nat(2),
      fc.integer({ min: 1, max: 9 }),
    );
    fc.assert(
      fc.property(fc.array(put, { minLength: 1, maxLength: 80 }), (puts) => {
        const view = createView();
        for (const [at, n, count] of puts) {
          const one = names[n] ?? series;
          view.update({
            ...changes(new Map()),
            counts: new Map([[second(BASE + at), new Map([[one, count]])]]),
          });
        }
        const own = view.ofProvider('alpha');
        for (const at of new Set(puts.map(([when]) => second(BASE + when)))) {
          const asked = names.filter((one) => own.count(one, at) > 0);
          expect([...own.inSecond(at)].sort()).toEqual(asked.sort());
        }
      }),
    );
  });

  test('forgets what is older than its hour, however far time jumps', () => {
    const view = createView();
    view.update(changes(new Map([[BASE, 7]])));
    view.update(changes(new Map([[BASE + 40_000_000, 3]])));
    expect(view.sum(series, second(BASE), second(BASE + 40_000_000))).toBe(3);
    expect(view.first).toBeGreaterThan(BASE);
    expect(view.head).toBe(BASE + 40_000_000);
  });

  test('a total replaces the one before, since a second still fills', () => {
    const view = createView();
    for (const n of [1, 5, 9]) view.update(changes(new Map([[BASE, n]])));
    expect(view.sum(series, second(BASE - 100), second(BASE + 100) as Second)).toBe(9);
  });

  test('takes late counts, and those of a series that was silent, into the sums of who asks often', () => {
    const view = createView();
    view.update(changes(new Map([[BASE + 3_000, 5]])));
    view.update(changes(new Map([[BASE + 10, 2]])));
    view.update(changes(new Map([[BASE + 3_500, 1]])));
    const of = view.of(series);
    expect(of?.sum(BASE, BASE + 3_500)).toBe(8);
    expect(of?.sum(BASE + 11, BASE + 3_499)).toBe(5);
    view.update(changes(new Map([[BASE + 20, 4]])));
    expect(of?.sum(BASE, BASE + 2_999)).toBe(6);
    expect(of?.count(BASE + 20)).toBe(4);
  });

  test('takes the seconds of one update in whichever order they come', () => {
    const view = createView();
    view.update(changes(new Map([5, 3_800, 2, 3_000].map((at) => [BASE + at, at]))));
    expect(view.sum(series, second(BASE), second(BASE + 4_000))).toBe(5 + 3_800 + 2 + 3_000);
    expect(view.of(series)?.sum(BASE + 3, BASE + 3_000)).toBe(5 + 3_000);
  });

  test('holds nothing of a series long silent, and begins it anew', () => {
    const view = createView();
    view.update(changes(new Map([[BASE, 7]])));
    const generation = view.generation;
    view.update({
      ...changes(new Map()),
      counts: new Map([[second(BASE + 8_000), new Map([[seriesKey({ metric: 'received' }), 1]])]]),
    });
    expect(view.of(series)).toBeUndefined();
    expect(view.generation).toBeGreaterThan(generation);
    view.update(changes(new Map([[BASE + 8_001, 3]])));
    expect(view.of(series)?.sum(BASE, BASE + 8_001)).toBe(3);
  });

  test('whoever is an hour behind the others is held as far back as they are, though all is read at once', () => {
    const view = createView();
    const beta = seriesKey({ metric: 'sent', provider: 'beta' });
    const campaign = seriesKey({ metric: 'sent', provider: 'alpha', campaign: 'early' });
    const slot = (at: number) => `${series}@${(BASE + at) * 1_000}` as const;
    const registers = new Uint8Array(REGISTERS).fill(1);
    for (let at = 0; at <= 7_200; at += 120) {
      const counts = new Map<SeriesKey, number>([[beta, 1]]);
      if (at <= 3_600) counts.set(series, 1);
      if (at === 120) counts.set(campaign, 5);
      view.update({
        ...changes(new Map()),
        counts: new Map([[second(BASE + at), counts]]),
        distinct: new Map(at === 0 ? [[slot(60), registers]] : []),
      });
    }
    const from = second(BASE);
    expect(view.sum(series, from, second(BASE + 3_600))).toBe(31);
    expect(view.sum(campaign, from, second(BASE + 3_600))).toBe(5);
    expect(view.distinct(series, ms((BASE + 60) * 1_000), ms((BASE + 61) * 1_000))).toEqual(registers);

    view.update({ ...changes(new Map()), counts: new Map([[second(BASE + 7_700), new Map([[beta, 1]])]]) });

    expect([...view.providers()]).toEqual(['beta']);
  });

  test('many seconds that come at once, in order of time, are nobody’s delay', () => {
    const view = createView();
    for (let from = 0; from < 1_000; from += 100)
      view.update(changes(new Map(Array.from({ length: 100 }, (_, n) => [BASE + from + n, 1]))));
    expect(view.behind('alpha')).toBe(0);
    view.update(changes(new Map([[BASE + 700, 2]])));
    expect(view.behind('alpha')).toBe(299);
  });

  test('what came too late for a provider’s windows is told with how much and how late, for an hour', () => {
    const view = createView();
    const tooLate = seriesKey({ metric: 'sent', provider: 'alpha', arrival: 'late' });
    const at = second(BASE + 4_000);
    view.update(changes(new Map([[BASE + 4_000, 1]])));
    expect(view.beyond('alpha', second(BASE + 100))).toBe(at);
    expect(view.beyond('alpha', second(BASE + 101))).toBeUndefined();
    expect(view.beyond('beta', second(BASE))).toBeUndefined();
    const old = changes(new Map([[BASE, 7]]));
    view.update({
      ...old,
      counts: new Map([
        ...old.counts,
        [
          at,
          new Map([
            [series, 1],
            [tooLate, 7],
          ]),
        ],
      ]),
    });
    expect([...view.tooLate()]).toEqual([['alpha', { events: 7, seconds: 4_000 }]]);
    expect(view.sum(series, second(BASE), at)).toBe(1);

    view.update(changes(new Map([[BASE + 8_000, 1]])));
    expect([...view.tooLate()]).toEqual([]);
  });

  test('its generation never comes back to a number, though a provider goes and another comes', () => {
    const view = createView();
    const of = (at: number, provider: string): WindowChanges => ({
      ...changes(new Map()),
      counts: new Map([[second(at), new Map([[seriesKey({ metric: 'sent', provider }), 1]])]]),
    });
    const generations = ['alpha', 'beta', 'gamma', 'delta'].map((provider, n) => {
      view.update(of(BASE + n * 8_000, provider));
      return view.generation;
    });
    expect(generations).toEqual([...new Set(generations)].sort((a, b) => a - b));
  });

  test('endless campaign names cost no more than a bounded memory, and leave the providers counted', () => {
    const view = createView();
    const campaigns = Array.from({ length: 9_000 }, (_, n) =>
      seriesKey({ metric: 'sent', provider: 'alpha', campaign: `c${n}` }),
    );
    const of = (keys: readonly SeriesKey[]): WindowChanges => ({
      ...changes(new Map()),
      counts: new Map([[second(BASE), new Map(keys.map((key) => [key, 1]))]]),
    });
    view.update(of(campaigns));
    view.update(of([series]));
    const held = [...view.series()].length;
    expect(held).toBeLessThan(campaigns.length);
    expect(view.untracked).toBe(campaigns.length + 1 - held);
    expect(view.count(series, second(BASE))).toBe(1);
  });

  test('knows how much of a second came in its first quarters, until too much came for that', () => {
    const view = createView();
    const counted = (at: number, whole: number, quarters: number): WindowChanges => ({
      ...changes(new Map()),
      counts: new Map([
        [
          second(at),
          new Map([
            [series, whole],
            [seriesKey({ metric: 'sent', provider: 'alpha', part: 'quarters' }), quarters],
          ]),
        ],
      ]),
    });
    view.update(changes(new Map([[BASE, 4]])));
    const { generation } = view;
    expect(view.of(series)?.firstQuarters?.(BASE, 1)).toBeUndefined();
    view.update(counted(BASE + 1, 5, 3));
    expect(view.generation).toBeGreaterThan(generation);
    expect(view.of(series)?.firstQuarters?.(BASE + 1, 2)).toBe(3);
    expect(view.of(series)?.firstQuarters?.(BASE, 2)).toBeUndefined();
    view.update(counted(BASE + 2, MOST, 7));
    expect(view.of(series)?.firstQuarters?.(BASE + 2, 1)).toBeUndefined();
    expect([...view.series()]).toEqual([series]);
    expect(view.of(series)?.sum(BASE, BASE + 2)).toBe(9 + MOST);
  });

  const watermark = (marks: Record<string, number>, countedAt?: Record<string, number>): Ms | undefined => {
    const view = createView();
    view.update(changes(new Map([[BASE, 1]]), marks, countedAt));
    return view.watermark;
  };
  const apart = { 'kafka:e:0': 5_000_000, 'kafka:e:1': 1_000_000 };
  test('time is complete up to the slowest partition, however far behind, unless nobody has read it for long', () => {
    expect(watermark(apart)).toBe(1_000_000);
    expect(watermark(apart, { 'kafka:e:0': 1_060_000 })).toBe(1_000_000);
    expect(watermark(apart, { 'kafka:e:0': 1_060_001 })).toBe(5_000_000);
  });
  test('a partition that was claimed and not read yet is waited for as long', () => {
    const claimed = { ...apart, 'kafka:e:2': 0 };
    expect(watermark(claimed)).toBeUndefined();
    expect(watermark(claimed, { 'kafka:e:2': 900_000 })).toBe(1_000_000);
  });
  test('what HTTP brought last holds back neither a log nor what another host brings', () => {
    expect(watermark({ 'kafka:e:0': 5_000_000, 'http:host': 4_700_000 })).toBe(5_000_000);
    expect(watermark({ 'http:one': 5_000_000, 'http:two': 4_700_000 })).toBe(5_000_000);
  });
});
