/**
 * Shares: counts that follow other counts. Delivery failures follow the reports, opt-outs and replies follow the
 * marketing sent, what a provider says it sent follows what it was asked for. The expected count is a learned share
 * of the count it follows, over the same window and a lag before it; surprise and threshold are the bursts'.
 *
 * The share is a ratio of sums that halve in a week of traffic, from a prior; the dispersion a mean of squared errors
 * over ten minutes (clipped at five standard deviations), from 2. What is found does not teach. Assumed: the lag is
 * long enough. A longer window forgives a longer lag.
 */
import type { LearnedKind } from '../learning/learned.ts';
import type { Counts } from '../series/view-port.ts';
import { dispersionAt } from './dispersion.ts';
import { surprise } from './likelihood.ts';

/** Windows tried, in seconds; shares move slowly, so four are enough. */
const LENGTHS = [60, 300, 900, 3_600] as const;
const BLOCK = 600;
/** A block is learned this long after, when what was found of it is known. */
const LEARN_AFTER = 1_800;
const DECAY = 2 ** (-1 / 1_008);
const MOST_SIGMAS = 5;
const PRIOR_PHI = 2;
const PRIOR_BLOCKS = 6;
/** How far back the windows hold counts, in seconds. */
const HELD = 3_900;
/** In seconds: when a block is learned, the windows still hold so much of what came before it. */
const MOST_SHIFT = HELD - LEARN_AFTER - 2 * BLOCK;

export interface ShareState {
  /** The last block learned, as epoch seconds / 600. */
  through: number;
  count: number;
  base: number;
  errors: number;
  blocks: number;
  /** The last block in which much less came than was to follow, as `through`; absent: none. */
  behind?: number;
}

export const SHARES: LearnedKind<ShareState> = {
  name: 'share',
  days: 60,
  most: 5_000,
  seenAt: ({ through }) => through * BLOCK,
};

export interface ShareSettings {
  /** The share before anything is learned, and how many of the followed it is worth. */
  readonly prior: number;
  readonly weight: number;
  /** How long after what it follows a count may come, in seconds, where that is not learned (lags.ts). */
  readonly lag: number;
  /** Squared relative error of the share over an hour. */
  readonly kappa: number;
}

export interface Excess {
  readonly from: number;
  readonly count: number;
  readonly base: number;
  readonly expected: number;
  readonly surprise: number;
}

export const newShare = (): ShareState => ({ through: -1, count: 0, base: 0, errors: 0, blocks: 0 });

/** Ten-minute blocks, and the dispersion, with which a share has shown that it holds. */
const SETTLED = { blocks: 100, phi: 4 } as const;

/** Whether the count has followed closely for a day of traffic: what is kept for later does not. */
export const isSettled = ({ blocks, errors }: ShareState): boolean =>
  blocks >= SETTLED.blocks && errors / blocks <= SETTLED.phi;

/** Less than this share of what was to follow is a queue that fills, or something held for later. */
const BEHIND = 0.5;
/** Fewer messages than this that were to follow do not show that too few came. */
const BEHIND_FEWEST = 20;
/** Seconds within which what was left behind may still come. */
const MADE_UP = 86_400;

/**
 * Whether nothing can be waiting that was followed before: the count holds closely, and was behind at no time of a day.
 */
export const isUpToDate = (state: ShareState, at: number): boolean =>
  isSettled(state) && at - ((state.behind ?? Number.NEGATIVE_INFINITY) + 1) * BLOCK > MADE_UP;

export const shareOf = ({ count, base }: ShareState, { prior, weight }: ShareSettings): number =>
  (count + prior * weight) / (base + weight);

const phiOf = ({ errors, blocks }: ShareState): number =>
  (errors + PRIOR_PHI * PRIOR_BLOCKS) / (blocks + PRIOR_BLOCKS);

/** The most surprising excess that ends at `at`, whatever the threshold. */
export const findExcess = (
  state: ShareState,
  parts: {
    readonly counted: Counts;
    readonly base: Counts;
    readonly at: number;
    readonly settings: ShareSettings;
    /** The lag that was learned, in place of the settings'. */
    readonly lag?: number;
    /** What is still to come of what was followed before a second: a queue that an outage has filled. */
    readonly owed?: (from: number, share: number) => number;
  },
): Excess | undefined => {
  const { counted, base, at, settings, lag = settings.lag, owed = () => 0 } = parts;
  const share = shareOf(state, settings);
  const phi = phiOf(state);
  const scatter = { phi: [phi, phi], kappa: [0, 0, 0, 0], least: settings.kappa } as const;
  let best: Excess | undefined;
  for (const seconds of LENGTHS) {
    if (seconds + lag > HELD) continue;
    const from = at - seconds + 1;
    const count = counted.sum(from, at);
    if (count === 0) continue;
    const followed = base.sum(from - lag, at);
    const expected = Math.max(0.5, share * followed + owed(from, share));
    const nats = surprise(count, expected, Math.max(1, dispersionAt(scatter, seconds, expected)));
    if (nats > (best?.surprise ?? 0)) best = { from, count, base: followed, expected, surprise: nats };
  }
  return best;
};

/** Learns the blocks that are half an hour old by `at`; `isLeftOut` tells which teach nothing. Changes `state`. */
export const learnShare = (
  state: ShareState,
  parts: {
    readonly counted: Counts;
    readonly base: Counts;
    readonly at: number;
    readonly settings: ShareSettings;
    /** What is counted in a block follows what came so many seconds before it. */
    readonly lag?: number;
    readonly isLeftOut: (from: number, to: number) => boolean;
  },
): void => {
  const { counted, base, at, settings, isLeftOut } = parts;
  const lag = Math.min(parts.lag ?? 0, MOST_SHIFT);
  const newest = Math.floor((at - LEARN_AFTER) / BLOCK) - 1;
  if (state.through < 0) state.through = newest;
  while (state.through < newest) {
    state.through += 1;
    const from = state.through * BLOCK;
    const to = from + BLOCK - 1;
    if (newest - state.through > 1) continue;
    const count = counted.sum(from, to);
    const followed = base.sum(from - lag, to - lag);
    const expected = shareOf(state, settings) * followed;
    if (followed >= BEHIND_FEWEST && count < BEHIND * expected) state.behind = state.through;
    if (followed === 0 || isLeftOut(from, to)) continue;
    if (state.base > settings.weight) {
      const error = expected > 0 ? (count - expected) ** 2 / expected : 0;
      const phi = phiOf(state);
      state.errors = state.errors * DECAY + Math.min(error, MOST_SIGMAS ** 2 * phi);
      state.blocks = state.blocks * DECAY + 1;
    }
    state.count = state.count * DECAY + count;
    state.base = state.base * DECAY + followed;
  }
};
