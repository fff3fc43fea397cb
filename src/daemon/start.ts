/**
 * The start, in order, and with it the stop, which goes the other way: nothing comes in any more, a last look at what
 * came, where the watch stands is saved, then the server, the alerts, and at the very end the stores. In: the parts.
 * Out: the address of the live view. With each step stands what it means for the next start when it cannot be done.
 */
import type { Evaluator } from '../evaluate/evaluator.ts';
import type { EvaluationLoop } from '../evaluate/loop.ts';
import type { EvaluationStatus } from '../evaluate/status.ts';
import type { Clock, Ms } from '../events/event.ts';
import type { Heartbeat } from '../health/heartbeat.ts';
import type { HealthMonitor } from '../health/monitor.ts';
import type { Intake } from '../intake/intake.ts';
import type { LiveServer } from '../live/server.ts';
import type { Delivery } from '../notify/delivery.ts';
import type { Lifecycle } from '../runtime/lifecycle.ts';

export interface StartParts {
  readonly lifecycle: Lifecycle;
  readonly delivery: Pick<Delivery, 'wake' | 'stop'>;
  readonly server: LiveServer;
  readonly evaluator: Pick<Evaluator, 'save'>;
  readonly evaluation: EvaluationLoop;
  readonly status: Pick<EvaluationStatus, 'lookedAt' | 'savedAt'>;
  readonly intake: Pick<Intake, 'start' | 'stop'>;
  readonly monitor: Pick<HealthMonitor, 'start'>;
  readonly heartbeat: Pick<Heartbeat, 'start'> | undefined;
  readonly clock: Clock;
}

export const startInOrder = async (parts: StartParts): Promise<{ readonly url: string }> => {
  const { lifecycle, delivery, server, evaluator, evaluation, status, intake, clock } = parts;
  const since = (at: Ms) => `${Math.max(1, Math.ceil((clock() - at) / 1_000))} s`;

  lifecycle.push({
    name: 'delivery',
    stop: delivery.stop,
    within: 5_500,
    otherwise:
      'alerts that were not taken stay in the outbox; the next start, or another instance, sends them',
  });
  delivery.wake();

  lifecycle.push({
    name: 'server',
    stop: server.close,
    within: 2_500,
    otherwise: 'its connections end with the process',
  });
  const { url } = await server.listen();

  lifecycle.push({
    name: 'checkpoint',
    stop: evaluator.save,
    within: 1_500,
    otherwise: () => {
      const at = status.savedAt();
      return at === undefined
        ? 'nothing was saved since the start; the next one goes on from the one before'
        : `it was last saved ${since(at)} ago; what was seen since is looked at again, and learned again, at the next start`;
    },
  });
  // The evaluation runs before anything comes in, so that nothing comes in unseen.
  const looking = evaluation.start();
  lifecycle.push({
    name: 'last look',
    stop: async () => {
      await looking.stop();
      await evaluation.look();
    },
    otherwise: () => {
      const at = status.lookedAt();
      const what =
        at === undefined ? 'nothing has been looked at' : `the last ${since(at)} have not been looked at`;
      return `${what}; the next start, or another instance, does that`;
    },
  });

  lifecycle.push({
    name: 'intake',
    stop: intake.stop,
    within: 3_200,
    otherwise: 'what was in hand was not counted, and is read again at the next start',
  });
  await intake.start();

  const monitoring = parts.monitor.start();
  lifecycle.push({
    name: 'health monitor',
    stop: monitoring.stop,
    otherwise:
      'an alert about tocsin itself may be missing, or come twice: another instance, or the next start, tells it',
  });
  const beating = parts.heartbeat?.start();
  if (beating)
    lifecycle.push({
      name: 'heartbeat',
      stop: beating.stop,
      within: 500,
      otherwise: 'one more may be sent after the end',
    });
  return { url };
};
