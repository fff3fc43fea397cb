/** What intake hands to the fold: the events of one stretch of one partition. */
import type { Ms, SmsEvent } from '../events/event.ts';
import type { FoldedBatch, Offset, PartitionId } from '../windows/store/store.ts';

export interface FoldInput {
  readonly partition: PartitionId;
  readonly epoch: number;
  readonly from: Offset;
  readonly next: Offset;
  /** The events in offset order, each with its offset. */
  readonly events: ReadonlyArray<{ readonly offset: Offset; readonly event: SmsEvent }>;
  /** The number of records set aside by reason, which counts in rejected{reason=...}. */
  readonly rejected: ReadonlyMap<string, number>;
  /** The instant up to which an idle partition is known complete. */
  readonly idleUntil?: Ms;
}

/** Turns a stretch into sums. The same stretch folded again gives the same. */
export type Fold = (input: FoldInput) => FoldedBatch;
