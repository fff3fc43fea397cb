/**
 * What is done about an incident: actions, what the stream says of them, a person who takes it up. Pure.
 * In: an incident and what was done. Out: the next incident, and what is worth telling. See transitions.ts.
 */
import { type Ms, ms } from '../events/event.ts';
import { isSameRefusal } from './action.ts';
import {
  type Action,
  DETECTION,
  type Incident,
  type IncidentChange,
  isUnderPause,
  type Verdict,
} from './incident.ts';
import { type Illegal, move, type Trigger } from './transitions.ts';

/** For how long a resolved incident is still shown, in event time. */
export const KEPT_RESOLVED = 24 * 3_600_000;
const MAX_ACTIONS = 50;

/** Has no change when it was no news; refused, and the incident as it was, when it may not happen to it. */
export interface LifecycleOutcome {
  readonly incident: Incident;
  readonly change?: IncidentChange;
  readonly refused?: Illegal;
}

/**
 * Makes an action part of its incident. One refused again for the same reason is no news. A resolved incident takes
 * none: what was done then stands in the log of actions.
 */
export const applyAction = (incident: Incident, action: Action): LifecycleOutcome => {
  if (incident.status === 'resolved') return { incident, refused: 'resolved' };
  const last = incident.actions.at(-1);
  if (action.state === 'refused' && last?.action === action.action && isSameRefusal(last, action))
    return { incident };
  const trigger = triggerOf(incident, action);
  const moved = trigger ? move(incident.status, trigger) : { to: incident.status };
  if ('refused' in moved) return { incident, refused: moved.refused };
  const { verdict, ...rest } = incident;
  const next: Incident = {
    ...rest,
    status: moved.to,
    actions: [...incident.actions, action].slice(-MAX_ACTIONS),
    // A verdict is about the pause before: another one is judged anew.
    ...(verdict && !trigger ? { verdict } : {}),
    revision: incident.revision + 1,
  };
  const { at, by } = action;
  const told = { kind: kindOf(action), cause: 'action', says: saysOf(action) } as const;
  return { incident: next, change: { ...told, incident: next, at, by, from: incident.status } };
};

/**
 * What the stream says of the pause. One that bites mitigates; one that does not leads back to mitigating, and
 * escalates each time that it is another pause, or another number of messages.
 */
export const verified = (incident: Incident, verdict: Verdict): LifecycleOutcome => {
  if (incident.status === 'resolved') return { incident, refused: 'resolved' };
  const { at, bites, says } = verdict;
  const moved = move(incident.status, bites ? 'bites' : 'leaks');
  if ('refused' in moved) return { incident, refused: moved.refused };
  const before = incident.verdict;
  if (before && isSameVerdict(before, verdict)) return { incident };
  const next: Incident = {
    ...incident,
    status: moved.to,
    severity: bites ? incident.severity : 'critical',
    verdict,
    revision: incident.revision + 1,
  };
  const told = { kind: bites ? 'mitigated' : 'escalated', cause: 'verdict', says } as const;
  return { incident: next, change: { ...told, incident: next, at, by: DETECTION, from: incident.status } };
};

/** A verdict of an older version does not say whose pause it is about: it is taken for the same. */
const isSameVerdict = (before: Verdict, { bites, target, count }: Verdict): boolean =>
  before.bites === bites && (bites || (before.count === count && (before.target ?? target) === target));

/** A person takes the incident up, which counts once until it is open again; a pause goes on as it is. */
export const acknowledge = (incident: Incident, at: Ms, by: string): LifecycleOutcome => {
  const moved = move(incident.status, 'acknowledge');
  if ('refused' in moved) return { incident, refused: moved.refused };
  if (isUnderPause(incident) && incident.acknowledged) return { incident, refused: 'already_acknowledged' };
  const next: Incident = {
    ...incident,
    status: moved.to,
    acknowledged: { at, by },
    revision: incident.revision + 1,
  };
  const told = { kind: 'acknowledged', cause: 'person', says: `Acknowledged by ${by}` } as const;
  return { incident: next, change: { ...told, incident: next, at, by, from: incident.status } };
};

/**
 * What was found turned out not to be so, for the reason that `says`: the incident is over at `at`. What is found of the
 * provider from `own` on, by its own time, is news.
 */
export const refuted = (
  incident: Incident,
  { at, own, says }: { readonly at: Ms; readonly own: Ms; readonly says: string },
): LifecycleOutcome => {
  const moved = move(incident.status, 'quiet');
  if ('refused' in moved) return { incident, refused: moved.refused };
  const next: Incident = {
    ...incident,
    status: moved.to,
    lastSeenAt: ms(Math.max(incident.openedAt, Math.min(incident.lastSeenAt, own))),
    resolvedAt: at,
    revision: incident.revision + 1,
  };
  const told = { kind: 'resolved', cause: 'refuted', says: `Resolved: ${says}` } as const;
  return { incident: next, change: { ...told, incident: next, at, by: DETECTION, from: incident.status } };
};

/** Whether what was done leaves the provider, or something of it, paused. */
export const hasPause = (actions: readonly Action[]): boolean => {
  const last = actions.findLast(isDone);
  return last !== undefined && !endsPause(last);
};

/** When the last pause ended, if one did. */
export const pauseEndedAt = (actions: readonly Action[]): Ms | undefined =>
  actions.findLast((action) => isDone(action) && endsPause(action))?.at;

/** What was found paused, or resumed, counts as done, whoever did it. */
const isDone = ({ action, dryRun, state, code }: Action): boolean =>
  state === 'done' || (!dryRun && code === (action === 'resume' ? 'not_paused' : 'already_paused'));

const endsPause = ({ action, stillPaused = [] }: Action): boolean =>
  action === 'resume' && stillPaused.length === 0;

/** What an action does to the status; nothing when it was only rehearsed or was refused. */
const triggerOf = (incident: Incident, action: Action): Trigger | undefined => {
  if (!isDone(action) || action.action === 'change') return undefined;
  if (action.action === 'resume') return endsPause(action) ? 'resume' : undefined;
  // Whoever paused what was found paused, it is to be seen whether that pause bites.
  return action.state === 'refused' && isUnderPause(incident) ? undefined : 'pause';
};

/** Only what was really done is called paused or resumed. */
const kindOf = ({ action, state }: Action): IncidentChange['kind'] => {
  if (state !== 'done' || action === 'change') return 'updated';
  return action === 'pause' ? 'paused' : 'resumed';
};

const saysOf = (done: Action): string => {
  const { action, state, code, refused, reason, provider, by, stillPaused = [] } = done;
  if (code === 'already_paused') return `${provider} is already paused`;
  if (refused !== undefined) return `Not ${action}d: ${refused}`;
  if (action === 'change') return reason;
  if (state === 'rehearsed')
    return `Dry run, nothing done; armed, tocsin would ${action} ${provider}: ${reason}`;
  const rest = stillPaused.length > 0 ? `; still paused: ${stillPaused.join(', ')}` : '';
  return `${action === 'pause' ? 'Paused' : 'Resumed'} by ${by}: ${reason}${rest}`;
};
