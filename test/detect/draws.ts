/** Seeded chance: counts to draw, and long simulated series with their sums. */
import type { Counts } from '../../src/detect/series/view-port.ts';

/** mulberry32: numbers from 0 to 1. */
export const random = (seed: number) => {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
};

export const poisson = (mean: number, uniform: () => number): number => {
  const limit = Math.exp(-mean);
  let count = 0;
  for (let product = uniform(); product > limit; product *= uniform()) count++;
  return count;
};

/** Clusters, Poisson many, each of a logarithmic size: variance is `dispersion` times the mean. */
export const clustered = (mean: number, dispersion: number, uniform: () => number): number => {
  const theta = (dispersion - 1) / dispersion;
  let total = 0;
  for (let left = poisson((mean / (dispersion - 1)) * Math.log(dispersion), uniform); left > 0; left--) {
    let size = 1;
    let p = theta / Math.log(dispersion);
    for (let u = uniform(); u > p && size < 1_000; size++) {
      u -= p;
      p *= (theta * size) / (size + 1);
    }
    total += size;
  }
  return total;
};

/** The counts of one series, second by second from `first` on; none before and after. */
export const countsOf = (first: number, counts: ArrayLike<number>): Counts => {
  const sums = new Float64Array(counts.length + 1);
  for (let i = 0; i < counts.length; i++) sums[i + 1] = (sums[i] ?? 0) + (counts[i] ?? 0);
  const upTo = (at: number) => sums[Math.min(Math.max(at - first + 1, 0), counts.length)] ?? 0;
  return {
    count: (at) => counts[at - first] ?? 0,
    sum: (from, to) => (to < from ? 0 : upTo(to) - upTo(from - 1)),
  };
};

/** The same of a series of which every quarter of a second is known. */
export const countsByQuarter = (first: number, quarters: readonly number[]): Required<Counts> => {
  const upTo = (at: number, n: number) => {
    const from = (at - first) * 4;
    return quarters.slice(Math.max(0, from), Math.max(0, from + n)).reduce((a, b) => a + b, 0);
  };
  const seconds = Array.from({ length: Math.ceil(quarters.length / 4) }, (_, i) => upTo(first + i, 4));
  return { ...countsOf(first, seconds), firstQuarters: upTo };
};

/** Poisson traffic; `rateAt` is asked once a minute, for its first second. */
export const poissonCounts = (parts: {
  readonly first: number;
  readonly seconds: number;
  readonly rateAt: (at: number) => number;
  readonly seed?: number;
}): Uint16Array => {
  const { first, seconds, rateAt, seed = 7 } = parts;
  const uniform = random(seed);
  const counts = new Uint16Array(seconds);
  let rate = rateAt(first);
  for (let i = 0; i < seconds; i++) {
    if ((first + i) % 60 === 0) rate = rateAt(first + i);
    counts[i] = poisson(rate, uniform);
  }
  return counts;
};
