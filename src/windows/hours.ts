/**
 * Messages in forbidden hours, and why: sent there of a provider's own accord, or only late out of its queue.
 * In: what was submitted and sent, in the order of its partition. Out: quiet or late, undefined for the rest.
 */
import type { Category, MessageEvent } from '../events/event.ts';
import type { IsQuiet } from './fold-input.ts';
import type { Offset, PartitionId } from './store.ts';

/** Submissions remembered a partition: at least this many, at most twice as many, some 100 bytes each. */
const REMEMBERED = 50_000;

/**
 * quiet: submitted, or sent, in hours forbidden to its category where its recipient lives.
 * late: sent in them, but submitted before, when it was allowed. Only what its partition brought before it tells.
 */
export type Hours = 'quiet' | 'late';

export type HoursOf = (
  partition: PartitionId,
  offset: Offset,
  event: MessageEvent,
  category: Category,
) => Hours | undefined;

/** Offsets of submissions in allowed hours, by provider and id. */
interface Generation {
  size: number;
  readonly offsets: Map<string, Map<string, Offset>>;
}
const newGeneration = (): Generation => ({ size: 0, offsets: new Map() });

/**
 * A submission counts from the offset it stands at, so that what was sent before it in the partition is judged the
 * same when its stretch is folded again.
 */
export const createHours = (isQuiet: IsQuiet, remembered = REMEMBERED): HoursOf => {
  const partitions = new Map<PartitionId, { recent: Generation; older: Generation }>();
  const knownOf = (partition: PartitionId) => {
    const known = partitions.get(partition) ?? { recent: newGeneration(), older: newGeneration() };
    partitions.set(partition, known);
    return known;
  };
  const submittedAt = (partition: PartitionId, { provider, id }: MessageEvent): Offset | undefined => {
    const { recent, older } = knownOf(partition);
    return recent.offsets.get(provider)?.get(id) ?? older.offsets.get(provider)?.get(id);
  };
  const remember = (partition: PartitionId, offset: Offset, event: MessageEvent): void => {
    if (submittedAt(partition, event) !== undefined) return;
    const known = knownOf(partition);
    if (known.recent.size >= remembered) {
      known.older = known.recent;
      known.recent = newGeneration();
    }
    known.recent.size += 1;
    const ids = known.recent.offsets.get(event.provider) ?? new Map<string, Offset>();
    known.recent.offsets.set(event.provider, ids.set(event.id, offset));
  };

  return (partition, offset, event, category) => {
    const quiet = isQuiet(event.to, event.at, category);
    if (quiet === undefined) return undefined;
    if (event.type === 'submitted') {
      if (!quiet) remember(partition, offset, event);
      return quiet ? 'quiet' : undefined;
    }
    if (!quiet) return undefined;
    const submitted = submittedAt(partition, event);
    return submitted !== undefined && submitted < offset ? 'late' : 'quiet';
  };
};
