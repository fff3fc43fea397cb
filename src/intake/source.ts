/**
 * Intake: outside records become counted batches. Sources (kafka/, file/, http/) make raw batches of one partition in
 * offset order; ingest.ts parses, sets the bad aside as dead letters, folds and applies; backpressure.ts says how far
 * ahead of the evaluation a log may be read.
 *
 * How it stays fast: one record costs a parse of its JSON and a fold into sums, and nothing that could be done for a
 * batch: no await, no command, no key built. Up to four partitions are read side by side, each in stretches of at most
 * 2,000 records: while the sums of one are on their way to Redis, in one script with the offset they reach, the thread
 * parses and folds the next of another. Within a partition the next stretch waits for the answer to the one before, so
 * that order and offsets need no second look, and what a gap, a fence or a redelivery says holds at once. Parsing
 * stops every 250 records for whatever else is due: the evaluation shares the thread, and makes some ten trips to Redis
 * from a message to a pause.
 *
 * What the fold must remember (which messages came, which orders, which people) lies in typed arrays of fixed size,
 * found by hashes: nothing is made for it, and the collector has nothing to walk. All of it runs on one thread, since
 * a partition's memory belongs to whoever folds it; more cores are used by more instances, which the group shares the
 * partitions among, and which are there when one of them dies. `npm run bench` holds one, two and four of them against
 * each other, `npm run bench:fold` tells where the time of an event goes, test/bench/RESULTS.md what it is.
 */
import type { Ms } from '../events/event.ts';
import type { Parsed } from '../events/shape.ts';
import type { ApplyResult, Offset, PartitionId, RecordFingerprint } from '../windows/store/store.ts';

export interface RawRecord {
  /** What became of it, where whoever read it has parsed it already. */
  readonly parsed?: Parsed;
  readonly offset: Offset;
  /** The record's bytes; null for a Kafka tombstone. */
  readonly value: Buffer | null;
}

/** A stretch of one partition as its source read it. */
export interface RawBatch {
  readonly partition: PartitionId;
  /** The epoch that claiming the partition gave. */
  readonly epoch: number;
  /** The batch covers [from, next); without records it only moves the watermark of an idle, fully read partition. */
  readonly from: Offset;
  readonly next: Offset;
  readonly records: readonly RawRecord[];
  /** The instant up to which an idle partition is complete. */
  readonly idleUntil?: Ms;
  /** Tells, by the time of the batch's first event, up to which event time it may be counted; absent, all of it may. */
  readonly upTo?: (first: Ms) => Ms | undefined;
  /** Told what was set aside once the batch is counted, by a source that answers its sender. */
  readonly onRejected?: (letters: readonly DeadLetter[]) => void;
}

/**
 * What became of a batch. applied: what lies before `next`, up to the record of `fingerprint`, is counted, which is all
 * of it unless `upTo` said otherwise. The other kinds are the store's answers.
 */
export type Counted =
  | {
      readonly kind: 'applied';
      readonly next: Offset;
      readonly newest: Ms;
      readonly fingerprint?: RecordFingerprint | undefined;
    }
  | Exclude<ApplyResult, { kind: 'applied' }>;

/** What became of a batch, or early: nothing may be counted yet of what begins with an event of `first`. */
export type Ingested = Counted | { readonly kind: 'early'; readonly first: Ms };

/** Counts a batch. Rejects only when the store or the dead letters cannot be reached: try the same batch again. */
export type Ingest = (batch: RawBatch) => Promise<Ingested>;

/** A record that could not be counted. */
export interface DeadLetter {
  readonly partition: PartitionId;
  readonly offset: Offset;
  /** A short stable code, e.g. "not_json", "missing_field", "bad_date", "too_long", "in_the_future". */
  readonly reason: string;
  /** What is wrong, in a sentence that names the field. */
  readonly detail: string;
  /** When the record was set aside, by the clock. */
  readonly at: Ms;
  /** The record as it came; of one longer than the record limit, its beginning. */
  readonly value: Buffer;
}

/** Where dead letters go; they are durable once `put` answers. Adapters: file/dead-letters.ts, kafka/dead-letters.ts. */
export interface DeadLetters {
  put(letters: readonly DeadLetter[]): Promise<void>;
  close(): Promise<void>;
}
