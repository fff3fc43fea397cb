/** A loop that never overlaps itself: the next turn begins `interval` after the last one ended. */
import type { Duration } from '../events/event.ts';
import { realTimers, type Timers } from './timers.ts';

export interface Loop {
  /** Begins no turn any more; resolves once the one under way has ended. */
  stop(): Promise<void>;
}

/** Begins the loop. `turn` handles its own errors: one that rejects is followed by the next all the same. */
export const every = (interval: Duration, turn: () => Promise<void>, timers: Timers = realTimers): Loop => {
  let cancel = () => {};
  let stopped = false;
  let running: Promise<void> = Promise.resolve();
  const next = () => {
    if (stopped) return;
    cancel = timers.after(interval, () => {
      running = turn().then(next, next);
    });
  };
  next();
  return {
    stop: async () => {
      stopped = true;
      cancel();
      await running;
    },
  };
};
