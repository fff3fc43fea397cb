/** Where an incident's provider stands after what was done about it. Pure. */
import type { Action } from '../incidents/incident.ts';
import { ALREADY_PAUSED } from '../incidents/lifecycle.ts';

/** Found paused already counts: the provider is stopped, whoever did it. */
const stands = ({ refused, dryRun }: Action): boolean => refused === ALREADY_PAUSED || !(refused || dryRun);

/** Whether what was done so far leaves the provider paused. */
export const isPaused = (actions: readonly Action[]): boolean =>
  (actions.findLast(stands)?.action ?? 'resume') !== 'resume';
