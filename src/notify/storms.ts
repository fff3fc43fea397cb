/** Storms: when many incidents open at once, those beyond the first few share one message. Pure; event time only. */
import type { Config } from '../config/schema.ts';
import type { Incident } from '../incidents/incident.ts';

export type StormRule = Config['notify']['digest'];

export interface Storm {
  /** Follows from its first member, so that every instance and every restart finds the same. */
  readonly id: string;
  /** In the order they opened. */
  readonly members: readonly Incident[];
}

/**
 * The storm of each incident that has one. A storm begins with the incident that makes more than `above` within
 * `within`, and goes on until no other has opened for as long; earlier incidents are none of it.
 */
export const stormsAmong = (
  incidents: readonly Incident[],
  { above, within }: StormRule,
): ReadonlyMap<string, Storm> => {
  const sorted = incidents.toSorted((a, b) => a.openedAt - b.openedAt || (a.id < b.id ? -1 : 1));
  const storms = new Map<string, Storm>();
  let members: Incident[] = [];
  for (const [n, incident] of sorted.entries()) {
    const before = sorted[n - above];
    const isMany = before !== undefined && incident.openedAt - before.openedAt < within;
    const last = members.at(-1);
    const goesOn = last !== undefined && incident.openedAt - last.openedAt < within;
    if (!goesOn) members = [];
    if (!goesOn && !isMany) continue;
    members.push(incident);
    storms.set(incident.id, { id: `storm-${members[0]?.id}`, members });
  }
  return storms;
};
