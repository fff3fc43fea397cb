/** An incident store of which every action that is recorded stands in the journal too. */
import type { IncidentStore } from '../store.ts';
import { entryOfAction } from './entries.ts';
import type { Journal } from './log.ts';

export const journaled = (store: IncidentStore, journal: Journal): IncidentStore => ({
  ...store,
  record: async (action) => {
    await store.record(action);
    await journal.append([entryOfAction(action)]);
  },
});
