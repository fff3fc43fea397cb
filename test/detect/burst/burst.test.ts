import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { findBurst } from '../../../src/detect/burst/burst.ts';
import type { Counts } from '../../../src/detect/series/view-port.ts';
import { LONGEST } from '../../../src/detect/statistics/scan.ts';
import { second } from '../../../src/events/event.ts';
import { countsByQuarter, countsOf } from '../draws.ts';
import { forecastOn, MONDAY } from '../lives.ts';
import { knownBaseline } from '../support.ts';

interface Looking {
  readonly rate?: number;
  readonly threshold?: number;
  readonly minimum?: number;
  readonly young?: boolean;
}
/** A known series that had a quarter of an hour at `rate`, then `before`; answers what is seen of the next second. */
const afterwards = (before: readonly number[], parts: Looking = {}) => {
  const { rate = 10, threshold = 25, minimum = 20, young = false } = parts;
  const usual = Array.from({ length: 900 }, (_, i) =>
    rate >= 1 ? rate : i % Math.round(1 / rate) === 0 ? 1 : 0,
  );
  const past = [...usual, ...before];
  const sums = countsOf(MONDAY, past);
  const last = MONDAY + past.length;
  let newest = 0;
  const counts: Counts = {
    count: (at) => (at === last ? newest : sums.count(at)),
    sum: (from, to) => sums.sum(from, to) + (from <= last && to >= last ? newest : 0),
  };
  const forecast = forecastOn(MONDAY, counts, young ? {} : { baseline: knownBaseline(MONDAY, rate) });
  for (const [i, count] of past.entries()) if (count > 0) forecast.seal(MONDAY + i);
  return (now: number) => {
    newest = now;
    return findBurst({ forecast, counts, at: second(last), threshold, minimum });
  };
};
const look = (counts: readonly number[], parts?: Looking) =>
  afterwards(counts.slice(0, -1), parts)(counts.at(-1) ?? 0);
const many = (seconds: number, count: number) => Array<number>(seconds).fill(count);

describe('a burst', () => {
  it('is called with the length of time that shows it best, and since its beginning', () => {
    expect(look(many(8, 40))).toMatchObject({
      count: 320,
      expected: expect.closeTo(80, 6),
      seconds: 8,
      since: (MONDAY + 900) * 1000,
      learning: false,
    });
  });

  it('is called in its first second when that is enough', () => {
    expect(look([100])).toMatchObject({ count: 100, seconds: 1 });
  });

  it('is called when it is slow, once it has lasted', () => {
    expect(look(many(20, 12))).toBeUndefined();
    expect(look(many(2_000, 12))).toMatchObject({ count: 24_000, seconds: 2_000 });
  });

  it('is not called on fewer messages than the minimum, however unexpected', () => {
    expect(look([10], { rate: 0.01 })).toBeUndefined();
    expect(look([20], { rate: 0.01 })?.count).toBeGreaterThanOrEqual(20);
  });

  it('is not called below the threshold', () => {
    const nats = look(many(8, 40))?.surprise ?? 0;
    expect(look(many(8, 40), { threshold: nats + 0.001 })).toBeUndefined();
    expect(look(many(8, 40), { threshold: nats - 0.001 })).toBeDefined();
  });

  it('is over when the latest part of its window is ordinary again', () => {
    expect(look(many(60, 100))).toBeDefined();
    expect(look([...many(60, 100), ...many(90, 10)])).toBeUndefined();
    expect(look([...many(60, 100), ...many(600, 10)])).toBeUndefined();
  });

  it('is called for as long as it lasts, also beyond the longest window', () => {
    const [begins, lasts] = [900, LONGEST + 1_200];
    const all = [...many(begins, 10), ...many(lasts, 12)];
    const counts = countsOf(MONDAY, all);
    const forecast = forecastOn(MONDAY, counts, { baseline: knownBaseline(MONDAY, 10) });
    const missed: number[] = [];
    for (const [i, count] of all.entries()) {
      if (count === 0) continue;
      const burst = findBurst({ forecast, counts, at: second(MONDAY + i), threshold: 18, minimum: 10 });
      if (burst) forecast.leaveOut(burst.since / 1000, MONDAY + i);
      else if (i > begins + 900) missed.push(i - begins);
      forecast.seal(MONDAY + i);
    }
    expect(missed).toEqual([]);
  });

  it('is said to be of a series still learning when it has no past', () => {
    expect(look(many(30, 500), { young: true })).toMatchObject({ learning: true });
  });
});

