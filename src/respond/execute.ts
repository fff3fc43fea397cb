/**
 * Carrying out an order: the gate first, which stops our own senders at once, then the provider's actuators.
 * In: a pause or a resume, from the policy or from a person. Out: the action, with what became of it.
 * The mode is enforced here: whatever the policy says, nothing leaves this file unless tocsin is armed. A person's order
 * is carried out all the same.
 */
import type { Logger } from 'pino';
import type { Mode } from '../config/mode.ts';
import { type Clock, type Duration, duration, type Ms } from '../events/event.ts';
import {
  ALREADY_PAUSED,
  asDone,
  asOrdered,
  asRefused,
  type Intent,
  NOT_PAUSED,
  type Refusal,
} from '../incidents/action.ts';
import type { Action, DetectorName } from '../incidents/incident.ts';
import type { IncidentStore } from '../incidents/store.ts';
import { messageOf } from '../runtime/errors.ts';
import type { Timers } from '../runtime/timers.ts';
import { createTellActuators, type GateSet } from './actuators/dispatch.ts';
import type { Actuators } from './actuators/run.ts';
import { isEndedBy, resumeAll } from './gate/end.ts';
import { type AtEnd, type Gate, type Pause, POLICY } from './gate/gate.ts';
import { unfinished } from './recovery.ts';
import { type Target, targetKey, targetName, targetOf } from './target.ts';

export interface PauseOrder extends Target {
  readonly reason: string;
  readonly incident: string | null;
  /** Who orders it: "policy", or a person's name. */
  readonly by: string;
  readonly at: Ms;
  /** The signs of the policy's rule that it follows from. */
  readonly rule?: readonly DetectorName[];
  /** When a pause's time is over, see gate.ts; when it is absent, the pause stays until somebody ends it. */
  readonly until?: Ms | null;
  readonly atEnd?: AtEnd;
}

/** Orders do not reject: what went wrong is the action's code, or in its reason when only actuators failed. */
export interface Executor {
  pause(order: PauseOrder): Promise<Action>;
  /** Ends every pause of the provider when a person resumes all of it, else that of exactly this target. */
  resume(order: PauseOrder): Promise<Action>;
  /** Gives a pause that stands the order's end and trickle; the pause keeps its owner, whoever orders it. */
  change(pause: Pause, order: PauseOrder & Ending): Promise<Action>;
  /**
   * Finishes what died with the instance that carried it out (recovery.ts), and writes down what became of it; only
   * the orders of `by`, if it is given. Rejects when the gate or the log does not answer.
   */
  finish(by?: string): Promise<void>;
}

/** How a pause is to go on, see gate.ts. */
export type Ending = Pick<Pause, 'until' | 'atEnd' | 'trickle'>;

export interface ExecutorParts {
  readonly gate: Gate;
  readonly store: IncidentStore;
  readonly actuators: Pick<Actuators, 'run'>;
  /** Is asked for the mode before each order of the policy's; rejects while the mode is not known. */
  readonly mode: () => Promise<Mode>;
  readonly clock: Clock;
  /**
   * Whether this instance decides, asked behind the token of each order of the policy's: what froze before it was asked
   * does nothing when it thaws, and what froze behind it has an old token. Default: it does.
   */
  readonly leads?: () => Promise<boolean>;
  readonly log: Logger;
  /** How long an order waits for its actuators; a slower one goes on by itself, so that detection does. */
  readonly patience?: Duration;
  /** An actuator that failed after the order had been answered. */
  readonly onLate?: (action: Action) => void;
  readonly timers?: Timers;
}

/** Beyond so many, refusals are forgotten, and each may be written down once more. */
const MAX_REFUSALS = 1_000;
/** So many of the newest actions are looked through for orders that are not finished. */
const FINISH_AMONG = 1_000;

type GateRefusal = Pick<GateSet, 'stillPaused'> & { readonly refusal: Refusal };

const CUT_SHORT: Refusal = { code: 'cut_short', says: 'it was cut short; give it again' };
const NOT_WRITTEN: Refusal = { code: 'not_written', says: 'it could not be written down first' };
/** What the gate answers when it does not take an order. */
const REFUSED = {
  fenced: { code: 'fenced', says: 'a newer order has been given' },
  hands_off: {
    code: 'hands_off',
    says: 'hands off: tocsin does nothing by itself until a person ends that',
  },
  not_paused: NOT_PAUSED,
} as const satisfies Record<string, Refusal>;

