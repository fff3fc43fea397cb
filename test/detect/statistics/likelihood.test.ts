import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  countThatSurprises,
  surprise,
  surpriseAtMost,
  surpriseOfNone,
} from '../../../src/detect/statistics/likelihood.ts';

const means = fc.double({ min: 0.01, max: 5_000, noNaN: true });
const dispersions = fc.double({ min: 1, max: 50, noNaN: true });

/** ln P(N = n) for counts of variance `dispersion` times the mean, from their recurrence. */
const logProbabilities = (mean: number, dispersion: number, upTo: number): number[] => {
  const a = dispersion - 1;
  let log = a === 0 ? -mean : (-mean / a) * Math.log(dispersion);
  const list = [log];
  for (let n = 0; n < upTo; n++) {
    log += a === 0 ? Math.log(mean / (n + 1)) : Math.log(((mean / a + n) / (n + 1)) * (a / dispersion));
    list.push(log);
  }
  return list;
};

/** ln P(N >= n), summed as far as anything comes. */
const logTail = (n: number, mean: number, dispersion: number): number => {
  const upTo = n + 400 * Math.ceil(dispersion) + 20 * Math.ceil(Math.sqrt(mean * dispersion));
  const tail = logProbabilities(mean, dispersion, upTo).slice(n);
  const most = Math.max(...tail);
  return most + Math.log(tail.reduce((sum, log) => sum + Math.exp(log - most), 0));
};

describe('the surprise of a count', () => {
  it.each([
    [10, 5, 1.9315],
    [100, 50, 19.3147],
    [240, 12.5, 481.678],
    [20, 1, 40.9146],
  ])('of %d messages where %d were expected is %d, for Poisson', (count, expected, nats) => {
    expect(surprise(count, expected, 1)).toBeCloseTo(nats, 3);
  });

  it('is never more than its bound, which is close for a small excess', () => {
    const excess = fc.double({ min: 1.0001, max: 50, noNaN: true });
    fc.assert(
      fc.property(means, excess, dispersions, (mean, factor, dispersion) => {
        const nats = surprise(mean * factor, mean, dispersion);
        expect(nats).toBeLessThanOrEqual(surpriseAtMost(mean * factor, mean) * (1 + 1e-9) + 1e-9);
      }),
    );
    expect(surprise(1_010, 1_000, 1)).toBeCloseTo(surpriseAtMost(1_010, 1_000), 3);
  });

  it('is the best that any tilt of the distribution achieves', () => {
    const excess = fc.double({ min: 1.01, max: 20, noNaN: true });
    const overdispersed = fc.double({ min: 1.05, max: 30, noNaN: true });
    fc.assert(
      fc.property(
        fc.double({ min: 0.1, max: 500, noNaN: true }),
        excess,
        overdispersed,
        (mean, times, phi) => {
          const count = mean * times;
          const a = phi - 1;
          // ln E[exp(t N)] of the negative binomial ends where a (e^t - 1) = 1.
          const last = Math.log(phi / a);
          let best = 0;
          for (let part = 1; part < 20_000; part++) {
            const t = (last * part) / 20_000;
            best = Math.max(best, t * count + (mean / a) * Math.log(1 - a * (Math.exp(t) - 1)));
          }
          const exact = surprise(count, mean, phi);
          expect(exact).toBeGreaterThanOrEqual(best - 1e-9 * exact);
          expect(exact - best).toBeLessThanOrEqual(1e-3 * exact + 1e-6);
        },
      ),
      { numRuns: 40 },
    );
  });

  it('bounds the probability that so many or more come by chance', () => {
    const counts = fc.nat(400);
    const phis = fc.oneof(fc.constant(1), fc.double({ min: 1.01, max: 12, noNaN: true }));
    fc.assert(
      fc.property(counts, fc.double({ min: 0.05, max: 200, noNaN: true }), phis, (count, mean, phi) => {
        expect(logTail(count, mean, phi)).toBeLessThanOrEqual(-surprise(count, mean, phi) + 1e-7);
      }),
    );
  });

  it('is nothing when no more came than expected', () => {
    fc.assert(
      fc.property(means, fc.double({ min: 0, max: 1, noNaN: true }), dispersions, (mean, part, phi) => {
        expect(surprise(mean * part, mean, phi)).toBe(0);
      }),
    );
  });

  it('grows with the count, and falls as more was expected or counts scatter more', () => {
    const more = fc.double({ min: 1.001, max: 10, noNaN: true });
    fc.assert(
      fc.property(means, more, more, dispersions, (mean, times, further, phi) => {
        const count = mean * times;
        const nats = surprise(count, mean, phi);
        const slack = 1e-7 * (1 + count);
        expect(nats).toBeGreaterThanOrEqual(0);
        expect(surprise(count * further, mean, phi)).toBeGreaterThan(nats);
        expect(surprise(count, mean * further, phi)).toBeLessThanOrEqual(nats + slack);
        expect(surprise(count, mean, phi * further)).toBeLessThanOrEqual(nats + slack);
      }),
    );
  });

  it('passes into that of Poisson as the dispersion goes to one', () => {
    for (const [count, mean] of [
      [12, 3],
      [300, 200],
      [5_000, 10],
    ] as const) {
      const exact = surprise(count, mean, 1);
      for (const a of [2e-4, 1e-4, 0.99e-4, 1e-6]) {
        expect(surprise(count, mean, 1 + a) / exact).toBeCloseTo(1, count * a < 0.1 ? 2 : 1);
      }
    }
    expect(surprise(12, 3, 1.00011)).toBeCloseTo(surprise(12, 3, 1.00009), 2);
  });
});

describe('the surprise of nothing', () => {
  it('is exactly how unlikely it is', () => {
    expect(surpriseOfNone(7.5, 1)).toBe(7.5);
    fc.assert(
      fc.property(means, fc.double({ min: 1.001, max: 50, noNaN: true }), (mean, phi) => {
        const [none = 0] = logProbabilities(mean, phi, 0);
        expect(surpriseOfNone(mean, phi)).toBeCloseTo(-none, 6);
      }),
    );
  });

  it('is less when counts come in clusters, and passes into Poisson’s', () => {
    expect(surpriseOfNone(10, 4)).toBeLessThan(surpriseOfNone(10, 2));
    expect(surpriseOfNone(10, 1.00011)).toBeCloseTo(surpriseOfNone(10, 1.00009), 2);
  });
});

describe('the count that surprises', () => {
  it('is where the surprise is reached, and no less', () => {
    const nats = fc.double({ min: 0.1, max: 100, noNaN: true });
    fc.assert(
      fc.property(nats, means, dispersions, (line, mean, phi) => {
        const edge = countThatSurprises(line, mean, phi);
        expect(surprise(edge, mean, phi)).toBeGreaterThanOrEqual(line);
        expect(surprise(edge * 0.999, mean, phi)).toBeLessThan(line);
      }),
    );
  });
});
