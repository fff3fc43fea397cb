/**
 * The evaluation as a loop: a look at what changed, then whatever a look is followed by, again and again.
 * In: the evaluator, and what follows. Out: the status, for all who read it. Two looks never overlap.
 */
import type { Logger } from 'pino';
import type { Clock, Duration } from '../events/event.ts';
import type { Outbox } from '../notify/outbox/outbox.ts';
import { messageOf } from '../runtime/errors.ts';
import { every, type Loop } from '../runtime/loop.ts';
import type { Timers } from '../runtime/timers.ts';
import type { Evaluator } from './evaluator.ts';
import type { EvaluationStatus } from './status.ts';

export interface EvaluationLoop {
  /** One look, behind the one under way. Rejects when it fails, and the status says why. */
  look(): Promise<void>;
  /** One look that never rejects: a failure is logged, and the next look makes up for it. */
  tick(): Promise<void>;
  start(): Loop;
}

export const createEvaluationLoop = (parts: {
  readonly every: Duration;
  readonly evaluator: Pick<Evaluator, 'tick'>;
  /** Reads again what stands, and does what the leader does about it. */
  readonly follow: () => Promise<void>;
  readonly outbox: Pick<Outbox, 'size'>;
  readonly status: Pick<EvaluationStatus, 'looked' | 'failed'>;
  readonly clock: Clock;
  readonly log: Logger;
  readonly timers?: Timers;
}): EvaluationLoop => {
  const { evaluator, follow, outbox, status, clock, log } = parts;
  let last: Promise<unknown> = Promise.resolve();

  const once = async (): Promise<void> => {
    try {
      await evaluator.tick();
      await follow();
      const waiting = await outbox.size();
      status.looked(clock(), waiting);
    } catch (error) {
      status.failed(`the store does not answer (${messageOf(error)}): nothing new is paused until it does`);
      throw error;
    }
  };

  const look = (): Promise<void> => {
    const next = last.then(once);
    last = next.catch(() => undefined);
    return next;
  };

  const tick = (): Promise<void> =>
    look().catch((error: unknown) =>
      log.error({ error: messageOf(error) }, 'evaluation failed; it goes on with the next look'),
    );

  return { look, tick, start: () => every(parts.every, tick, parts.timers) };
};
