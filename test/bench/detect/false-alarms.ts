/**
 * How often a burst is called when there is none, against the budget, with rate and dispersion learned from eight
 * simulated weeks, twenty times over. At one false alarm a year over 1,000 series nothing would be seen by waiting, so
 * the waiting is done by importance sampling: a burst of random strength is put at a random quarter of a second and
 * simulated until it is called; weighing each run by how much likelier the burst made it gives the rate of the
 * undisturbed series without bias (Siegmund, Yakir and Zhang, Annals of Applied Probability 20, 2010, do the same with
 * scans).
 *
 * With Q the mixture over beginnings b in [0, m) and strengths f of the law of a burst, and T the first call,
 * P(T <= m) = E_Q[1 / L; T <= m],  L = (1/m) (sum over b <= T of the mean over f of the likelihood ratio + m - 1 - T).
 */
import { findBurst } from '../../../src/detect/burst/burst.ts';
import { surprise } from '../../../src/detect/statistics/likelihood.ts';
import { thresholdFor } from '../../../src/detect/statistics/threshold.ts';
import { second } from '../../../src/events/event.ts';
import { createRandom } from '../../../src/simulate/random.ts';
import { createDraw } from './draws.ts';
import { live, type Simulated, simulated } from './series.ts';

const SERIES = 1_000;
const SERIES_YEARS_IN_SECONDS = SERIES * 31_557_600;
const LEARNED = 56 * 86_400;
/** No past is quite like another: runs are spread over so many. */
const PASTS = 20;
/** As long as the longest window. */
const BEFORE = 14_400;
/** Seconds in which a burst may begin, at any quarter of one, and a call counts. */
const SPAN = 4_000;
const STEPS = 4 * SPAN;
const STRENGTHS = [1.1, 1.2, 1.35, 1.5, 1.75, 2, 2.5, 3, 4, 6, 9, 15, 30, 60, 150] as const;

export interface FalseAlarms {
  readonly rate: number;
  readonly dispersion: number;
  /** Alarms a year over 1,000 series of this kind, where 1 is allowed; and the standard error of that. */
  readonly alarms: number;
  readonly error: number;
}

export const falseAlarms = (options: {
  readonly seed: string;
  readonly rate: number;
  readonly dispersion: number;
  readonly runs: number;
  readonly minimum: number;
}): FalseAlarms => {
  const { seed, rate, dispersion, runs, minimum } = options;
  const random = createRandom(`${seed} false ${rate} ${dispersion}`);
  const usual = createDraw(rate, dispersion, random);
  const pasts = Array.from({ length: PASTS }, () => {
    const past = simulated();
    live(past, LEARNED, usual);
    return past;
  });
  const threshold = thresholdFor(SERIES, 1);
  const tilts = STRENGTHS.map((factor) => tiltOf(factor, rate / 4, dispersion));
  const ordinary = createDraw(rate / 4, dispersion, random);
  const draws = STRENGTHS.map((factor) => createDraw((rate * factor) / 4, dispersion, random));

  const isCalled = ({ forecast, counts, now }: Simulated): boolean =>
    findBurst({ forecast, counts, at: second(now), threshold, minimum }) !== undefined;

  const run = (past: Simulated): number => {
    const series = simulated(past.now, past.forecast.baseline);
    live(series, BEFORE, usual);
    const burst = random.below(STEPS);
    const during = draws[random.below(draws.length)] ?? ordinary;
    const sums = new Float64Array(tilts.length);
    for (let step = 0; step < STEPS; series.now++) {
      const parts: number[] = [];
      let count = 0;
      for (let quarter = 0; quarter < 4; quarter++, step++) {
        const drawn = step < burst ? ordinary() : during();
        parts.push(drawn);
        count += drawn;
        for (const [index, { slope, cost }] of tilts.entries()) {
          sums[index] = ((sums[index] ?? 0) + 1) * Math.exp(slope * drawn - cost);
        }
        series.set(count, parts);
        if (drawn > 0 && isCalled(series)) {
          const ratios = sums.reduce((a, b) => a + b, 0) / tilts.length;
          return 1 / ((ratios + (STEPS - 1 - step)) / STEPS);
        }
      }
      if (count > 0) series.forecast.seal(series.now);
    }
    return 0;
  };
  const weights = Array.from({ length: runs }, (_, n) => run(pasts[n % PASTS] ?? simulated()));
  const mean = weights.reduce((a, b) => a + b, 0) / runs;
  const variance = weights.reduce((sum, weight) => sum + (weight - mean) ** 2, 0) / (runs - 1);
  const scale = SERIES_YEARS_IN_SECONDS / SPAN;
  return { rate, dispersion, alarms: mean * scale, error: Math.sqrt(variance / runs) * scale };
};

/** The log likelihood ratio of a quarter with `rate` messages, under a burst by `factor`, is slope * count - cost. */
const tiltOf = (factor: number, rate: number, dispersion: number): { slope: number; cost: number } => {
  const slope = Math.log((factor * dispersion) / ((dispersion - 1) * factor + 1));
  return { slope, cost: slope * rate * factor - surprise(rate * factor, rate, dispersion) };
};
