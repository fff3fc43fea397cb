/**
 * Dispersion: how much wider than Poisson's real counts scatter around what was forecast, by length of window.
 *
 * Within seconds messages come in clusters: variance = phi times the mean, learned at 1 s and at 10 s. Over minutes
 * and hours the level itself wanders off its forecast: kappa times the square of the mean is added, learned at a
 * minute, ten minutes, an hour and four. So a window of L seconds that should bring mu has the dispersion
 *
 *     phi(L) + kappa(L) mu,   phi flat from 10 s on, kappa 0 up to there, both straight in ln L between the lengths.
 *
 * All are moments of forecast errors, (n - mu)^2 summed over (mu, or mu^2) summed (McCullagh and Nelder, Generalized
 * Linear Models, 1989, ch. 9, for phi). They are the errors of the baseline as it then was, so what it does not know
 * yet widens the band by itself. Assumed: the second moments tell the tail. Each error counts for five standard
 * deviations at most, so that one odd night does not make the next one look usual.
 */

export interface Dispersion {
  /** Sums, halved every two weeks: of (n - mu)^2 in seconds and in tens of seconds, and of mu. */
  seconds: number;
  tens: number;
  mean: number;
  /** At each of the four lengths: how many, sums of (n - mu)^2 - phi mu, and of mu^2. */
  readonly levels: readonly [Level, Level, Level, Level];
}

interface Level {
  blocks: number;
  excess: number;
  squares: number;
}

/** What is used at one instant: phi at 1 and 10 s, kappa at 60, 600, 3600 and 14400 s. */
export interface Scatter {
  readonly phi: readonly [number, number];
  readonly kappa: readonly [number, number, number, number];
  /** kappa is at least this, at every length: the level itself is hardly known. */
  readonly least: number;
}

/**
 * Before anything is learned: a level off by a fifth; weighs as four blocks of each length, and as one of four hours.
 */
const PRIOR_KAPPA = 0.04;
const PRIOR_BLOCKS = [4, 4, 4, 1] as const;
/** Minutes of the blocks at which a level is learned. */
export const BLOCKS = [1, 10, 60, 240] as const;
export type Block = 0 | 1 | 2 | 3;
/** The configured dispersion weighs as an hour of traffic. */
const PRIOR_MINUTES = 60;
const HALF_LIFE_MINUTES = 14 * 1_440;
const DECAY = 2 ** (-1 / HALF_LIFE_MINUTES);
const MOST_SIGMAS = 5;

const emptyLevel = (): Level => ({ blocks: 0, excess: 0, squares: 0 });
export const emptyDispersion = (): Dispersion => ({
  seconds: 0,
  tens: 0,
  mean: 0,
  levels: [emptyLevel(), emptyLevel(), emptyLevel(), emptyLevel()],
});

/** The scatter learned so far; `prior` is the dispersion to begin with. */
export const scatterOf = (learned: Dispersion, prior: number): Scatter => {
  const minutes = learned.levels[0].blocks;
  const weight = minutes > 0 ? (PRIOR_MINUTES * learned.mean) / minutes : 1;
  const phi = (sum: number) => Math.max(1, (sum + prior * weight) / (learned.mean + weight));
  const kappa = (which: Block): number => {
    const { blocks, excess, squares } = learned.levels[which];
    const found = squares > 0 ? Math.max(0, excess / squares) : 0;
    return (found * blocks + PRIOR_KAPPA * PRIOR_BLOCKS[which]) / (blocks + PRIOR_BLOCKS[which]);
  };
  const one = phi(learned.seconds);
  return {
    phi: [one, Math.max(one, phi(learned.tens))],
    kappa: [kappa(0), kappa(1), kappa(2), kappa(3)],
    least: 0,
  };
};

/** Squared errors of one minute, and what was expected of it. */
export interface MinuteErrors {
  readonly seconds: number;
  readonly tens: number;
  readonly expected: number;
}

/** Takes a minute in. `scatter`: as it stands, to clip by. Changes `learned`. */
export const learnMinute = (learned: Dispersion, errors: MinuteErrors, scatter: Scatter): void => {
  const { expected } = errors;
  const clip = MOST_SIGMAS ** 2 * expected;
  learned.seconds = learned.seconds * DECAY + Math.min(errors.seconds, clip * scatter.phi[0]);
  learned.tens = learned.tens * DECAY + Math.min(errors.tens, clip * scatter.phi[1]);
  learned.mean = learned.mean * DECAY + expected;
};

/** Takes a whole block in. Changes `learned`. */
export const learnBlock = (
  learned: Dispersion,
  which: Block,
  block: { readonly count: number; readonly expected: number },
  scatter: Scatter,
): void => {
  const { count, expected } = block;
  const level = learned.levels[which];
  const noise = scatter.phi[1] * expected;
  const most = MOST_SIGMAS ** 2 * (noise + scatter.kappa[which] * expected ** 2);
  const decay = DECAY ** BLOCKS[which];
  level.blocks = level.blocks * decay + 1;
  level.excess = level.excess * decay + Math.min((count - expected) ** 2, most) - noise;
  level.squares = level.squares * decay + expected ** 2;
};

const LN10 = Math.log(10);
const LN60 = Math.log(60);
const LN600 = Math.log(600);
const LN3600 = Math.log(3_600);
const LN14400 = Math.log(14_400);
const between = (a: number, b: number, part: number): number => a + (b - a) * part;

/** Variance over mean of the count of a window of `seconds` that should bring `expected`. */
export const dispersionAt = (scatter: Scatter, seconds: number, expected: number): number => {
  const { phi, kappa, least } = scatter;
  const ln = Math.log(seconds);
  const noise = seconds <= 10 ? between(phi[0], phi[1], ln / LN10) : phi[1];
  if (seconds <= 10) return noise + least * expected;
  const [minute, ten, hour, four] = kappa;
  const level =
    seconds <= 60
      ? between(0, minute, (ln - LN10) / (LN60 - LN10))
      : seconds <= 600
        ? between(minute, ten, (ln - LN60) / (LN600 - LN60))
        : seconds <= 3_600
          ? between(ten, hour, (ln - LN600) / (LN3600 - LN600))
          : between(hour, four, Math.min(1, (ln - LN3600) / (LN14400 - LN3600)));
  return noise + Math.max(least, level) * expected;
};
