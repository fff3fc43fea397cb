/** What intake hands to the fold: the events of one stretch of one partition. */
import type { Ms, SmsEvent } from '../events/event.ts';
import type { FoldedBatch, Offset, PartitionId } from '../windows/store/store.ts';

export interface FoldInput {
  readonly partition: PartitionId;
  readonly epoch: number;
  readonly from: Offset;
  readonly next: Offset;
  /** In offset order. */
  readonly events: ReadonlyArray<{ readonly offset: Offset; readonly event: SmsEvent }>;
  /** Records set aside, by reason; counted in rejected{reason=...}. */
  readonly rejected: ReadonlyMap<string, number>;
  readonly idleUntil?: Ms;
}

export type Fold = (input: FoldInput) => FoldedBatch;
