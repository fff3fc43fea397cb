/**
 * Providers deliver the same event twice. Seen: which events a partition brought lately, and where first.
 * An event counts at the lowest offset it was seen at, so that folding a stretch again gives the same result.
 */
import type { SmsEvent } from '../events/event.ts';
import type { Offset, PartitionId } from './store.ts';

/** Events remembered a partition: at least this many, at most twice as many. */
const REMEMBERED = 100_000;

export interface Seen {
  /** True when the same event stands at a lower offset of the same partition. */
  isRepeat(partition: PartitionId, offset: Offset, event: SmsEvent): boolean;
  /** Repeats found since the start; a stretch that was folded again has its repeats counted again. */
  repeats(): number;
}

/** Where each event was first seen, by provider, type and id: nested, so that no name is built for an event. */
interface Generation {
  size: number;
  readonly offsets: Map<string, Map<string, Map<string, Offset>>>;
}
const newGeneration = (): Generation => ({ size: 0, offsets: new Map() });

export const createSeen = (remembered = REMEMBERED): Seen => {
  const partitions = new Map<PartitionId, { recent: Generation; older: Generation }>();
  let repeats = 0;

  return {
    repeats: () => repeats,
    isRepeat: (partition, offset, event) => {
      let known = partitions.get(partition);
      if (!known) {
        known = { recent: newGeneration(), older: newGeneration() };
        partitions.set(partition, known);
      }
      const provider = event.provider ?? '';
      const first =
        known.recent.offsets.get(provider)?.get(event.type)?.get(event.id) ??
        known.older.offsets.get(provider)?.get(event.type)?.get(event.id);
      if (first !== undefined && first < offset) {
        repeats += 1;
        return true;
      }
      if (known.recent.size >= remembered) {
        known.older = known.recent;
        known.recent = newGeneration();
      }
      known.recent.size += 1;
      idsOf(known.recent, provider, event.type).set(event.id, offset);
      return false;
    },
  };
};

const idsOf = ({ offsets }: Generation, provider: string, type: string): Map<string, Offset> => {
  let types = offsets.get(provider);
  if (!types) {
    types = new Map();
    offsets.set(provider, types);
  }
  let ids = types.get(type);
  if (!ids) {
    ids = new Map();
    types.set(type, ids);
  }
  return ids;
};
