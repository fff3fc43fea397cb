/**
 * Backpressure: a log is read no further ahead of the evaluation than a few minutes of event time. In: up to when the
 * evaluation has looked, and where a partition stands. Out: up to when its records may be counted now.
 *
 * A backlog of hours is read in seconds, partition by partition, each as fast as it comes. Unbounded, the windows of
 * its first hours would be gone before anybody has looked at them, and seconds looked at before their last partition
 * was counted. Live, the evaluation is at the newest second, and nothing ever waits.
 */
import { type Clock, type Duration, type Ms, ms } from '../events/event.ts';

/**
 * How far ahead of the evaluation records may be counted, in ms of event time: far less than the hour the view looks
 * back, so that a look at the slowest partition's time sees most of it.
 */
const AHEAD = 600_000;
/** How long (ms by the clock) without progress of the evaluation counts become worth more than their order. */
const PATIENCE = 120_000;
/** How long (ms) when nobody has ever said how far it is, since who evaluates may be of a version that does not. */
const FIRST_PATIENCE = 10_000;
/** How far the evaluation may stand behind an event that it has looked at, in ms: a second is complete with the next. */
const LOOKED = 2_000;

/** How often to ask again while nothing may be counted, in ms. */
export const ASK_EVERY = 10;

/** Where a partition stands: the time of its newest event (0 before any), and of the one that would be counted next. */
export interface Allowance {
  readonly newest: Ms;
  readonly first: Ms;
}

/** The event time up to and with which records may be counted; undefined when none may yet: ask again soon. */
export type Backpressure = (of: Allowance) => Ms | undefined;

/** Backpressure for all partitions of this instance. */
export const createBackpressure = (parts: {
  /** The instant up to which the evaluation has looked; undefined before its first look. */
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
    // A gap in the log is crossed once everything before it has been looked at.
    const isLookedAt = newest === 0 || (at !== undefined && at >= newest - lateness - LOOKED);
    const patience = at === undefined ? FIRST_PATIENCE : PATIENCE;
    return isLookedAt || clock() - last.since >= patience ? ms(first + AHEAD) : undefined;
  };
};
