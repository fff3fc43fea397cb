/**
 * Lags: how long after its submission a message is sent, in few steps, so that a batch's lags are a handful of counts.
 * In: seconds. Out: the step they belong to.
 */

/** A step holds what is longer than the one before, and at most itself, in seconds. Longer than all: "more". */
export const LAGS = [1, 2, 5, 10, 20, 30, 60, 120, 300, 600, 1_200, 1_800] as const;
export type Lag = `${(typeof LAGS)[number]}` | 'more';

export const LAG_NAMES: readonly Lag[] = [...LAGS.map((most): Lag => `${most}`), 'more'];

/** Its index in `LAG_NAMES`; clocks apart may make a lag less than nothing. */
export const lagStep = (seconds: number): number => {
  let step = 0;
  for (const most of LAGS) {
    if (seconds <= most) return step;
    step += 1;
  }
  return step;
};
