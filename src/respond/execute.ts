/**
 * Carrying out an order: the gate first, which stops our own senders at once, then the provider's actuators.
 * In: a pause or a resume, from the policy or from a person. Out: the action, with what became of it.
 * The mode is enforced here: whatever the policy says, nothing leaves this file unless tocsin is armed. A person's order
 * is carried out all the same.
 */
import { setTimeout as delay } from 'node:timers/promises';
import type { Logger } from 'pino';
import type { Mode } from '../config/mode.ts';
import { type Clock, type Duration, duration, type Ms } from '../events/event.ts';
import type { Action, DetectorName } from '../incidents/incident.ts';
import { ALREADY_PAUSED, NOT_PAUSED, UNDER_WAY } from '../incidents/lifecycle.ts';
import type { IncidentStore } from '../incidents/store.ts';
import type { ActuatorOrder, Outcome } from './actuator.ts';
import type { Actuators, Running } from './actuator-run.ts';
import { type AtEnd, type Gate, type Pause, POLICY } from './gate.ts';
import { isEndedBy, resumeAll } from './resume.ts';
import { type Target, targetKey, targetName, targetOf } from './target.ts';

export interface Order extends Target {
  readonly reason: string;
  readonly incident: string | null;
  /** "policy", or a person's name. */
  readonly by: string;
  readonly at: Ms;
  /** Of the policy's table; see incident.ts. */
  readonly rule?: readonly DetectorName[];
  /** Of a pause, see gate.ts. Absent: it stays until somebody ends it. */
  readonly until?: Ms | null;
  readonly atEnd?: AtEnd;
}

/** Neither rejects: what went wrong is in the action's `refused`, or in its reason when only actuators failed. */
export interface Executor {
  pause(order: Order): Promise<Action>;
  /** Of a whole provider, by a person: ends every pause of it. Else that of exactly this target. */
  resume(order: Order): Promise<Action>;
  /** Gives a pause that stands the order's end and trickle; who says so is the order's, whose it is stays. */
  change(pause: Pause, order: Order & Ending): Promise<Action>;
}

/** How a pause is to go on; see gate.ts. */
export type Ending = Pick<Pause, 'until' | 'atEnd' | 'trickle'>;

export interface ExecutorParts {
  readonly gate: Gate;
  readonly store: IncidentStore;
  readonly actuators: Pick<Actuators, 'run'>;
  /** Asked for each order of the policy's; rejects while it is not known. */
  readonly mode: () => Promise<Mode>;
  readonly clock: Clock;
  readonly log: Logger;
  /** How long an order waits for its actuators; a slower one goes on by itself, so that detection does. */
  readonly patience?: Duration;
  /** An actuator that failed after the order had been answered. */
  readonly onLate?: (action: Action) => void;
}

/** Beyond it they are forgotten: each may be written down once more. */
const MAX_REFUSALS = 1_000;
/** What the gate took, and whom it is about. */
interface GateSet {
  readonly token: number;
  readonly since: Ms;
  /** One of a pause; of a resume every one that it ends. */
  readonly targets: readonly Target[];
  /** What of the provider stays paused behind a resume. */
  readonly stillPaused: readonly Target[];
}

type GateRefusal = Pick<GateSet, 'stillPaused'> & { readonly refused: string };

const REFUSED = {
  fenced: 'a newer order has been given',
  hands_off: 'hands off: tocsin does nothing by itself until a person ends that',
  not_paused: NOT_PAUSED,
} as const;

