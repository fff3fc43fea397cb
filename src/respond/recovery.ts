/**
 * Loose ends: what died with the instance that carried it out. In: the log of actions, newest first, with the pauses
 * that stand, or with incidents. Out: what is still to be done, or to be told, oldest first. Pure.
 */
import type { Action, Incident } from '../incidents/incident.ts';
import { UNDER_WAY } from '../incidents/lifecycle.ts';
import type { Pause } from './gate/gate.ts';
import { type Target, targetKey, targetOf } from './target.ts';

/**
 * Orders that the gate may have taken and that were not brought to their end: pauses that stand without an outcome, or
 * before all actuators had answered, and resumes without one. A pause older than the log is taken for finished.
 */
export const unfinished = (log: readonly Action[], active: readonly Pause[]): Action[] => {
  const outcomes = newestFirst(log.filter(({ refused }) => refused !== UNDER_WAY));
  const orders = newestFirst(log.filter(({ refused }) => refused === UNDER_WAY));
  const oldest = log.at(-1)?.at ?? Number.POSITIVE_INFINITY;
  const pauses = active
    .map((pause) => orders.get(nameOf(asOrdered(pause))) ?? asOrdered(pause))
    .filter((order) => {
      const outcome = outcomes.get(nameOf(order));
      const isFinished = outcome && outcome.refused === undefined && outcome.unanswered === undefined;
      return order.at >= oldest && !isFinished;
    });
  const resumes = [...orders.values()].filter(
    (order) => order.action === 'resume' && !outcomes.has(nameOf(order)),
  );
  return [...pauses, ...resumes].toSorted((a, b) => a.at - b.at).map(({ refused, ...order }) => order);
};

/** What was carried out and is not known to its incident. */
export const untold = (log: readonly Action[], incidents: readonly Incident[]): Action[] => {
  const done = newestFirst(log.filter(({ dryRun, refused }) => !dryRun && refused === undefined));
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

const asOrdered = (pause: Pause): Action => {
  const { since, incident, reason, by } = pause;
  return { ...targetOf(pause), action: 'pause', at: since, incident, reason, by, dryRun: false };
};

/** Of what has one name, the newest. */
const newestFirst = (log: readonly Action[]): Map<string, Action> => {
  const named = new Map<string, Action>();
  for (const action of log) if (!named.has(nameOf(action))) named.set(nameOf(action), action);
  return named;
};

/** The same of an order and of what became of it. */
const nameOf = (action: Target & Pick<Action, 'at' | 'action' | 'by'>): string =>
  `${action.at} ${action.action} ${targetKey(action)} ${action.by}`;