export const createExecutor = (parts: ExecutorParts): Executor => {
  const { gate, store, log, patience = duration(1_000), leads = async () => true } = parts;
  /** The last refusal of each target: an order tried again and again is written down once. */
  const refusals = new Map<string, string>();
  const tellActuators = createTellActuators({
    actuators: parts.actuators,
    patience,
    log,
    timers: parts.timers,
    onLate: async (intent, refusal) => {
      const failed = asRefused({ ...intent, at: parts.clock() }, refusal);
      await record(failed);
      parts.onLate?.(failed);
    },
  });

  const carryOut = async (action: 'pause' | 'resume', order: PauseOrder): Promise<Action> => {
    const mode = order.by === POLICY ? await modeNow() : 'armed';
    const { until, atEnd, ...given } = order;
    const intent: Intent = { ...given, action, dryRun: mode !== undefined && mode !== 'armed' };
    if (mode === undefined) return written(asRefused(intent, noGate(action)));
    if (intent.dryRun) return written(asDone(intent));
    if (!refusals.has(targetKey(order)) && !(await record(asOrdered(intent)))) {
      if (order.by === POLICY) return written(asRefused(intent, NOT_WRITTEN));
    }
    return conclude(action, intent, await orderGate(action, order));
  };

  const conclude = async (
    action: 'pause' | 'resume',
    intent: Intent,
    set: GateSet | GateRefusal,
  ): Promise<Action> => {
    const names = set.stillPaused.map(targetName);
    const own: Intent = names.length > 0 ? { ...intent, stillPaused: names } : intent;
    return written(
      'refusal' in set ? asRefused(own, set.refusal) : asDone(await tellActuators(action, own, set)),
    );
  };

  const finish = async (by?: string): Promise<void> => {
    const [mode, log, active] = await Promise.all([parts.mode(), store.actions(FINISH_AMONG), gate.list()]);
    for (const order of unfinished(log, active)) {
      const isRehearsal = mode !== 'armed' && order.by === POLICY;
      if (!isRehearsal && (by === undefined || order.by === by)) await finishOne(order, active);
    }
  };

  const finishOne = async (order: Intent, active: readonly Pause[]): Promise<void> => {
    const ofProvider = active.filter((one) => one.provider === order.provider);
    const own = ofProvider.find((one) => targetKey(one) === targetKey(order));
    const set = { since: order.at, targets: [targetOf(order)] };
    if (order.action === 'pause' && own) {
      // The pause keeps its own token, by which whoever was told of it before knows it again.
      if (own.trickle === null) await conclude('pause', order, { ...set, token: own.token, stillPaused: [] });
    } else if (ofProvider.some((one) => isEndedBy(one, order, order.by))) {
      await record(asRefused(order, CUT_SHORT));
    } else {
      const token = await gate.nextToken();
      await conclude('resume', order, { ...set, token, stillPaused: ofProvider });
    }
  };

  /** A trickle needs a provider that sends: its actuators are told to let go for it, and to stop it again afterwards. */
  const changeTo = async (pause: Pause, order: PauseOrder & Ending): Promise<Action> => {
    const { until, atEnd, trickle, ...given } = order;
    const mode = order.by === POLICY ? await modeNow() : 'armed';
    const intent: Intent = { ...given, action: 'change', dryRun: mode !== undefined && mode !== 'armed' };
    if (mode === undefined) return written(asRefused(intent, noGate('change')));
    if (intent.dryRun) return written(asDone(intent));
    await record(asOrdered(intent));
    try {
      const token = await gate.nextToken();
      if (order.by === POLICY && !(await leads())) return written(asRefused(intent, REFUSED.fenced));
      const answer = await gate.change({ ...pause, token, until, atEnd, trickle }, order.by);
      if (answer !== 'changed') return written(asRefused(intent, REFUSED[answer]));
      const set = { token, since: pause.since, targets: [targetOf(pause)], stillPaused: [] };
      if ((pause.trickle === null) === (trickle === null)) return written(asDone(intent));
      return written(asDone(await tellActuators(trickle === null ? 'pause' : 'resume', intent, set)));
    } catch (error) {
      log.error({ target: targetKey(order), error: messageOf(error) }, 'the gate does not take a change');
      return written(asRefused(intent, noGate('change')));
    }
  };

  /** The mode; undefined while nobody knows it, and then nothing is done unattended. */
  const modeNow = () =>
    parts.mode().catch((error: unknown) => {
      log.error({ error: messageOf(error) }, 'the mode is not known');
      return undefined;
    });

  const orderGate = async (action: 'pause' | 'resume', order: PauseOrder): Promise<GateSet | GateRefusal> => {
    const { provider, reason, incident, by, at } = order;
    try {
      // A pause ends no other pause, and must not wait to hear of them.
      const all = action === 'pause' ? [] : await gate.list();
      const active = all.filter((one) => one.provider === provider);
      const ended = active.filter((one) => isEndedBy(one, order, by));
      const stillPaused = active.filter((one) => !ended.includes(one));
      const token = await gate.nextToken();
      if (by === POLICY && !(await leads())) return { refusal: REFUSED.fenced, stillPaused };
      const lasting = { since: at, until: order.until ?? null, atEnd: order.atEnd ?? 'stay', trickle: null };
      const pause: Pause = { ...targetOf(order), reason, incident, by, token, ...lasting };
      const answer = action === 'pause' ? await gate.pause(pause) : await resumeAll(gate, order, token, by);
      const set = { token, since: at, targets: [targetOf(order)], stillPaused };
      if (answer === 'paused') return set;
      if (answer === 'resumed') return { ...set, targets: ended.map(targetOf) };
      if (answer !== 'already_paused') return { refusal: REFUSED[answer], stillPaused };
      // An order whose answer got lost comes twice, and finds the pause that it made itself.
      const isOwn = (await gate.list()).some(
        (one) => targetKey(one) === targetKey(order) && one.token === token,
      );
      return isOwn ? set : { refusal: ALREADY_PAUSED, stillPaused };
    } catch (error) {
      log.error(
        { target: targetKey(order), action, error: messageOf(error) },
        'the gate does not take the order',
      );
      return { refusal: noGate(action), stillPaused: [] };
    }
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
    const refusal =
      action.state === 'refused' &&
      `${action.action} ${action.incident} ${action.code} ${action.detail ?? ''}`;
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
    finish,
    change: changeTo,
  };
};

const noGate = (action: Action['action']): Refusal => ({
  code: 'gate_away',
  says: `the gate does not answer: nothing is ${action}d`,
});
