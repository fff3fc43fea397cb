/**
 * The store port: per-second counts, recipient sketches and the offset they reach, kept together.
 * In: folded batches of one partition. Out: whether they counted, and what changed since one last looked.
 * Adapters: memory.ts (embedded, with a snapshot on disk) and redis.ts. Both pass test/contract/store.
 */
import type { Duration, Ms, Second } from '../../events/event.ts';
import type { SeriesKey } from '../series.ts';

/** Names one ordered stream of records: "kafka:sms-events:3", "file:/var/log/sms.ndjson", "http". */
export type PartitionId = string;
/** A position in a partition: records below it are counted, it is the next to read. */
export type Offset = number;

/** The event time that one sketch covers. */
export const DISTINCT_SLOT = 60_000 as Duration;
/** The event time that one tally covers. */
export const TALLY_SLOT = 600_000 as Duration;
/** The most recipients one tally holds; those beyond are counted as `untracked`, never dropped in silence. */
export const TALLY_LIMIT = 20_000;
/** How far behind its newest event a store keeps seconds and slots. */
export const KEEP = 7_200_000 as Duration;
/** How long after its end an announced campaign is known: messages and reports come late. */
export const ANNOUNCED_KEPT = 172_800_000 as Duration;
/** The most announced campaigns a store keeps; beyond it those that end first go. */
export const ANNOUNCED_LIMIT = 1_000;

/** The most people kept who opted out in a partition, about 100 bytes each; beyond it those heard of first go. */
export const WITHDRAWN_LIMIT = 100_000;
/** The most people kept who opted in, for opt-outs that come late; beyond it those heard of first go. */
export const RETURNED_LIMIT = 10_000;

/** A series and one of its slots, as `<series>@<slot start in epoch ms>`. */
export type SlotKey = `${SeriesKey}@${number}`;

/** The epoch ms at which a slot begins, from its key or any name that ends in it. */
export const slotStart = (key: string): number => Number(key.slice(key.lastIndexOf('@') + 1));

/** Keyed HMAC of a phone number (first 64 bits, base64url): never the number itself. */
export type RecipientKey = string;

/** A campaign that was announced: what is expected to be sent, and when. */
export interface Announcement {
  /** Of announcements with the same id, the one with the latest `at` holds. */
  readonly id: string;
  readonly campaign: string;
  /** Who is to send it; absent when any provider may. */
  readonly provider?: string;
  readonly at: Ms;
  readonly start: Ms;
  readonly end: Ms;
  /** How many people it is meant for. */
  readonly audience: number;
}

/** Somebody who takes no marketing any more. */
export interface Withdrawal {
  /** When they asked for it, or were taken off the base without asking. */
  readonly at: Ms;
  /** Through which provider they asked, while nobody has taken them off and the time for it is not over. */
  readonly asked?: string;
}

/** What people last said of marketing to them; nobody is in both. */
export interface Consent {
  readonly withdrawn: ReadonlyMap<RecipientKey, Withdrawal>;
  /** When each person opted in: an opt-out from before that changes nothing. */
  readonly returned: ReadonlyMap<RecipientKey, Ms>;
}

/** A record by which its log is known again: where another stands in its place, the log is another one. */
export interface RecordFingerprint {
  readonly offset: Offset;
  /** The CRC-32 of the record's value. */
  readonly crc: number;
}

/** A batch as it goes to the store: only sums, so that its size follows its variety, not its length. */
export interface FoldedBatch {
  readonly partition: PartitionId;
  /** The epoch that `claim` gave; a batch of an older epoch than the store's is fenced off. */
  readonly epoch: number;
  /** The batch covers every record in [from, next), gaps left by compaction included. */
  readonly from: Offset;
  readonly next: Offset;
  /** The batch's last record; absent when it has none, and then that of the batch before holds. */
  readonly fingerprint?: RecordFingerprint;
  /** The newest event time of the batch, or the instant up to which an idle partition is known complete. */
  readonly watermark: Ms;
  readonly counts: ReadonlyMap<Second, ReadonlyMap<SeriesKey, number>>;
  /** The HyperLogLog registers touched, from index to rank; merging is by maximum. */
  readonly distinct: ReadonlyMap<SlotKey, ReadonlyMap<number, number>>;
  /** The messages by recipient; merging is by sum. */
  readonly tallies: ReadonlyMap<SlotKey, ReadonlyMap<RecipientKey, number>>;
  /** The newest marketing text of each provider with its digits masked, the one sample an incident may show. */
  readonly samples: ReadonlyMap<string, string>;
  /** The campaigns announced, by id; merging is by the latest `at`. */
  readonly announced: ReadonlyMap<string, Announcement>;
  /** The people who opted out or in, or whose request was settled; merging is by the last. */
  readonly consent: Consent;
}

