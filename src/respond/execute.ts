/**
 * Carrying out an order: the gate first, which stops our own senders at once, then the provider's actuators.
 * In: a pause or a resume, from the policy or from a person. Out: the action, with what became of it.
 * Dry run is enforced here: whatever the policy says, nothing leaves this file in that mode. A person's order is
 * carried out all the same.
 */
import { setTimeout as delay } from 'node:timers/promises';
import type { Logger } from 'pino';
import type { Config } from '../config/schema.ts';
import { type Clock, type Duration, duration, type Ms } from '../events/event.ts';
import type { Action, DetectorName } from '../incidents/incident.ts';
import { ALREADY_PAUSED } from '../incidents/lifecycle.ts';
import type { IncidentStore } from '../incidents/store.ts';
import type { ActuatorOrder, Outcome } from './actuator.ts';
import type { Actuators, Running } from './actuator-run.ts';
import type { Gate, Pause } from './gate.ts';
import { type Target, targetKey, targetOf } from './target.ts';

export interface Order {
  readonly provider: string;
  readonly reason: string;
  readonly incident: string | null;
  /** "policy", or a person's name. */
  readonly by: string;
  readonly at: Ms;
  /** Of the policy's table; see incident.ts. */
  readonly rule?: readonly DetectorName[];
}

/** Neither rejects: what went wrong is in the action's `refused`, or in its reason when only actuators failed. */
export interface Executor {
  pause(order: Order): Promise<Action>;
  resume(order: Order): Promise<Action>;
}

export interface ExecutorParts {
  readonly gate: Gate;
  readonly store: IncidentStore;
  readonly actuators: Pick<Actuators, 'run'>;
  readonly mode: Config['mode'];
  readonly clock: Clock;
  readonly log: Logger;
  /** How long an order waits for its actuators; a slower one goes on by itself, so that detection does. */
  readonly patience?: Duration;
  /** An actuator that failed after the order had been answered. */
  readonly onLate?: (action: Action) => void;
}

const UNDER_WAY = 'under way: what became of it follows';
const POLICY = 'policy';

