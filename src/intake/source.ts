/**
 * Intake: outside records become counted batches. Sources (kafka.ts, lines.ts, http.ts) make raw batches of one
 * partition in offset order; accept.ts parses, sets the bad aside as dead letters, folds and applies; pace.ts says how
 * far ahead of the evaluation a log may be read.
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
import type { ApplyResult, Offset, PartitionId, RecordFingerprint } from '../windows/store/store.ts';

export interface RawRecord {
  readonly offset: Offset;
  /** null: a Kafka tombstone. */
  readonly value: Buffer | null;
}

export interface RawBatch {
  readonly partition: PartitionId;
  readonly epoch: number;
  /** Covers [from, next). With no records it only moves the watermark of an idle, fully read partition. */
  readonly from: Offset;
  readonly next: Offset;
  readonly records: readonly RawRecord[];
  /** For an idle partition: complete up to here. */
  readonly idleUntil?: Ms;
  /** Asked with the time of its first event; absent: all of it is counted. */
  readonly upTo?: (first: Ms) => Ms | undefined;
  /** Told what was set aside, once the batch is counted: for a source that answers its sender. */
  readonly onRejected?: (letters: readonly DeadLetter[]) => void;
}

/**
 * applied: what lies before `next`, up to the record of `fingerprint`, is counted: all of it unless `upTo` said otherwise. The
 * rest is the store's.
 */
export type Counted =
  | {
      readonly kind: 'applied';
      readonly next: Offset;
      readonly newest: Ms;
      readonly fingerprint?: RecordFingerprint | undefined;
    }
  | Exclude<ApplyResult, { kind: 'applied' }>;

/** early: nothing may be counted yet of what begins with an event of `first`; nothing changed. */
export type Ingested = Counted | { readonly kind: 'early'; readonly first: Ms };

/** Parse, set aside, fold, apply. Throws only when the store or the dead letters cannot be reached: try again. */
export type Ingest = (batch: RawBatch) => Promise<Ingested>;

export interface DeadLetter {
  readonly partition: PartitionId;
  readonly offset: Offset;
  /** A short stable code, e.g. "not_json", "missing_field", "bad_date", "too_long", "in_the_future". */
  readonly reason: string;
  /** One sentence that names the field. */
  readonly detail: string;
  /** When it was set aside (clock). */
  readonly at: Ms;
  /** The record as it came, in full unless it is longer than the record limit (then its beginning). */
  readonly value: Buffer;
}

/** Durable once `put` answers. Adapters: dead-letters-file.ts, dead-letters-kafka.ts. */
export interface DeadLetters {
  put(letters: readonly DeadLetter[]): Promise<void>;
  close(): Promise<void>;
}
