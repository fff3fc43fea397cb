/**
 * The lifecycle: a stack of named steps. Whoever starts something pushes how to stop it; stopping goes through the
 * stack from the top. In: steps, each with what it means when it cannot be stopped. Out: everything opened is closed.
 *
 * Every step is tried: one that fails, or takes longer than it may, is logged by its name with what that means, and the
 * rest are stopped all the same. The whole ends within a bounded time, whatever hangs.
 */
import type { Logger } from 'pino';
import { messageOf } from './errors.ts';
import { realTimers, type Timers } from './timers.ts';

/** How long stopping may take, in ms. */
export const STOP_LIMITS = {
  /** All steps together. */
  whole: 9_000,
  /** One step, unless it says otherwise. */
  step: 2_000,
  /** What every step has at least, however long those before it took. */
  least: 200,
} as const;

export interface Step {
  readonly name: string;
  /** Stops it, however much of it was started. */
  readonly stop: () => unknown;
  /** What it means when that fails or is late, for whoever reads the log. */
  readonly otherwise: string | (() => string);
  /** The longest that stopping it may take, in ms. Default: `STOP_LIMITS.step`. */
  readonly within?: number;
}

export interface Lifecycle {
  /** To be called before something is started, so that a start that fails in the middle is undone as well. */
  push(step: Step): void;
  /** Stops every step, the last one first; never rejects. Answers the names of those that failed or were late. */
  stop(): Promise<readonly string[]>;
}

export const createLifecycle = (parts: { readonly log: Logger; readonly timers?: Timers }): Lifecycle => {
  const { log, timers = realTimers } = parts;
  const steps: Step[] = [];
  let stopping: Promise<readonly string[]> | undefined;

  /** Stops a step. Answers why it could not be stopped; undefined when it was. */
  const failureOf = ({ stop }: Step, limit: number): Promise<string | undefined> =>
    new Promise((resolve) => {
      const cancel = timers.after(limit, () => resolve(`not done within ${limit / 1_000} s`));
      const end = (failure?: string) => {
        cancel();
        resolve(failure);
      };
      Promise.resolve()
        .then(stop)
        .then(
          () => end(),
          (error: unknown) => end(messageOf(error)),
        );
    });

  const stopAll = async (): Promise<readonly string[]> => {
    const end = timers.now() + STOP_LIMITS.whole;
    const failed: string[] = [];
    for (let step = steps.pop(); step; step = steps.pop()) {
      const left = end - timers.now() - steps.length * STOP_LIMITS.least;
      const limit = Math.max(STOP_LIMITS.least, Math.min(step.within ?? STOP_LIMITS.step, left));
      const error = await failureOf(step, limit);
      if (error === undefined) continue;
      const { name, otherwise } = step;
      const means = typeof otherwise === 'string' ? otherwise : otherwise();
      log.error({ step: name, error }, `stopping, ${name}: ${error}; ${means}`);
      failed.push(name);
    }
    return failed;
  };

  return {
    push: (step) => {
      steps.push(step);
    },
    stop: () => {
      stopping ??= stopAll();
      return stopping;
    },
  };
};

/** Answers what `start` makes. When it fails, what it has pushed is stopped first, and its own error is passed on. */
export const starting = async <T>(lifecycle: Lifecycle, start: () => Promise<T>): Promise<T> => {
  try {
    return await start();
  } catch (error) {
    await lifecycle.stop();
    throw error;
  }
};
