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
}

export const createSeen = (remembered = REMEMBERED): Seen => {
  const partitions = new Map<PartitionId, { recent: Map<string, Offset>; older: Map<string, Offset> }>();
  return {
    isRepeat: (partition, offset, event) => {
      let known = partitions.get(partition);
      if (!known) {
        known = { recent: new Map(), older: new Map() };
        partitions.set(partition, known);
      }
      const name = `${event.provider ?? ''} ${event.type} ${event.id}`;
      const first = known.recent.get(name) ?? known.older.get(name);
      if (first !== undefined && first < offset) return true;
      if (known.recent.size >= remembered) {
        known.older = known.recent;
        known.recent = new Map();
      }
      known.recent.set(name, offset);
      return false;
    },
  };
};
