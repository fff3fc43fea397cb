/** A loop that never overlaps itself: the next turn begins `interval` after the last one ended. */
import type { Duration } from '../events/event.ts';

export interface Loop {
  /** Ends after the turn under way. */
  stop(): Promise<void>;
}

/** `turn` handles its own errors. */
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
