/**
 * How soon a burst is called, against Lorden's bound: ln(T) / KL seconds for one false alarm in T seconds, KL the
 * divergence a second of the burst from the usual (likelihood.ts), with the rate and the dispersion known. Here they
 * are learned, from eight simulated weeks, twenty times over. A burst begins at a second, or anywhere in one, and is
 * looked at ten times a second while that fills, as the daemon does.
 */
import { mean } from 'simple-statistics';
import { findBurst } from '../../../src/detect/burst/burst.ts';
import { surprise } from '../../../src/detect/statistics/likelihood.ts';
import { thresholdFor } from '../../../src/detect/statistics/threshold.ts';
import { second } from '../../../src/events/event.ts';
import { createRandom, type Random } from '../../../src/simulate/random.ts';
import { createDraw } from './draws.ts';
import { drawSecond, live, type Simulated, simulated } from './series.ts';

export const RATES = [0.1, 1, 10, 100, 1_000] as const;
export const FACTORS = [1.5, 2, 3, 5, 10, 30] as const;
export const DISPERSIONS = [1, 3] as const;
const SERIES = 1_000;
const YEAR = 31_557_600;
const LEARNED = 56 * 86_400;
/** No past is quite like another: bursts are spread over so many. */
const PASTS = 20;
/** Ordinary traffic before each burst: it fills the windows. */
const BETWEEN = 3_900;
const LOOKS = 10;
/** Draws a second: a look is two of them, a quarter five. */
const DRAWS = 20;
/** Of the seconds before a burst, those of which the quarters matter. */
const JUST_BEFORE = 5;
/** An alarm that has not come by then is counted as having come then. */
const LONGEST = 6 * 3_600;
const MINIMUM = 10;

export interface Delay {
  readonly rate: number;
  readonly factor: number;
  readonly dispersion: number;
  readonly bound: number;
  /** 1.5 times the bound, or the step of one second, whichever is longer. */
  readonly limit: number;
  /** Seconds, on average, from a beginning at a full second; and anywhere in a second. */
  readonly aligned: number;
  readonly anywhere: number;
}

/** `bursts` of each kind and beginning. */
export const delays = function* (seed: string, bursts: number): Generator<Delay> {
  const threshold = thresholdFor(SERIES, 1);
  for (const dispersion of DISPERSIONS) {
    for (const rate of RATES) {
      const random = createRandom(`${seed} ${dispersion} ${rate}`);
      const usual = createDraw(rate, dispersion, random);
      const pasts = Array.from({ length: PASTS }, () => {
        const past = simulated();
        live(past, LEARNED, usual);
        return past;
      });
      for (const factor of FACTORS) {
        const runs = pasts.map((past) =>
          burstOf({ past, random, rate, factor, dispersion, threshold, usual }),
        );
        const average = (begin: () => number) =>
          mean(Array.from({ length: bursts }, (_, n) => runs[n % PASTS]?.(begin()) ?? 0));
        const bound = Math.log(SERIES * YEAR) / surprise(rate * factor, rate, dispersion);
        yield {
          rate,
          factor,
          dispersion,
          bound,
          limit: Math.max(1.5 * bound, 1),
          aligned: average(() => 0),
          anywhere: average(() => random.unit()),
        };
      }
    }
  }
};

/** Lives through one burst that begins `part` of a second late; answers the seconds until it is called. */
const burstOf = (parts: {
  past: Simulated;
  random: Random;
  rate: number;
  factor: number;
  dispersion: number;
  threshold: number;
  usual: () => number;
}): ((part: number) => number) => {
  const { past, random, rate, factor, dispersion, threshold, usual } = parts;
  const before = createDraw(rate / DRAWS, dispersion, random);
  const during = createDraw((rate * factor) / DRAWS, dispersion, random);
  const quarter = createDraw(rate / 4, dispersion, random);
  /** A draw in which it begins: so much of it is usual. */
  const mixed = (part: number) =>
    createDraw((rate / DRAWS) * (part + (1 - part) * factor), dispersion, random)();

  return (part) => {
    const series = simulated(past.now, past.forecast.baseline);
    live(series, BETWEEN - JUST_BEFORE, usual);
    for (const begun = series.now + JUST_BEFORE; series.now < begun; series.now++) {
      if (drawSecond(series, quarter) > 0) series.forecast.seal(series.now);
    }
    const begun = series.now;
    for (; series.now < begun + LONGEST; series.now++) {
      const parts = [0, 0, 0, 0];
      let count = 0;
      for (let draw = 0; draw < DRAWS; draw++) {
        const begins = series.now === begun ? part * DRAWS - draw : 0;
        const drawn = begins <= 0 ? during() : begins >= 1 ? before() : mixed(begins);
        const now = Math.floor((4 * draw) / DRAWS);
        parts[now] = (parts[now] ?? 0) + drawn;
        count += drawn;
        if ((draw + 1) % (DRAWS / LOOKS) !== 0) continue;
        series.set(count, parts);
        if (count > 0 && isCalled(series, threshold)) {
          return Math.max(0, series.now - begun + (draw + 1) / DRAWS - part);
        }
      }
      if (count > 0) series.forecast.seal(series.now);
    }
    return LONGEST;
  };
};

const isCalled = ({ forecast, counts, now }: Simulated, threshold: number): boolean =>
  findBurst({ forecast, counts, at: second(now), threshold, minimum: MINIMUM }) !== undefined;
