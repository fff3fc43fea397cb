/** What a store still shows: all that is unresolved, and what was resolved in the last day of event time. */
import type { Incident } from './incident.ts';
import { KEPT_RESOLVED } from './lifecycle.ts';

/** Oldest first, so that every adapter answers in the same order. */
export const stillKept = (incidents: readonly Incident[]): Incident[] => {
  const newest = incidents.reduce((last, one) => Math.max(last, one.resolvedAt ?? one.lastSeenAt), 0);
  return incidents
    .filter((one) => one.status !== 'resolved' || newest - (one.resolvedAt ?? newest) <= KEPT_RESOLVED)
    .sort((a, b) => a.openedAt - b.openedAt || (a.id < b.id ? -1 : 1));
};
