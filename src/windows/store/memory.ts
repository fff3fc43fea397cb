/** The embedded store: windows in the process. A snapshot of it survives a restart (snapshot.ts). */
import { type Clock, type Ms, ms } from '../../events/event.ts';
import {
  changesOf,
  count,
  emptyPartition,
  type PartitionWindows,
  prune,
  refusal,
  talliesOf,
  windowOf,
} from './memory-partition.ts';
import type { PartitionId, SlotKey, WindowStore } from './store.ts';
import { mergeChanges } from './totals.ts';

/** The store, and its partitions for the snapshot. */
export interface MemoryStore extends WindowStore {
  readonly partitions: Map<PartitionId, PartitionWindows>;
}

/** An empty store, in which `clock` says when something was counted. */
export const createMemoryStore = (clock: Clock = () => ms(Date.now())): MemoryStore => {
  let evaluated: Ms | undefined;
  const partitions = new Map<PartitionId, PartitionWindows>();
  const partitionOf = (id: PartitionId): PartitionWindows => {
    const known = partitions.get(id) ?? emptyPartition();
    partitions.set(id, known);
    return known;
  };

  return {
    partitions,
    claim: async (id) => {
      const partition = partitionOf(id);
      partition.epoch += 1;
      partition.countedAt = clock();
      return { epoch: partition.epoch, next: partition.next ?? 0, fingerprint: partition.fingerprint };
    },
    consent: async (id) => {
      const { withdrawn, returned } = partitions.get(id) ?? emptyPartition();
      return { withdrawn: new Map(withdrawn), returned: new Map(returned) };
    },
    apply: async (batch) => {
      const partition = partitionOf(batch.partition);
      const refused = refusal(partition, batch);
      if (refused) return refused;
      count(partition, batch);
      partition.countedAt = clock();
      prune(partition);
      return { kind: 'applied' };
    },
    read: async (cursor) => ({
      ...mergeChanges(
        [...partitions].map(([id, partition]) => changesOf(id, partition, cursor?.[id])),
        (kind, key) =>
          kind === 't'
            ? talliesOf([...partitions.values()], key as SlotKey)
            : [...partitions.values()].map((partition) => windowOf(partition, kind, key)),
      ),
      evaluated,
    }),
    evaluated: async (at) => {
      evaluated = at;
    },
    close: async () => {},
  };
};
