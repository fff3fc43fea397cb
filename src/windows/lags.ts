/**
 * Lags: how long after its submission a message is sent, in few steps, so that a batch's lags are a handful of counts.
 * In: seconds. Out: the step they belong to.
 */

/** The steps' upper ends in seconds, each included; what is longer than all of them is in the step "more". */
export const LAGS = [1, 2, 5, 10, 20, 30, 60, 120, 300, 600, 1_200, 1_800] as const;
export type Lag = `${(typeof LAGS)[number]}` | 'more';

/** The steps' names, as the series have them. */
export const LAG_NAMES: readonly Lag[] = [...LAGS.map((most): Lag => `${most}`), 'more'];

/** The index in `LAG_NAMES` of a lag's step; a negative lag, which clocks apart can make, is in the first. */
export const lagStep = (seconds: number): number => {
  let step = 0;
  for (const most of LAGS) {
    if (seconds <= most) return step;
    step += 1;
  }
  return step;
};
