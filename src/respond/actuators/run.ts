/**
 * Running a provider's actuators: side by side, each with retries and a deadline of its own, the newest order last.
 * In: an order that the gate has taken. Out: for each actuator what became of it. One that fails stops no other.
 */
import { setTimeout as delay } from 'node:timers/promises';
import type { Logger } from 'pino';
import type { Duration } from '../../events/event.ts';
import { type Target, targetName } from '../target.ts';
import {
  type Actuator,
  type ActuatorOrder,
  type ActuatorOutcome,
  type Effect,
  notTaken,
} from './actuator.ts';

export interface Running {
  readonly name: string;
  /** Never rejects. */
  readonly outcome: Promise<ActuatorOutcome>;
}

export interface Actuators {
  /** `stillPaused` is what else of the provider is paused: a resume takes nothing back that one of those needs. */
  run(order: ActuatorOrder, stillPaused?: readonly Target[]): readonly Running[];
  /** Asks each that can stop the target whether it has; those with no way to ask are unknown. Never rejects. */
  verify(target: Target): Promise<readonly { readonly name: string; readonly effect: Effect }[]>;
}

export interface RunWorld {
  readonly log: Logger;
  /** A clock in milliseconds that never steps back. */
  readonly now?: () => number;
  readonly sleep?: (wait: number, signal: AbortSignal) => Promise<unknown>;
  readonly random?: () => number;
}

/** The order that is under way, or was the last, for one thing that can be stopped. */
interface Latest {
  readonly order: ActuatorOrder;
  readonly stop: AbortController;
  readonly done: Promise<ActuatorOutcome>;
  underWay: boolean;
}

const FIRST_BACKOFF = 250;
const LONGEST_BACKOFF = 5_000;
const SUPERSEDED: ActuatorOutcome = { kind: 'superseded' };

export const createActuators = (
  of: (provider: string) => readonly Actuator[],
  world: RunWorld,
): Actuators => {
  const latest = new Map<Actuator, Map<string, Latest>>();

  const runOne = async (
    actuator: Actuator,
    order: ActuatorOrder,
    stillPaused: readonly Target[],
  ): Promise<ActuatorOutcome> => {
    const reach = actuator.reach(order.target);
    if ('cannot' in reach) return notTaken(reach.cannot);
    const { effect } = reach;
    const keeps = order.action === 'resume' && stillPaused.find((one) => shares(actuator, one, effect));
    if (keeps) return notTaken(`the pause of ${targetName(keeps)} still needs it`);
    const ofActuator = latest.get(actuator) ?? new Map<string, Latest>();
    latest.set(actuator, ofActuator);
    const before = ofActuator.get(effect);
    if (before && before.order.token > order.token) return SUPERSEDED;
    if (before?.underWay && isSame(before.order, order)) return before.done;
    before?.stop.abort();
    const stop = new AbortController();
    // An older order that is still being tried ends before this one begins: the last word is the newest order's.
    const done = (before?.done ?? Promise.resolve()).then(() =>
      tryUntil(actuator, order, stop.signal, world),
    );
    const current: Latest = { order, stop, done, underWay: true };
    ofActuator.set(effect, current);
    return done.finally(() => {
      current.underWay = false;
    });
  };

  return {
    run: (order, stillPaused = []) =>
      of(order.target.provider)
        // An actuator that cannot stop this has nothing of it to take back.
        .filter((actuator) => order.action === 'pause' || 'effect' in actuator.reach(order.target))
        .map((actuator) => ({ name: actuator.name, outcome: runOne(actuator, order, stillPaused) })),
    verify: (target) =>
      Promise.all(
        of(target.provider)
          .filter((actuator) => 'effect' in actuator.reach(target))
          .map(async (actuator) => ({
            name: actuator.name,
            effect: await verifyOne(actuator, target, world),
          })),
      ),
  };
};

/** Two targets of one order may be one thing to an actuator. */
const isSame = (one: ActuatorOrder, other: ActuatorOrder): boolean =>
  one.token === other.token && one.action === other.action;

const shares = (actuator: Actuator, target: Target, effect: string): boolean => {
  const reach = actuator.reach(target);
  return 'effect' in reach && reach.effect === effect;
};

const tryUntil = async (
  actuator: Actuator,
  order: ActuatorOrder,
  superseded: AbortSignal,
  world: RunWorld,
): Promise<ActuatorOutcome> => {
  const { now = () => performance.now(), sleep = wait, random = Math.random } = world;
  const end = now() + actuator.deadline;
  const signal = AbortSignal.any([superseded, timeoutOf(actuator.deadline)]);
  for (let tries = 1; ; tries++) {
    if (superseded.aborted) return SUPERSEDED;
    const outcome = await tryOnce(actuator, order, signal, world);
    if (outcome.kind !== 'not_taken') return outcome;
    if (superseded.aborted) return SUPERSEDED;
    const backoff = Math.min(LONGEST_BACKOFF, FIRST_BACKOFF * 2 ** (tries - 1)) * (0.5 + random());
    const pause = Math.max(backoff, outcome.after ?? 0);
    if (!outcome.again) return outcome;
    if (signal.aborted || now() + pause >= end)
      return { ...outcome, why: `${outcome.why}; ${givenUp(tries)}` };
    await sleep(pause, signal);
  }
};

const givenUp = (tries: number): string => `given up after ${tries === 1 ? 'one try' : `${tries} tries`}`;

const tryOnce = async (
  actuator: Actuator,
  order: ActuatorOrder,
  signal: AbortSignal,
  { log }: RunWorld,
): Promise<ActuatorOutcome> => {
  const limit = AbortSignal.any([signal, timeoutOf(actuator.timeout)]);
  const inTime = whenAborted(limit).then(() =>
    notTaken(`had no answer within ${seconds(actuator.timeout)}`, true),
  );
  try {
    return await Promise.race([actuator.carryOut(order, limit), inTime]);
  } catch (error) {
    log.error({ actuator: actuator.name, error: nameOf(error) }, 'an actuator failed in a way it should not');
    return notTaken(`failed (${nameOf(error)})`, true);
  }
};

const verifyOne = async (actuator: Actuator, target: Target, { log }: RunWorld): Promise<Effect> => {
  if (!actuator.verify) return { kind: 'unknown', why: 'there is no way to ask' };
  const limit = AbortSignal.timeout(actuator.timeout);
  const why = `had no answer within ${seconds(actuator.timeout)}`;
  const inTime = whenAborted(limit).then((): Effect => ({ kind: 'unknown', why }));
  try {
    return await Promise.race([actuator.verify(target, limit), inTime]);
  } catch (error) {
    log.error({ actuator: actuator.name, error: nameOf(error) }, 'an actuator failed in a way it should not');
    return { kind: 'unknown', why: `failed (${nameOf(error)})` };
  }
};

/** The listener keeps the signal alive: a timeout that AbortSignal.any alone holds is collected, and never fires. */
const timeoutOf = (length: Duration): AbortSignal => {
  const signal = AbortSignal.timeout(length);
  signal.addEventListener('abort', () => undefined, { once: true });
  return signal;
};

const whenAborted = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });

const wait = (pause: number, signal: AbortSignal): Promise<unknown> =>
  delay(pause, undefined, { signal, ref: false }).catch(() => undefined);

const seconds = (length: number): string => `${length / 1_000} s`;
/** Only the error's name is told: its message may quote an address, secrets and all. */
const nameOf = (error: unknown): string => (error instanceof Error ? error.name : 'unknown');
