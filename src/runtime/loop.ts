/** A loop that never overlaps itself: the next turn begins `interval` after the last one ended. */
import type { Duration } from '../events/event.ts';

export interface Loop {
  /** Begins no turn any more; resolves once the one under way has ended. */
  stop(): Promise<void>;
}

/** Begins the loop. `turn` handles its own errors: one that rejects is followed by the next all the same. */
export const every = (interval: Duration, turn: () => Promise<void>): Loop => {
  let timer: NodeJS.Timeout | undefined;
  let stopped = false;
  let running: Promise<void> = Promise.resolve();
  const next = () => {
    if (stopped) return;
    timer = setTimeout(() => {
      running = turn().then(next, next);
    }, interval);
  };
  next();
  return {
    stop: async () => {
      stopped = true;
      clearTimeout(timer);
      await running;
    },
  };
};