/** What became of a batch; all but `applied` change nothing. */
export type ApplyResult =
  | { readonly kind: 'applied' }
  /** All of it was counted before, since its `next` is not beyond the store's. */
  | { readonly kind: 'redelivered'; readonly next: Offset }
  /** Part of it was counted before: cut it at `next` and fold the rest again. */
  | { readonly kind: 'overlap'; readonly next: Offset }
  /** It begins beyond what is counted, since the store has lost some: claim again, and read from `next`. */
  | { readonly kind: 'gap'; readonly next: Offset }
  /** Somebody else has claimed the partition since: stop reading it. */
  | { readonly kind: 'fenced'; readonly epoch: number };

/** What a partition's new owner is told. */
export interface Claim {
  readonly epoch: number;
  /** The offset to read from; 0 when nothing is known to be counted. */
  readonly next: Offset;
  /** The last record that was counted, if it is known. */
  readonly fingerprint?: RecordFingerprint;
}

/** What a reader has seen of each partition; opaque to it, and undefined before its first read. */
export type Cursor = Readonly<Record<PartitionId, number>>;

/** Where a partition stands. */
export interface PartitionState {
  readonly partition: PartitionId;
  readonly next: Offset;
  readonly watermark: Ms;
  /** When it was last claimed or something of it counted, by the store's clock. */
  readonly countedAt: Ms;
}

/** Who got how many messages of a series in a slot. */
export interface Tally {
  /** The people with the most messages, most first, at most `TALLY_TOP`; merged over partitions. */
  readonly top: ReadonlyArray<readonly [RecipientKey, number]>;
  /** The messages of people beyond `TALLY_LIMIT`, who are not told apart. */
  readonly untracked: number;
}
/** The most people shown of one tally. */
export const TALLY_TOP = 50;

/** What changed since a cursor: full totals over all partitions of each changed second and slot, not deltas. */
export interface WindowChanges {
  readonly cursor: Cursor;
  readonly partitions: readonly PartitionState[];
  readonly counts: ReadonlyMap<Second, ReadonlyMap<SeriesKey, number>>;
  /** The sketches that changed, one byte a register, merged over partitions. */
  readonly distinct: ReadonlyMap<SlotKey, Uint8Array>;
  readonly tallies: ReadonlyMap<SlotKey, Tally>;
  readonly samples: ReadonlyMap<string, string>;
  /** All campaigns known by id, changed or not, until `ANNOUNCED_KEPT` of event time after their end. */
  readonly announced: ReadonlyMap<string, Announcement>;
  /** The instant that `evaluated` was last told. */
  readonly evaluated?: Ms;
}

export interface WindowStore {
  /** Takes a partition: from now on older claims are fenced off. */
  claim(partition: PartitionId): Promise<Claim>;
  /**
   * Who has opted out and in in a partition, in the order in which people are forgotten. Read it after claiming the
   * partition, when nobody else writes it any more.
   */
  consent(partition: PartitionId): Promise<Consent>;
  /** Counts a batch and moves the offset in one atomic step, or changes nothing; rejects when the store is away. */
  apply(batch: FoldedBatch): Promise<ApplyResult>;
  /** Answers what changed since `cursor`; without one, everything kept. */
  read(cursor?: Cursor): Promise<WindowChanges>;
  /** Notes that everything up to `at` has been looked at, so that whoever reads a log stays within reach of it. */
  evaluated(at: Ms): Promise<void>;
  close(): Promise<void>;
}
