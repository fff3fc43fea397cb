import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { dispersionAt } from '../../../src/detect/statistics/dispersion.ts';
import { surprise } from '../../../src/detect/statistics/likelihood.ts';
import {
  addStart,
  expire,
  LONGEST,
  mostSurprising,
  type Starts,
} from '../../../src/detect/statistics/scan.ts';
import { countsOf, poisson, random } from '../draws.ts';
import { ANY } from '../support.ts';

type Surprise = (count: number, expected: number, seconds: number) => number;
const poissonSurprise: Surprise = (count, expected) => surprise(count, expected, 1);
const scatter = { phi: [1.5, 2], kappa: [0.005, 0.01, 0.02, 0.02], least: 0 } as const;
const growing: Surprise = (count, expected, seconds) =>
  surprise(count, expected, dispersionAt(scatter, seconds, expected));

/** Steady seconds, each at a rate of its own: none, a trickle, the usual, a burst. */
const stretches = (longest: number) =>
  fc.array(fc.tuple(fc.integer({ min: 1, max: longest }), fc.constantFrom(0, 0.2, 0.8, 1, 1.3, 3, 20)), {
    minLength: 1,
    maxLength: 8,
  });
const drawn = (parts: ReadonlyArray<readonly [seconds: number, rate: number]>, seed: number): number[] => {
  const uniform = random(seed);
  return parts.flatMap(([seconds, rate]) => Array.from({ length: seconds }, () => poisson(rate, uniform)));
};
/** The expected rate differs by minute, as a baseline's does. */
const expectedOver = (seconds: number) =>
  countsOf(
    0,
    Float64Array.from({ length: seconds }, (_, at) => 0.5 + 0.1 * (Math.floor(at / 60) % 7)),
  ).sum;

/** Goes through all seconds; answers the starts kept and the best of every start at each of `asked`. */
const scanned = (counts: readonly number[], asked: readonly number[], nats: Surprise) => {
  const counted = countsOf(0, counts).sum;
  const expected = expectedOver(counts.length);
  const starts: Starts = [];
  let most = 0;
  const compared: Array<{ kept: number; all: number }> = [];
  for (const [at, count] of counts.entries()) {
    expire(starts, at, counted, expected);
    if (count > 0) addStart(starts, at, counted, expected);
    most = Math.max(most, starts.length);
    // Who looks, looks where something came.
    const [next = Number.POSITIVE_INFINITY] = asked.slice(compared.length);
    if (count === 0 || at < next) continue;
    // The oldest minute is left out: what leaves it is tried again by whole minutes.
    const oldest = Math.max(0, at - LONGEST + 61);
    const every = Array.from({ length: at + 1 - oldest }, (_, from) => oldest + from);
    const best = (from: readonly number[]) =>
      mostSurprising({ ...ANY, starts: from, at, counted, expected, surprise: nats })?.surprise ?? 0;
    compared.push({ kept: best(starts), all: best(every) });
  }
  return { compared, most };
};
const spread = (length: number) =>
  Array.from({ length: 12 }, (_, i) => Math.floor((length * (i + 1)) / 12) - 1);

describe('the starts that are kept', () => {
  it('hold the best of all windows, whatever came', () => {
    fc.assert(
      fc.property(stretches(400), fc.nat(), (parts, seed) => {
        const counts = drawn(parts, seed);
        for (const { kept, all } of scanned(counts, spread(counts.length), poissonSurprise).compared) {
          expect(Math.abs(kept - all)).toBeLessThanOrEqual(1e-9 * (1 + all));
        }
      }),
      { numRuns: 60 },
    );
  });

  it('lose less than a tenth of the best when the stream is older than the longest window, to a minute', () => {
    fc.assert(
      fc.property(stretches(2_000), fc.nat(), (parts, seed) => {
        const counts = drawn([...parts, [LONGEST, 1]], seed);
        for (const { kept, all } of scanned(counts, spread(counts.length), poissonSurprise).compared) {
          expect(kept).toBeGreaterThanOrEqual(0.9 * all - 1);
        }
      }),
      { numRuns: 40 },
    );
  });

  it('do not lose a steady rise when it has lasted for longer than the longest window', () => {
    const counts = Array<number>(2 * LONGEST).fill(2);
    const asked = [LONGEST - 1, LONGEST, LONGEST + 60, 2 * LONGEST - 1];
    for (const { kept, all } of scanned(counts, asked, poissonSurprise).compared) {
      expect(kept).toBeGreaterThan(0.9 * all);
    }
  });

  /** Twice a usual line: what is more surprising than that is called whatever is lost of it. */
  const CLEAR = 60;
  it('lose less than a fifth when dispersion grows with the length of a window', () => {
    fc.assert(
      fc.property(stretches(400), fc.nat(), (parts, seed) => {
        const counts = drawn(parts, seed);
        for (const { kept, all } of scanned(counts, spread(counts.length), growing).compared) {
          expect(kept).toBeLessThanOrEqual(all);
          expect(kept).toBeGreaterThanOrEqual(0.8 * Math.min(all, CLEAR));
        }
      }),
      { numRuns: 60 },
    );
  });

  it('are few, however long the stream', () => {
    for (const rate of [0.05, 0.8, 5]) {
      const { most } = scanned(drawn([[3 * LONGEST, rate]], 3), [], poissonSurprise);
      expect(most).toBeGreaterThan(2);
      expect(most).toBeLessThan(40);
    }
  });
});

describe('the most surprising window', () => {
  const look = (counts: readonly number[], starts: readonly number[]) =>
    mostSurprising({
      ...ANY,
      starts,
      at: counts.length - 1,
      counted: countsOf(0, counts).sum,
      expected: (from, to) => to - from + 1,
      surprise: poissonSurprise,
    });

  it('tells where it begins, what it holds and what was expected of it', () => {
    const counts = [1, 1, 1, 9, 9, 9];
    expect(look(counts, [0, 3, 5])).toMatchObject({ from: 3, count: 27, expected: 3 });
  });

  it('is none when nothing came beyond what was expected', () => {
    expect(look([1, 1, 0, 1], [0, 1, 3])).toBeUndefined();
  });

  it('is never longer than the longest, nor begins in the future', () => {
    const counts = [50, ...Array<number>(LONGEST).fill(1)];
    expect(look(counts, [0])).toBeUndefined();
    expect(look(counts.slice(0, LONGEST), [0])?.from).toBe(0);
    expect(look([5], [1])).toBeUndefined();
  });
});
