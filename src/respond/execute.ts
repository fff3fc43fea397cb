/**
 * Carrying out an order: the gate first, which stops our own senders at once, then the provider's hook.
 * In: a pause or a resume, from the policy or from a person. Out: the action, with what became of it.
 * Dry run is enforced here: whatever the policy says, nothing leaves this file in that mode. A person's order is
 * carried out all the same.
 */
import { setTimeout as delay } from 'node:timers/promises';
import type { Logger } from 'pino';
import type { Config } from '../config/schema.ts';
import { type Clock, type Duration, duration, type Ms } from '../events/event.ts';
import type { Action, DetectorName } from '../incidents/incident.ts';
import { ALREADY_PAUSED, UNDER_WAY } from '../incidents/lifecycle.ts';
import type { IncidentStore } from '../incidents/store.ts';
import { type AtEnd, type Gate, type Pause, POLICY } from './gate.ts';
import { callHook, type HookPayload, type HookResult } from './hook.ts';
import { resumeAll } from './resume.ts';
import { isWhole, type Target, targetKey, targetOf } from './target.ts';

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

/** Neither rejects: what went wrong is in the action's `refused`, or in its reason when only the hook failed. */
export interface Executor {
  pause(order: Order): Promise<Action>;
  /** Of a whole provider, by a person: ends every pause of it. Else that of exactly this target. */
  resume(order: Order): Promise<Action>;
}

export interface ExecutorParts {
  readonly gate: Gate;
  readonly store: IncidentStore;
  readonly providers: Config['providers'];
  readonly mode: Config['mode'];
  readonly clock: Clock;
  readonly env: NodeJS.ProcessEnv;
  readonly log: Logger;
  readonly callHook?: typeof callHook;
  /** How long an order waits for its hook; a slower one goes on by itself, so that detection does. */
  readonly patience?: Duration;
  /** A hook that failed after the order had been answered. */
  readonly onLate?: (action: Action) => void;
}

/** Beyond it they are forgotten: each may be written down once more. */
const MAX_REFUSALS = 1_000;
const HANDS_OFF = 'hands off: tocsin does nothing by itself until a person ends that';

export const createExecutor = (parts: ExecutorParts): Executor => {
  const { gate, store, log, patience = duration(1_000) } = parts;
  /** The last refusal of each target: an order tried again and again is written down once. */
  const refusals = new Map<string, string>();

  const carryOut = async (action: 'pause' | 'resume', order: Order): Promise<Action> => {
    const dryRun = parts.mode === 'dry-run' && order.by === POLICY;
    const { until, atEnd, ...given } = order;
    const intent: Action = { ...given, action, dryRun };
    if (dryRun) return written(intent);
    if (!refusals.has(targetKey(order)) && !(await record({ ...intent, refused: UNDER_WAY }))) {
      if (order.by === POLICY) return written({ ...intent, refused: 'it could not be written down first' });
    }
    const set = await orderGate(action, order);
    if ('refused' in set) return written({ ...intent, refused: set.refused });
    const { provider, reason, incident } = order;
    const hooked = await hookInTime(
      { action, provider, incident, reason, since: set.since, token: set.token },
      intent,
    );
    return written(hooked.ok ? intent : { ...intent, reason: `${reason} (${hooked.error})` });
  };

  const orderGate = async (
    action: 'pause' | 'resume',
    order: Order,
  ): Promise<{ token: number; since: Ms } | { refused: string }> => {
    const { reason, incident, by, at } = order;
    try {
      const token = await gate.nextToken();
      const lasting = { since: at, until: order.until ?? null, atEnd: order.atEnd ?? 'stay', trickle: null };
      const pause: Pause = { ...targetOf(order), reason, incident, by, token, ...lasting };
      const answer = action === 'pause' ? await gate.pause(pause) : await resumeAll(gate, order, token, by);
      if (answer === 'paused' || answer === 'resumed') return { token, since: at };
      if (answer === 'fenced') return { refused: 'a newer order has been given' };
      if (answer === 'hands_off') return { refused: HANDS_OFF };
      if (answer === 'not_paused') return { refused: 'not paused' };
      return (await interrupted(order)) ?? { refused: ALREADY_PAUSED };
    } catch (error) {
      log.error(
        { target: targetKey(order), action, error: messageOf(error) },
        'the gate does not take the order',
      );
      return { refused: `the gate does not answer: nothing is ${action}d` };
    }
  };

  /** The same order, cut short by a crash behind the gate: its hook is still to be called. */
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

  const hookInTime = async (payload: HookPayload, intent: Action): Promise<HookResult> => {
    const { provider, action } = payload;
    // The hook stops all of the provider: it is not called for less.
    const hook = isWhole(intent) ? parts.providers[provider]?.hooks[action] : undefined;
    if (!hook) return { ok: true };
    const call = (parts.callHook ?? callHook)(hook, payload, { env: parts.env });
    const result = await Promise.race([call, delay(patience, undefined, { ref: false })]);
    if (result && !result.ok) {
      log.error({ provider, action, error: result.error }, 'the gate is set, but the provider was not told');
    }
    if (result) return result;
    void call.then((late) => (late.ok ? undefined : tellLate(intent, late.error)));
    return { ok: false, error: `the ${action} hook has not answered yet` };
  };

  const tellLate = async (intent: Action, error: string): Promise<void> => {
    log.error({ provider: intent.provider, error }, 'the gate is set, but the provider was not told');
    const failed = { ...intent, at: parts.clock(), refused: `the gate is set, but ${error}` };
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
  };
};

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
