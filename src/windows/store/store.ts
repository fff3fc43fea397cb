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

/** Ten-minute slots of event time for tallies, one-minute slots for distinct sketches. */
export const DISTINCT_SLOT = 60_000 as Duration;
export const TALLY_SLOT = 600_000 as Duration;
/** The most recipients one tally holds; those beyond are counted as `untracked`, never dropped in silence. */
export const TALLY_LIMIT = 20_000;
/** What a store keeps of seconds, and of slots, behind its newest event. */
export const KEEP = 7_200_000 as Duration;
/** How long after its end an announced campaign is known: messages and reports come late. */
export const ANNOUNCED_KEPT = 172_800_000 as Duration;
/** The most campaigns a store knows of; of more, those that end first go. */
export const ANNOUNCED_LIMIT = 1_000;

/** The most people a partition is known to have lost, about 100 bytes each; of more, those heard of first go. */
export const WITHDRAWN_LIMIT = 100_000;
/** The most who opted in, which is remembered for opt-outs that come late; those heard of first go. */
export const RETURNED_LIMIT = 10_000;

/** `<series>@<slot start in epoch ms>` */
export type SlotKey = `${SeriesKey}@${number}`;
/** Keyed HMAC of a phone number (first 64 bits, base64url): never the number itself. */
export type RecipientKey = string;

/** A campaign that was announced: what is expected to be sent, and when. */
export interface Announcement {
  /** Announced again under the same id, the one with the latest `at` holds. */
  readonly id: string;
  readonly campaign: string;
  /** Absent: through whichever. */
  readonly provider?: string;
  readonly at: Ms;
  readonly start: Ms;
  readonly end: Ms;
  /** How many people it is meant for. */
  readonly audience: number;
}

/** Somebody who takes no marketing any more. */
export interface Withdrawal {
  /** When they asked for it, or were taken off the base without. */
  readonly at: Ms;
  /** Through which provider they asked, while nobody has taken them off and the time for it is not over. */
  readonly asked?: string;
}

/** What people last said of marketing to them; nobody is in both. */
export interface Consent {
  readonly withdrawn: ReadonlyMap<RecipientKey, Withdrawal>;
  /** When they opted in: an opt-out from before changes nothing. */
  readonly returned: ReadonlyMap<RecipientKey, Ms>;
}

/** A record by which its log is known again: where another stands in its place, the log is another one. */
export interface RecordFingerprint {
  readonly offset: Offset;
  /** CRC-32 of its value. */
  readonly crc: number;
}

/** A batch as it goes to the store: only sums, so that its size follows its variety, not its length. */
export interface FoldedBatch {
  readonly partition: PartitionId;
  /** From `claim`; an older epoch than the store's is fenced off. */
  readonly epoch: number;
  /** The batch covers every record in [from, next), gaps left by compaction included. */
  readonly from: Offset;
  readonly next: Offset;
  /** The last record of the batch; absent when it has none, and then the one before it stays. */
  readonly fingerprint?: RecordFingerprint;
  /** The newest event time of the batch, or the instant up to which an idle partition is known complete. */
  readonly watermark: Ms;
  readonly counts: ReadonlyMap<Second, ReadonlyMap<SeriesKey, number>>;
  /** HyperLogLog registers touched: register index to rank. Merging is by maximum. */
  readonly distinct: ReadonlyMap<SlotKey, ReadonlyMap<number, number>>;
  /** Messages by recipient. Merging is by sum. */
  readonly tallies: ReadonlyMap<SlotKey, ReadonlyMap<RecipientKey, number>>;
  /** The newest marketing text by provider, digits masked: the one sample an incident may show. */
  readonly samples: ReadonlyMap<string, string>;
  /** By id. Merging is by the latest `at`. */
  readonly announced: ReadonlyMap<string, Announcement>;
  /** People who opted out or in, or whose asking was settled. Merging is by the last. */
  readonly consent: Consent;
}

export type ApplyResult =
  | { readonly kind: 'applied' }
  /** All of it was counted before (next <= the store's); nothing changed. */
  | { readonly kind: 'redelivered'; readonly next: Offset }
  /** Part of it was counted before; nothing changed: cut it at `next` and fold again. */
  | { readonly kind: 'overlap'; readonly next: Offset }
  /** It begins beyond what is counted, which was lost; nothing changed: claim again, and read from `next`. */
  | { readonly kind: 'gap'; readonly next: Offset }
  /** Somebody else claimed the partition since; nothing changed: stop reading it. */
  | { readonly kind: 'fenced'; readonly epoch: number };

export interface Claim {
  readonly epoch: number;
  /** Where to read from; 0 if that is not known. */
  readonly next: Offset;
  /** The last record that was counted, if it is known. */
  readonly fingerprint?: RecordFingerprint;
}

/** Opaque: what a reader has seen. Undefined at first. */
export type Cursor = Readonly<Record<PartitionId, number>>;

export interface PartitionState {
  readonly partition: PartitionId;
  readonly next: Offset;
  readonly watermark: Ms;
  /** When it was last claimed or something of it counted, by the store's clock. */
  readonly countedAt: Ms;
}

export interface Tally {
  /** Those with the most messages, most first, at most `TALLY_TOP`; merged over partitions. */
  readonly top: ReadonlyArray<readonly [RecipientKey, number]>;
  readonly untracked: number;
}
export const TALLY_TOP = 50;

/** What changed since a cursor: full totals over all partitions of each changed second and slot, not deltas. */
export interface WindowChanges {
  readonly cursor: Cursor;
  readonly partitions: readonly PartitionState[];
  readonly counts: ReadonlyMap<Second, ReadonlyMap<SeriesKey, number>>;
  /** HyperLogLog registers (one byte each), merged over partitions. */
  readonly distinct: ReadonlyMap<SlotKey, Uint8Array>;
  readonly tallies: ReadonlyMap<SlotKey, Tally>;
  readonly samples: ReadonlyMap<string, string>;
  /** Not only what changed: all that are known by id, until `ANNOUNCED_KEPT` of event time after their end. */
  readonly announced: ReadonlyMap<string, Announcement>;
  /** What `evaluated` was last told. */
  readonly evaluated?: Ms;
}

export interface WindowStore {
  /** Take a partition: from now on older claims are fenced off. */
  claim(partition: PartitionId): Promise<Claim>;
  /** Who has opted out and in in a partition, in the order they are forgotten. Read it once it is claimed: nobody else writes then. */
  consent(partition: PartitionId): Promise<Consent>;
  /** Count a batch and move the offset in one atomic step, or change nothing. */
  apply(batch: FoldedBatch): Promise<ApplyResult>;
  /** What changed since `cursor`; without one, everything kept. */
  read(cursor?: Cursor): Promise<WindowChanges>;
  /** Everything up to here has been looked at: whoever reads stays within reach of it. */
  evaluated(at: Ms): Promise<void>;
  close(): Promise<void>;
}
