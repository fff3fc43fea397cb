/**
 * Bursts: more messages than expected, over whatever length of time shows it best.
 *
 * For a window of n messages where mu were expected, the generalised likelihood ratio of a Poisson burst against
 * the expected rate is llr = n ln(n / mu) - (n - mu), for n > mu. All lengths from a second to an hour are tried
 * (Ward, Dilillo, Eckley, Fearnhead: Poisson-FOCuS, 2022, does the same for every length; doubling lengths lose
 * little and are plain to read). Real counts vary more than Poisson's, so llr is divided by their dispersion; and
 * since the expected count is itself learned from `memory` seconds, by 1 + length / memory.
 *
 * By Chernoff's bound, in one window without a burst P(llr >= h) <= exp(-h). With T windows looked at in a year, a
 * threshold of h = ln(T / falseAlarmsPerYear) keeps the false alarms of a year within that number (union bound).
 *
 * Counts only grow and expectations are those of full seconds, so a second may be looked at while it fills.
 */
import { type Ms, type Second, second, startOf } from '../events/event.ts';
import type { Expectation } from './rate.ts';

/** Window lengths in seconds. */
export const LENGTHS: readonly number[] = [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024, 2048, 3600];
const SECONDS_A_YEAR = 31_557_600;
/** A window is called only while its last part still has this share of its excess: what has ended is no burst. */
const TAIL_PART = 8;
const TAIL_SHARE = 0.5;

export interface BurstInput {
  /** Messages in [from, to]. */
  readonly countIn: (from: Second, to: Second) => number;
  readonly expectation: Expectation;
  /** The newest second; it may still fill. */
  readonly at: Second;
  readonly dispersion: number;
  readonly threshold: number;
  /** Fewer messages are never called. */
  readonly minimum: number;
  /** Trust given to the expected count of a series still learning, in seconds of history. */
  readonly priorMemory: number;
}

export interface Burst {
  readonly since: Ms;
  readonly count: number;
  readonly expected: number;
  readonly seconds: number;
  readonly llr: number;
  readonly strength: 'warn' | 'strong';
}

/** The likelihood ratio of a Poisson burst, in nats: 0 when no more came than expected. */
export const likelihoodRatio = (count: number, expected: number): number =>
  count > expected ? count * Math.log(count / expected) - (count - expected) : 0;

/** The likelihood ratio at which `series` series, looked at every second, are wrong that seldom. */
export const burstThreshold = (series: number, falseAlarmsPerYear: number): number =>
  Math.log((Math.max(1, series) * SECONDS_A_YEAR * LENGTHS.length) / falseAlarmsPerYear);

/** The clearest burst that goes on at `at`, if any passes the threshold. */
export const findBurst = (input: BurstInput): Burst | undefined => {
  const { countIn, expectation, at, threshold, minimum } = input;
  const counts = countsOfLengths(countIn, at);
  let best: Omit<Burst, 'strength'> | undefined;
  for (const [index, seconds] of LENGTHS.entries()) {
    const count = counts[index] ?? 0;
    if (count < minimum) continue;
    const expected = expectation.over(second(at - seconds + 1), at);
    const doubt = 1 + seconds / Math.max(expectation.memory, input.priorMemory);
    const llr = likelihoodRatio(count, expected) / (input.dispersion * doubt);
    if (llr < threshold || llr <= (best?.llr ?? 0)) continue;
    const tail = tailIndex(seconds);
    const tailSeconds = LENGTHS[tail] ?? 1;
    const tailExpected = expectation.over(second(at - tailSeconds + 1), at);
    const tailExcess = (counts[tail] ?? 0) / tailExpected - 1;
    if (tailExcess < TAIL_SHARE * (count / expected - 1)) continue;
    best = { since: startOf(second(at - seconds + 1)), count, expected, seconds, llr };
  }
  if (!best) return undefined;
  // A start on a busy stream looks like a burst: while the rate is still learned it may warn, never help to pause.
  return { ...best, strength: expectation.learning ? 'warn' : 'strong' };
};

/** The longest length that is at most a part of this one. */
const tailIndex = (seconds: number): number => {
  let index = 0;
  while ((LENGTHS[index + 1] ?? Number.POSITIVE_INFINITY) <= seconds / TAIL_PART) index++;
  return index;
};

/** Messages in each window that ends at `at`; every second is summed once. */
const countsOfLengths = (countIn: BurstInput['countIn'], at: Second): readonly number[] => {
  const counts: number[] = [];
  let total = 0;
  let covered = 0;
  for (const seconds of LENGTHS) {
    total += countIn(second(at - seconds + 1), second(at - covered));
    counts.push(total);
    covered = seconds;
  }
  return counts;
};

/** The one-second count at which a burst would be called: the upper edge of the band around the expected rate. */
export const upperEdge = (
  rate: number,
  limits: { scale: number; threshold: number; minimum: number },
): number => {
  const needed = limits.threshold * limits.scale;
  let low = rate;
  let high = Math.max(1, rate) * 2;
  while (likelihoodRatio(high, rate) < needed) high *= 2;
  for (let step = 0; step < 40; step++) {
    const middle = (low + high) / 2;
    if (likelihoodRatio(middle, rate) < needed) low = middle;
    else high = middle;
  }
  return Math.max(limits.minimum, high);
};