describe('a burst that begins within a second', () => {
  const RATE = 40;
  const usual = Array<number>(4 * 900).fill(RATE / 4);
  /** What is seen after each quarter from the second 900 on. */
  const called = (quarters: readonly number[], known = true) => {
    const seen: Array<ReturnType<typeof findBurst>> = [];
    for (let now = 1; now <= quarters.length; now++) {
      const all = [...usual, ...quarters.slice(0, now)];
      const { firstQuarters, ...seconds } = countsByQuarter(MONDAY, all);
      const counts: Counts = known ? { ...seconds, firstQuarters } : seconds;
      const forecast = forecastOn(MONDAY, counts, { baseline: knownBaseline(MONDAY, RATE) });
      const at = MONDAY + 899 + Math.ceil(now / 4);
      for (let sealed = at - 60; sealed < at; sealed++) forecast.seal(sealed);
      seen.push(findBurst({ forecast, counts, at: second(at), threshold: 20, minimum: 10 }));
    }
    return seen;
  };
  const late = [...Array<number>(3).fill(RATE / 4), ...Array<number>(5).fill((2.4 * RATE) / 4)];

  it('is called in a second from there, and since then', () => {
    const seen = called(late);
    const first = seen.findIndex((burst) => burst !== undefined);
    expect(first).toBeLessThan(called(late, false).findIndex((burst) => burst !== undefined));
    expect(first).toBe(6);
    expect(seen[first]).toMatchObject({
      since: (MONDAY + 900) * 1_000 + 750,
      seconds: 1,
      count: 2.4 * RATE,
      expected: RATE,
    });
  });

  it('is not taken back while the second fills', () => {
    const quarter = fc.constantFrom(0, RATE / 4, RATE / 2, RATE);
    fc.assert(
      fc.property(fc.array(quarter, { minLength: 4, maxLength: 16 }), (quarters) => {
        const seen = called(quarters).map((burst) => burst !== undefined);
        for (const [now, burst] of seen.entries()) {
          if (burst && (now + 1) % 4 !== 0 && now + 1 < seen.length) expect(seen[now + 1]).toBe(true);
        }
      }),
      { numRuns: 50 },
    );
  });
});

describe('a second that still fills', () => {
  /** Whether a burst is called, for each count the last second may have. */
  const whileFilling = (before: readonly number[], parts: Looking): boolean[] => {
    const seen = afterwards(before, parts);
    return Array.from({ length: 100 }, (_, now) => seen(now) !== undefined);
  };
  const neverTakenBack = (called: readonly boolean[]): boolean =>
    !called.includes(true) || called.lastIndexOf(false) < called.indexOf(true);
  const stretch = (longest: number, rates: readonly number[]) =>
    fc.tuple(fc.integer({ min: 1, max: longest }), fc.constantFrom(...rates));
  const history = fc.oneof(
    fc.array(stretch(120, [0, 5, 10, 13, 16, 25, 40]), { maxLength: 5 }),
    // A long mild rise, a short sharp one, and its end.
    fc.tuple(stretch(200, [13, 14, 15]), stretch(24, [25, 30, 40]), stretch(5, [10, 13, 16])),
  );

  it('takes no burst back that was called early', () => {
    fc.assert(
      fc.property(history, fc.constantFrom(12, 18, 25), (before, threshold) => {
        const past = before.flatMap(([lasts, count]) => many(lasts, count));
        expect(neverTakenBack(whileFilling(past, { threshold }))).toBe(true);
      }),
      { numRuns: 1_000 },
    );
  });

  it('takes no burst back when a shorter one that has ended becomes the clearest', () => {
    const called = whileFilling([...many(19, 15), ...many(3, 40), 10], { threshold: 12 });
    expect(called).toContain(true);
    expect(neverTakenBack(called)).toBe(true);
  });

  it('takes no burst back when fewer messages than the minimum become the clearest', () => {
    const before = [...many(8, 1), ...many(60, 0)];
    const called = whileFilling(before, { rate: 0.01, threshold: 15, minimum: 10 });
    expect(called).toContain(true);
    expect(neverTakenBack(called)).toBe(true);
  });
});
