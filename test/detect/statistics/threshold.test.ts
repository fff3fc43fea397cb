import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { easedBy, thresholdFor } from '../../../src/detect/statistics/threshold.ts';

const YEAR = 31_557_600;
const many = fc.integer({ min: 1, max: 100_000 });
const budgets = fc.double({ min: 0.01, max: 1_000, noNaN: true });

describe('the threshold', () => {
  it('is where all series together are wrong as often as the budget allows', () => {
    const alarms = (series: number, h: number) => series * YEAR * Math.sqrt(h) * Math.exp(-h);
    // How often the best of all windows passes; measured, see test/bench.
    const measured = 1 / alarms(1, thresholdFor(1, 1));
    expect(measured).toBeGreaterThan(0.05);
    expect(measured).toBeLessThan(0.3);
    fc.assert(
      fc.property(many, budgets, (series, budget) => {
        expect((measured * alarms(series, thresholdFor(series, budget))) / budget).toBeCloseTo(1, 6);
      }),
    );
  });

  it('falls as more false alarms are allowed, and rises with the series watched', () => {
    const times = fc.double({ min: 1.01, max: 100, noNaN: true });
    fc.assert(
      fc.property(many, budgets, times, (series, budget, more) => {
        expect(thresholdFor(series, budget * more)).toBeLessThan(thresholdFor(series, budget));
        expect(thresholdFor(series * more, budget)).toBeGreaterThan(thresholdFor(series, budget));
      }),
    );
  });

  it('rises by little more than ln 10 for ten times the series', () => {
    const rise = thresholdFor(100, 1) - thresholdFor(10, 1);
    expect(rise).toBeGreaterThan(Math.log(10));
    expect(rise).toBeLessThan(1.1 * Math.log(10));
  });

  it('counts no series as one', () => {
    expect(thresholdFor(0, 1)).toBe(thresholdFor(1, 1));
  });
});

describe('what is taken off it', () => {
  it('is nothing of a busy series, and more the fewer clusters it brings', () => {
    expect(easedBy(5, 2)).toBeCloseTo(0, 9);
    expect(easedBy(0.1, 1)).toBeGreaterThan(easedBy(0.5, 1));
    expect(easedBy(0.5, 4)).toBeGreaterThan(easedBy(0.5, 1));
  });

  it('is never much, however little comes', () => {
    expect(easedBy(1e-9, 1)).toBe(easedBy(1e-12, 1));
    expect(easedBy(1e-12, 50)).toBeLessThan(2);
  });
});
