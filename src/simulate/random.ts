/** Chance that repeats itself: a small seeded generator (sfc32), the same on every platform that runs V8. */
import { hashOn } from '../events/text/hash.ts';

export interface Random {
  /** A number in [0, 1). */
  unit(): number;
  /** A whole number in [0, limit). */
  below(limit: number): number;
  chance(probability: number): boolean;
  exponential(mean: number): number;
  normal(): number;
  logNormal(median: number, sigma: number): number;
  pick<T>(from: readonly [T, ...T[]]): T;
  /** An independent generator of its own, so that one source's draws never shift another's. */
  fork(name: string): Random;
}

/** A splitmix32 generator, which spreads one number over the three that sfc32 starts from. */
const splitmix = (from: number) => {
  let state = from | 0;
  return (): number => {
    state = (state + 0x9e3779b9) | 0;
    let mixed = Math.imul(state ^ (state >>> 16), 0x21f0aaad);
    mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a2d97);
    return mixed ^ (mixed >>> 15);
  };
};

/** A generator that gives the same numbers for the same seed. Source: sfc32 of PractRand (Doty-Humphrey). */
export const createRandom = (seed: string | number): Random => {
  const start = splitmix(hashOn(String(seed)));
  let a = start();
  let b = start();
  let c = start();
  let counter = 1;

  const unit = (): number => {
    const sum = (((a + b) | 0) + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (((c << 21) | (c >>> 11)) + sum) | 0;
    return (sum >>> 0) / 4294967296;
  };
  for (let i = 0; i < 12; i++) unit();

  const below = (limit: number) => Math.floor(unit() * limit);
  // 1 - unit() is never 0, whose logarithm would be endless.
  const exponential = (mean: number) => -Math.log(1 - unit()) * mean;
  const normal = () => Math.sqrt(-2 * Math.log(1 - unit())) * Math.cos(2 * Math.PI * unit());
  return {
    unit,
    below,
    chance: (probability) => unit() < probability,
    exponential,
    normal,
    logNormal: (median, sigma) => median * Math.exp(sigma * normal()),
    pick: (from) => from[below(from.length)] ?? from[0],
    fork: (name) => createRandom(`${seed}/${name}`),
  };
};

/** A name for a run that begins at `start` (ms), to put before its ids: two runs into one topic must not share them. */
export const runName = (random: Random, start: number): string =>
  `${random.below(2 ** 30).toString(36)}${Math.floor(start / 1000).toString(36)}`;