export const createExecutor = (parts: ExecutorParts): Executor => {
  const { gate, store, log, patience = duration(1_000) } = parts;
  /** The last refusal of each target: an order tried again and again is written down once. */
  const refusals = new Map<string, string>();

  const carryOut = async (action: 'pause' | 'resume', order: Order): Promise<Action> => {
    const mode = order.by === POLICY ? await modeNow() : 'armed';
    const { until, atEnd, ...given } = order;
    const intent: Action = { ...given, action, dryRun: mode !== undefined && mode !== 'armed' };
    if (mode === undefined) return written({ ...intent, refused: noGate(action) });
    if (intent.dryRun) return written(intent);
    if (!refusals.has(targetKey(order)) && !(await record({ ...intent, refused: UNDER_WAY }))) {
      if (order.by === POLICY) return written({ ...intent, refused: 'it could not be written down first' });
    }
    const set = await orderGate(action, order);
    const rest = set.stillPaused.map(targetName);
    const done: Action = rest.length > 0 ? { ...intent, stillPaused: rest } : intent;
    if ('refused' in set) return written({ ...done, refused: set.refused });
    const told = await tellActuators(action, intent, set);
    return written(told === '' ? done : { ...done, reason: `${order.reason} (${told})` });
  };

  /** A trickle needs the provider as it was: what stops it there is told to let go, and to stop it again after. */
  const changeTo = async (pause: Pause, order: Order & Ending): Promise<Action> => {
    const { until, atEnd, trickle, ...given } = order;
    const mode = order.by === POLICY ? await modeNow() : 'armed';
    const intent: Action = { ...given, action: 'change', dryRun: mode !== undefined && mode !== 'armed' };
    if (mode === undefined) return written({ ...intent, refused: noGate('change') });
    if (intent.dryRun) return written(intent);
    try {
      const token = await gate.nextToken();
      const answer = await gate.change({ ...pause, token, until, atEnd, trickle }, order.by);
      if (answer !== 'changed') return written({ ...intent, refused: REFUSED[answer] });
      const set = { token, since: pause.since, targets: [targetOf(pause)], stillPaused: [] };
      if ((pause.trickle === null) === (trickle === null)) return written(intent);
      const told = await tellActuators(trickle === null ? 'pause' : 'resume', intent, set);
      return written(told === '' ? intent : { ...intent, reason: `${order.reason} (${told})` });
    } catch (error) {
      log.error({ target: targetKey(order), error: messageOf(error) }, 'the gate does not take a change');
      return written({ ...intent, refused: noGate('change') });
    }
  };

  /** Undefined: nobody knows, and nothing is done by itself. */
  const modeNow = () =>
    parts.mode().catch((error: unknown) => {
      log.error({ error: messageOf(error) }, 'the mode is not known');
      return undefined;
    });

  const orderGate = async (action: 'pause' | 'resume', order: Order): Promise<GateSet | GateRefusal> => {
    const { provider, reason, incident, by, at } = order;
    try {
      const standing = (await gate.list()).filter((one) => one.provider === provider);
      const ended = standing.filter((one) => isEndedBy(one, order, by));
      const stillPaused = action === 'pause' ? [] : standing.filter((one) => !ended.includes(one));
      const token = await gate.nextToken();
      const lasting = { since: at, until: order.until ?? null, atEnd: order.atEnd ?? 'stay', trickle: null };
      const pause: Pause = { ...targetOf(order), reason, incident, by, token, ...lasting };
      const answer = action === 'pause' ? await gate.pause(pause) : await resumeAll(gate, order, token, by);
      const set = { token, since: at, targets: [targetOf(order)], stillPaused };
      if (answer === 'paused') return set;
      if (answer === 'resumed') return { ...set, targets: ended.map(targetOf) };
      if (answer !== 'already_paused') return { refused: REFUSED[answer], stillPaused };
      const own = await interrupted(order);
      return own ? { ...set, token: own.token, since: own.since } : { refused: ALREADY_PAUSED, stillPaused };
    } catch (error) {
      log.error(
        { target: targetKey(order), action, error: messageOf(error) },
        'the gate does not take the order',
      );
      return { refused: noGate(action), stillPaused: [] };
    }
  };

  /** The same order, cut short by a crash behind the gate: its actuators are still to be told. */
  const interrupted = async (order: Order): Promise<Pause | undefined> => {
    const { incident, by } = order;
    if (incident === null) return undefined;
    const isSame = (other: Target) => targetKey(other) === targetKey(order);
    const own = (await gate.list()).find(isSame);
    if (own?.incident !== incident || own.by !== by) return undefined;
    const finished = (await store.actions(1_000)).some(
      (past) =>
        past.action === 'pause' &&
        past.incident === incident &&
        isSame(past) &&
        past.at >= own.since &&
        !past.refused &&
        !past.dryRun,
    );
    return finished ? undefined : own;
  };

  /** "gate; twilio: taken"; '' when there is nothing but the gate. */
  const tellActuators = async (
    action: 'pause' | 'resume',
    { incident, reason, ...intent }: Action,
    set: GateSet,
  ): Promise<string> => {
    const { since, token } = set;
    const running = set.targets.flatMap((target) => {
      const order: ActuatorOrder = { action, target, incident, reason, since, token };
      const its = set.targets.length > 1 ? ` (${targetName(target)})` : '';
      return parts.actuators
        .run(order, set.stillPaused)
        .map(({ name, outcome }) => ({ name: `${name}${its}`, outcome }));
    });
    if (running.length === 0) return '';
    const outcomes = await inTime(running, patience);
    for (const [index, { name, outcome }] of running.entries()) {
      if (outcomes[index] === undefined)
        void outcome.then((late) => tellLate({ ...intent, incident, reason }, name, late));
    }
    const alone = outcomes.every((outcome) => outcome?.kind === 'not_taken');
    const told = running.map(({ name }, index) => `${name}: ${says(outcomes[index])}`);
    const level = alone ? 'error' : 'info';
    log[level]({ target: targetKey(intent), action, told }, 'the gate is set');
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
    if (refusal && refusals.get(targetKey(action)) === refusal) return action;
    if (refusals.size >= MAX_REFUSALS) refusals.clear();
    if (refusal) refusals.set(targetKey(action), refusal);
    else refusals.delete(targetKey(action));
    await record(action);
    return action;
  };

  return {
    pause: (order) => carryOut('pause', order),
    resume: (order) => carryOut('resume', order),
    change: changeTo,
  };
};

/** What is known by then, in the order of `running`; undefined for what is still under way. */
const inTime = (running: readonly Running[], patience: Duration): Promise<(Outcome | undefined)[]> => {
  const over = delay(patience, undefined, { ref: false });
  return Promise.all(running.map(({ outcome }) => Promise.race([outcome, over])));
};

const noGate = (action: Action['action']) => `the gate does not answer: nothing is ${action}d`;

const says = (outcome: Outcome | undefined): string => {
  if (outcome === undefined) return 'under way';
  if (outcome.kind === 'superseded') return 'given up for a newer order';
  return outcome.kind === 'taken' ? 'taken' : `not taken (${outcome.why})`;
};

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