export const createExecutor = (parts: ExecutorParts): Executor => {
  const { gate, store, log, patience = duration(1_000) } = parts;
  /** The last refusal of each provider: an order tried again and again is written down once. */
  const refusals = new Map<string, string>();

  const carryOut = async (action: 'pause' | 'resume', order: Order): Promise<Action> => {
    const dryRun = parts.mode === 'dry-run' && order.by === POLICY;
    const intent: Action = { ...order, action, dryRun };
    if (dryRun) return written(intent);
    if (!refusals.has(order.provider) && !(await record({ ...intent, refused: UNDER_WAY }))) {
      if (order.by === POLICY) return written({ ...intent, refused: 'it could not be written down first' });
    }
    const set = await orderGate(action, order);
    if ('refused' in set) return written({ ...intent, refused: set.refused });
    const { reason, incident } = order;
    const given = { action, target: targetOf(order), incident, reason, since: set.since, token: set.token };
    const told = await tellActuators(given, set.stillPaused, intent);
    return written(told === '' ? intent : { ...intent, reason: `${reason} (${told})` });
  };

  const orderGate = async (
    action: 'pause' | 'resume',
    order: Order,
  ): Promise<{ token: number; since: Ms; stillPaused: readonly Target[] } | { refused: string }> => {
    const { provider, reason, incident, by, at } = order;
    try {
      const others = (await gate.list()).filter((one) => targetKey(one) !== targetKey(order));
      const stillPaused = others.filter((one) => one.provider === provider);
      const token = await gate.nextToken();
      const pause: Pause = { provider, reason, incident, by, since: at, token };
      const answer = action === 'pause' ? await gate.pause(pause) : await gate.resume(provider, token);
      if (answer === 'paused' || answer === 'resumed') return { token, since: at, stillPaused };
      if (answer === 'fenced') return { refused: 'a newer order has been given' };
      if (answer === 'not_paused') return { refused: 'not paused' };
      const own = await interrupted(order);
      return own ? { ...own, stillPaused } : { refused: ALREADY_PAUSED };
    } catch (error) {
      log.error({ provider, action, error: messageOf(error) }, 'the gate does not take the order');
      return { refused: `the gate does not answer: nothing is ${action}d` };
    }
  };

  /** The same order, cut short by a crash behind the gate: its actuators are still to be told. */
  const interrupted = async ({ provider, incident, by }: Order): Promise<Pause | undefined> => {
    if (incident === null) return undefined;
    const own = (await gate.list()).find((pause) => pause.provider === provider);
    if (own?.incident !== incident || own.by !== by) return undefined;
    const finished = (await store.actions(1_000)).some(
      (past) =>
        past.action === 'pause' &&
        past.incident === incident &&
        past.at >= own.since &&
        !past.refused &&
        !past.dryRun,
    );
    return finished ? undefined : own;
  };

  /** "gate; twilio: taken"; '' when there is nothing but the gate. */
  const tellActuators = async (
    given: ActuatorOrder,
    stillPaused: readonly Target[],
    intent: Action,
  ): Promise<string> => {
    const running = parts.actuators.run(given, stillPaused);
    if (running.length === 0) return '';
    const outcomes = await inTime(running, patience);
    for (const [index, { name, outcome }] of running.entries()) {
      if (outcomes[index] === undefined) void outcome.then((late) => tellLate(intent, name, late));
    }
    const alone = outcomes.every((outcome) => outcome?.kind === 'not_taken');
    const told = running.map(({ name }, index) => `${name}: ${says(outcomes[index])}`);
    const level = outcomes.some((outcome) => outcome?.kind === 'not_taken') ? 'error' : 'info';
    log[level]({ provider: given.target.provider, action: given.action, told }, 'the gate is set');
    return [alone ? 'the gate alone' : 'gate', ...told].join('; ');
  };

  const tellLate = async (intent: Action, name: string, outcome: Outcome): Promise<void> => {
    const told = `${name}: ${says(outcome)}`;
    if (outcome.kind !== 'not_taken') {
      log.info({ provider: intent.provider, told }, 'an actuator took its time');
      return;
    }
    log.error({ provider: intent.provider, told }, 'the gate is set, but an actuator did not take it');
    const failed = { ...intent, at: parts.clock(), refused: `the gate is set, but ${told}` };
    await record(failed);
    parts.onLate?.(failed);
  };

  const record = async (action: Action): Promise<boolean> => {
    try {
      await store.record(action);
      return true;
    } catch (error) {
      const { provider } = action;
      log.error(
        { provider, action: action.action, error: messageOf(error) },
        'an action was not written down',
      );
      return false;
    }
  };

  const written = async (action: Action): Promise<Action> => {
    const refusal = action.refused && `${action.action} ${action.incident} ${action.refused}`;
    if (refusal && refusals.get(action.provider) === refusal) return action;
    if (refusal) refusals.set(action.provider, refusal);
    else refusals.delete(action.provider);
    await record(action);
    return action;
  };

  return {
    pause: (order) => carryOut('pause', order),
    resume: (order) => carryOut('resume', order),
  };
};

/** What is known by then, in the order of `running`; undefined for what is still under way. */
const inTime = (running: readonly Running[], patience: Duration): Promise<(Outcome | undefined)[]> => {
  const over = delay(patience, undefined, { ref: false });
  return Promise.all(running.map(({ outcome }) => Promise.race([outcome, over])));
};

const says = (outcome: Outcome | undefined): string => {
  if (outcome === undefined) return 'under way';
  if (outcome.kind === 'superseded') return 'given up for a newer order';
  return outcome.kind === 'taken' ? 'taken' : `not taken (${outcome.why})`;
};

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
