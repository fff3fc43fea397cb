/**
 * Pace: a log is read no further ahead of the evaluation than a few minutes of event time. In: up to when the evaluation
 * has looked, and where a partition stands. Out: up to when its records may be counted now.
 *
 * A backlog of hours is read in seconds, partition by partition, each as fast as it comes. Unbounded, the windows of
 * its first hours would be gone before anybody has looked at them, and seconds looked at before their last partition
 * was counted. Live, the evaluation is at the newest second, and nothing ever waits.
 */
import { type Clock, type Duration, type Ms, ms } from '../events/event.ts';

/** Far less than the hour the view looks back, so that a look at the slowest partition's time sees most of it. */
const AHEAD = 600_000;
/** Without any evaluation for so long, by the clock, counts are worth more than their order. */
const PATIENCE = 120_000;
/** So long when nobody has ever said how far it is: whoever evaluates may be of a version that does not. */
const FIRST_PATIENCE = 10_000;
/** A second is looked at as complete when the one after it is, in ms. */
const LOOKED = 2_000;

/** Who may not count yet asks again after so many ms. */
export const ASK_EVERY = 10;

/** Where a partition stands: its newest event so far (0: none yet), and the one that would be counted next. */
export interface Allowance {
  readonly newest: Ms;
  readonly first: Ms;
}

/** Up to which event time, included, records may be counted; undefined: none yet, ask again soon. */
export type Backpressure = (of: Allowance) => Ms | undefined;

export const createBackpressure = (parts: {
  /** Everything up to here has been looked at; undefined before the first look. */
  readonly evaluated: () => Ms | undefined;
  readonly lateness: Duration;
  readonly clock: Clock;
}): Backpressure => {
  const { evaluated, lateness, clock } = parts;
  let last: { readonly at: Ms | undefined; readonly since: Ms } = { at: undefined, since: clock() };
  return ({ newest, first }) => {
    const at = evaluated();
    if (at !== last.at) last = { at, since: clock() };
    if (at !== undefined && first <= at + AHEAD) return ms(at + AHEAD);
    // Across a gap in the log: once everything before it has been looked at.
    const isLookedAt = newest === 0 || (at !== undefined && at >= newest - lateness - LOOKED);
    const patience = at === undefined ? FIRST_PATIENCE : PATIENCE;
    return isLookedAt || clock() - last.since >= patience ? ms(first + AHEAD) : undefined;
  };
};
