/**
 * Recovery: what died with the instance that carried it out. In: the log of actions, newest first, with the pauses
 * that stand, or with incidents. Out: what is still to be done, or to be told, oldest first. Pure.
 */
import { type Intent, intentOf, tookPlace } from '../incidents/action.ts';
import type { Action, Incident } from '../incidents/incident.ts';
import type { Pause } from './gate/gate.ts';
import { type Target, targetKey, targetOf } from './target.ts';

/**
 * Orders that the gate may have taken and that were not brought to their end: pauses that stand without an outcome, or
 * before all actuators had answered, and resumes without one. A pause older than the log is taken for finished.
 */
export const unfinished = (log: readonly Action[], active: readonly Pause[]): Intent[] => {
  const outcomes = newestFirst(log.filter(({ state }) => state !== 'ordered'));
  const ordered = newestFirst(log.filter(({ state }) => state === 'ordered'));
  const orders = new Map([...ordered].map(([name, action]) => [name, intentOf(action)]));
  const oldest = log.at(-1)?.at ?? Number.POSITIVE_INFINITY;
  const pauses = active
    .map((pause) => orders.get(nameOf(intentBehind(pause))) ?? intentBehind(pause))
    .filter((order) => {
      const outcome = outcomes.get(nameOf(order));
      const isFinished = outcome && tookPlace(outcome) && outcome.unanswered === undefined;
      return order.at >= oldest && !isFinished;
    });
  const resumes = [...orders.values()].filter(
    (order) => order.action === 'resume' && !outcomes.has(nameOf(order)),
  );
  return [...pauses, ...resumes].toSorted((a, b) => a.at - b.at);
};

/** What was carried out and is not known to its incident. */
export const untold = (log: readonly Action[], incidents: readonly Incident[]): Action[] => {
  const done = newestFirst(log.filter(({ state }) => state === 'done'));
  return [...done.values()].toReversed().filter((action) => {
    const incident = incidents.find(({ id }) => id === action.incident);
    if (!incident) return false;
    const [oldest] = incident.actions;
    const isForgotten = oldest !== undefined && action.at < oldest.at;
    return !isForgotten && !isKnown(action, incident);
  });
};

/** Whether it is a part of its incident, with the same outcome or another. */
export const isKnown = (action: Action, incident: Incident): boolean =>
  incident.actions.some((known) => nameOf(known) === nameOf(action));

const intentBehind = (pause: Pause): Intent => {
  const { since, incident, reason, by } = pause;
  return { ...targetOf(pause), action: 'pause', at: since, incident, reason, by, dryRun: false };
};

/** By name; of several with the same name the newest. */
const newestFirst = (log: readonly Action[]): Map<string, Action> => {
  const named = new Map<string, Action>();
  for (const action of log) if (!named.has(nameOf(action))) named.set(nameOf(action), action);
  return named;
};

/** An order and what became of it have the same name. */
const nameOf = (action: Target & Pick<Action, 'at' | 'action' | 'by'>): string =>
  `${action.at} ${action.action} ${targetKey(action)} ${action.by}`;
