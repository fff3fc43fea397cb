/** Where instances without a server keep what they share. */
import { openGate } from '../../../src/cli/replay/state.ts';
import { duration } from '../../../src/events/event.ts';
import { MINUTE } from '../../../src/events/time.ts';
import { createMemoryStore } from '../../../src/windows/store/memory.ts';
import type { Place } from '../../support/cut-stream.ts';
import { createIncidents, createMemory } from '../../support/instances.ts';

export const openInProcess = async (instances: number): Promise<Place> => {
  let holder = { instance: 0, token: 0 };
  return {
    store: createMemoryStore(),
    memory: createMemory(),
    incidents: createIncidents(),
    gate: openGate(),
    leases: Array.from({ length: instances }, (_, n) => ({
      length: duration(10 * MINUTE),
      hold: async () => (n === holder.instance ? holder.token : null),
      release: async () => {},
      close: async () => {},
    })),
    give: async (instance) => {
      holder = { instance, token: holder.token + 1 };
    },
    close: async () => {},
  };
};
