import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { burstThreshold, findBurst, LENGTHS, likelihoodRatio, upperEdge } from '../../src/detect/burst.ts';
import type { Expectation } from '../../src/detect/rate.ts';
import { second } from '../../src/events/event.ts';

const NOW = second(1_760_000_000);
const steady = (rate: number, learning = false): Expectation => ({
  rate,
  learning,
  memory: 5_000,
  over: (from, to) => (to - from + 1) * rate,
});
/** `counts` are the newest seconds, the last one is now; before them, `rate` a second. */
const look = (counts: readonly number[], expectation: Expectation, dispersion = 1) =>
  findBurst({
    countIn: (from, to) => {
      let total = 0;
      for (let at = from as number; at <= to; at++) {
        total += counts[counts.length - 1 - (NOW - at)] ?? expectation.rate;
      }
      return total;
    },
    expectation,
    at: NOW,
    dispersion,
    threshold: 25,
    minimum: 20,
    priorMemory: 900,
  });

describe('the likelihood ratio of a burst', () => {
  it.each([
    [10, 5, 1.9315],
    [100, 50, 19.3147],
    [240, 12.5, 481.678],
    [20, 1, 40.9146],
  ])('of %d messages where %d were expected is %d', (count, expected, llr) => {
    expect(likelihoodRatio(count, expected)).toBeCloseTo(llr, 3);
  });

  it('is nothing when no more came than expected', () => {
    expect(likelihoodRatio(5, 5)).toBe(0);
    expect(likelihoodRatio(0, 5)).toBe(0);
  });

  it('never falls as the count grows', () => {
    const positive = fc.double({ min: 1e-6, max: 1e6, noNaN: true });
    fc.assert(
      fc.property(fc.nat(1e6), fc.nat(1e4), positive, (count, more, expected) => {
        expect(likelihoodRatio(count + more, expected)).toBeGreaterThanOrEqual(
          likelihoodRatio(count, expected),
        );
      }),
    );
  });
});

describe('the threshold', () => {
  it('follows from the false alarms allowed, the series watched and the windows tried', () => {
    expect(burstThreshold(100, 1)).toBeCloseTo(Math.log(100 * 31_557_600 * LENGTHS.length), 9);
    expect(burstThreshold(100, 10)).toBeCloseTo(burstThreshold(100, 1) - Math.log(10), 9);
  });

  it('is the upper edge of what one second may bring', () => {
    const edge = upperEdge(10, { scale: 3, threshold: 25, minimum: 20 });
    expect(likelihoodRatio(edge, 10) / 3).toBeCloseTo(25, 3);
    expect(upperEdge(0.001, { scale: 1, threshold: 1, minimum: 20 })).toBe(20);
  });
});

describe('a burst', () => {
  it('is called with the length of time that shows it best, and since its beginning', () => {
    const burst = look([...Array<number>(8).fill(40)], steady(10));
    expect(burst).toMatchObject({
      count: 320,
      expected: 80,
      seconds: 8,
      strength: 'strong',
      since: (NOW - 7) * 1000,
    });
  });

  it('is not called on fewer messages than the minimum, however unexpected', () => {
    expect(look([19], steady(1e-4))).toBeUndefined();
    expect(look([20], steady(1e-4))).toBeDefined();
  });

  it('weighs less when ordinary counts vary more', () => {
    expect(look([40], steady(10), 1)).toBeDefined();
    expect(look([40], steady(10), 3)).toBeUndefined();
  });

  it('only warns while the series is young, however clear it looks', () => {
    expect(look([45], steady(10, true))?.strength).toBe('warn');
    expect(look([1_000], steady(10, true))?.strength).toBe('warn');
    expect(look([1_000], steady(10))?.strength).toBe('strong');
  });

  it('is over when the latest part of its window is ordinary again', () => {
    const ended = [...Array<number>(60).fill(100), ...Array<number>(600).fill(10)];
    expect(look(ended, steady(10))).toBeUndefined();
  });

  it('does not vanish or weaken as its newest second fills', () => {
    const history = fc.array(fc.nat(100), { maxLength: 64 });
    fc.assert(
      fc.property(history, fc.nat(200), fc.nat(200), (before, now, more) => {
        const early = look([...before, now], steady(10));
        const late = look([...before, now + more], steady(10));
        if (early) expect(late?.llr).toBeGreaterThanOrEqual(early.llr);
      }),
    );
  });
});
