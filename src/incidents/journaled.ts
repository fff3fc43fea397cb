/** An incident store of which every action that is recorded stands in the journal too. */
import { entryOfAction } from './entries.ts';
import type { Journal } from './journal.ts';
import type { IncidentStore } from './store.ts';

export const journaled = (store: IncidentStore, journal: Journal): IncidentStore => ({
  ...store,
  record: async (action) => {
    await store.record(action);
    await journal.append([entryOfAction(action)]);
  },
});
