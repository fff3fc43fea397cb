/**
 * Telling the actuators what the gate has taken, and how that goes in words. In: an order and what was set for it.
 * Out: what each answered in time; one that fails later is told then.
 */
import type { Logger } from 'pino';
import type { Duration, Ms } from '../../events/event.ts';
import type { Intent, Refusal } from '../../incidents/action.ts';
import { realTimers, type Timers } from '../../runtime/timers.ts';
import { type Target, targetKey, targetName } from '../target.ts';
import type { ActuatorOrder, ActuatorOutcome } from './actuator.ts';
import type { Actuators, Running } from './run.ts';

/** An order that the gate took, and whom it is about. */
export interface GateSet {
  readonly token: number;
  readonly since: Ms;
  /** The one target of a pause, or every one whose pause a resume ends. */
  readonly targets: readonly Target[];
  /** What of the provider stays paused behind a resume. */
  readonly stillPaused: readonly Target[];
}

/** `intent` is the action as it was ordered; it is answered with what became of it in its reason. Never rejects. */
export type TellActuators = (action: 'pause' | 'resume', intent: Intent, set: GateSet) => Promise<Intent>;

export const createTellActuators = (parts: {
  readonly actuators: Pick<Actuators, 'run'>;
  readonly patience: Duration;
  /** An actuator did not take it after all. */
  readonly onLate: (intent: Intent, failed: Refusal) => Promise<void>;
  readonly log: Logger;
  readonly timers?: Timers;
}): TellActuators => {
  const { log, timers = realTimers } = parts;

  const tellLate = async (intent: Intent, name: string, outcome: ActuatorOutcome): Promise<void> => {
    const told = `${name}: ${says(outcome)}`;
    if (outcome.kind !== 'not_taken') {
      log.info({ provider: intent.provider, told }, 'an actuator took its time');
      return;
    }
    log.error({ provider: intent.provider, told }, 'the gate is set, but an actuator did not take it');
    const failed = { code: 'actuator_failed', detail: name, says: `the gate is set, but ${told}` } as const;
    await parts.onLate(intent, failed);
  };

  return async (action, intent, set) => {
    const { incident, reason } = intent;
    const { since, token } = set;
    const running = set.targets.flatMap((target) => {
      const order: ActuatorOrder = { action, target, incident, reason, since, token };
      const its = set.targets.length > 1 ? ` (${targetName(target)})` : '';
      return parts.actuators
        .run(order, set.stillPaused)
        .map(({ name, outcome }) => ({ name: `${name}${its}`, outcome }));
    });
    if (running.length === 0) return intent;
    const outcomes = await inTime(running, parts.patience, timers);
    const late = running.filter((_, index) => outcomes[index] === undefined);
    for (const { name, outcome } of late) void outcome.then((told) => tellLate(intent, name, told));
    const alone = outcomes.every((outcome) => outcome?.kind === 'not_taken');
    const told = running.map(({ name }, index) => `${name}: ${says(outcomes[index])}`);
    const level = alone ? 'error' : 'info';
    log[level]({ target: targetKey(intent), action, told }, 'the gate is set');
    const words = [alone ? 'the gate alone' : 'gate', ...told].join('; ');
    return {
      ...intent,
      reason: `${reason} (${words})`,
      ...(late.length > 0 ? { unanswered: late.map(({ name }) => name) } : {}),
    };
  };
};

/** The outcomes that are known in time, in the order of `running`; undefined for what is still under way. */
const inTime = (
  running: readonly Running[],
  patience: Duration,
  timers: Timers,
): Promise<(ActuatorOutcome | undefined)[]> => {
  let cancel = () => {};
  const over = new Promise<undefined>((resolve) => {
    cancel = timers.after(patience, () => resolve(undefined));
  });
  return Promise.all(running.map(({ outcome }) => Promise.race([outcome, over]))).finally(() => cancel());
};

const says = (outcome: ActuatorOutcome | undefined): string => {
  if (outcome === undefined) return 'under way';
  if (outcome.kind === 'superseded') return 'given up for a newer order';
  return outcome.kind === 'taken' ? 'taken' : `not taken (${outcome.why})`;
};
