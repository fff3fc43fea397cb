/** Incidents and the log of actions of several machines, in one memory. What is kept is a copy. */
import type { Action, Incident } from '../../../src/incidents/incident.ts';
import { stillKept } from '../../../src/incidents/retention.ts';
import type { IncidentStore } from '../../../src/incidents/store.ts';
import { createFence, type Fence } from './fence.ts';

const MOST_ACTIONS = 1_000;

export const createSharedIncidents = (fence: Fence = createFence()): IncidentStore => {
  let kept: readonly Incident[] = [];
  let actions: readonly Action[] = [];
  return {
    load: async () => kept,
    save: async (incidents, token) => {
      fence(token);
      if (incidents.length === 0) return;
      const byId = new Map(kept.map((one) => [one.id, one]));
      for (const one of incidents)
        if (one.revision >= (byId.get(one.id)?.revision ?? 0)) byId.set(one.id, copied(one));
      kept = stillKept([...byId.values()]);
    },
    record: async (action) => {
      actions = [copied(action), ...actions].slice(0, MOST_ACTIONS);
    },
    actions: async (limit) => (limit <= 0 ? [] : actions.slice(0, limit)),
    close: async () => {},
  };
};

const copied = <T>(one: T): T => JSON.parse(JSON.stringify(one)) as T;
