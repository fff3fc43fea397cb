/**
 * Timers: what wakes whoever waits. In: how long. Out: a call when that has passed. Whoever waits is given them, so that
 * a test, or a whole simulated cluster, runs on a time of its own.
 */
export interface Timers {
  /** The time in ms, from whichever beginning; it never steps back. */
  now(): number;
  /** Calls back after `length` ms. Answers how to cancel that. */
  after(length: number, call: () => void): () => void;
}

/** The machine's own timers. */
export const realTimers: Timers = {
  now: () => performance.now(),
  after: (length, call) => {
    const timer = setTimeout(call, length);
    return () => clearTimeout(timer);
  },
};

/** Resolves after `length` ms. */
export const sleepOn = (timers: Timers, length: number): Promise<void> =>
  new Promise((resolve) => {
    timers.after(length, resolve);
  });
