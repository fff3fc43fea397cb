/**
 * Incidents that outlive their store's memory: a Redis that comes back without it is given what this instance last knew
 * to be there. Else every incident of the last hour would be found again, and told again.
 */
import type { Logger } from 'pino';
import type { Incident } from './incident.ts';
import { stillKept } from './retention.ts';
import type { IncidentStore } from './store.ts';

export const remembering = (store: IncidentStore, log: Logger): IncidentStore => {
  const known = new Map<string, Incident>();
  const note = (incidents: readonly Incident[]): void => {
    for (const one of incidents)
      if (one.revision >= (known.get(one.id)?.revision ?? 0)) known.set(one.id, one);
  };
  return {
    ...store,
    save: async (incidents, token) => {
      await store.save(incidents, token);
      note(incidents);
    },
    load: async () => {
      const found = await store.load();
      const there = new Set(found.map(({ id }) => id));
      const all = stillKept([...found, ...[...known.values()].filter(({ id }) => !there.has(id))]);
      const lost = all.filter(({ id }) => !there.has(id));
      if (lost.length > 0) {
        await store.save(lost);
        log.warn(
          { incidents: lost.length },
          'incidents were gone from the store: written again as last known',
        );
      }
      known.clear();
      note(all);
      return all;
    },
  };
};
