/** The windows of one partition in memory: counting a batch, dropping what is old, telling what changed. Pure. */
import { type Ms, ms, second } from '../../events/event.ts';
import { keepLatest, prune as pruneAnnounced } from '../announced.ts';
import { keepConsent } from '../consent.ts';
import { REGISTERS } from '../distinct.ts';
import type { SeriesKey } from '../series.ts';
import { add } from '../sums.ts';
import {
  type Announcement,
  type ApplyResult,
  type FoldedBatch,
  KEEP,
  type PartitionId,
  type RecipientKey,
  type RecordFingerprint,
  type SlotKey,
  slotStart,
  TALLY_LIMIT,
  type Tally,
  type Withdrawal,
} from './store.ts';
import { candidatesOf, type PartitionChanges, raise, type TopEntry, topOf, type Value } from './totals.ts';

/** A tally that is still counted: messages by recipient, and those of recipients beyond its limit. */
export interface TallyCounts {
  readonly counts: Map<RecipientKey, number>;
  untracked: number;
  /** Those with the most messages, kept up to date from the first time somebody reads them. */
  top?: TopEntry[];
}

/** That something changed, and in which batch. */
export interface Touch {
  readonly seq: number;
  readonly key: string;
}

/** Everything the store holds of one partition. */
export interface PartitionWindows {
  epoch: number;
  /** The next offset to count; undefined until something was counted, since a stream may begin anywhere. */
  next: number | undefined;
  fingerprint: RecordFingerprint | undefined;
  watermark: number;
  countedAt: Ms;
  /** Grows with every batch, so that `touched` can say in which batch a key last changed. */
  seq: number;
  readonly seconds: Map<number, Map<SeriesKey, number>>;
  readonly distinct: Map<SlotKey, Uint8Array>;
  readonly tallies: Map<SlotKey, TallyCounts>;
  readonly touched: Map<string, number>;
  /** What changed, newest last and not as far back as `touched`, so that a frequent reader looks at its end only. */
  journal: Touch[];
  readonly samples: Map<string, string>;
  readonly announced: Map<string, Announcement>;
  readonly withdrawn: Map<RecipientKey, Withdrawal>;
  readonly returned: Map<RecipientKey, Ms>;
  prunedAt: number;
}

/** A partition of which nothing is counted. */
export const emptyPartition = (): PartitionWindows => ({
  epoch: 0,
  next: undefined,
  fingerprint: undefined,
  watermark: 0,
  countedAt: ms(0),
  seq: 0,
  seconds: new Map(),
  distinct: new Map(),
  tallies: new Map(),
  touched: new Map(),
  journal: [],
  samples: new Map(),
  announced: new Map(),
  withdrawn: new Map(),
  returned: new Map(),
  prunedAt: 0,
});

/** Why a batch changes nothing; undefined when it is to be counted. */
export const refusal = (partition: PartitionWindows, batch: FoldedBatch): ApplyResult | undefined => {
  const { epoch, next = 0 } = partition;
  if (batch.epoch < epoch) return { kind: 'fenced', epoch };
  const idle = batch.from === batch.next && batch.next === next;
  if (!idle && batch.next <= next) return { kind: 'redelivered', next };
  if (batch.from < next) return { kind: 'overlap', next };
  if (batch.from > next) return { kind: 'gap', next };
  return undefined;
};

/** The fewest changes that the journal keeps; at twice as many it is cut. */
const JOURNAL = 10_000;

/** Counts a batch, and notes what it changed. */
export const count = (partition: PartitionWindows, batch: FoldedBatch): void => {
  partition.epoch = batch.epoch;
  partition.next = batch.next;
  partition.fingerprint = batch.fingerprint ?? partition.fingerprint;
  partition.watermark = Math.max(partition.watermark, batch.watermark);
  partition.seq += 1;
  const touch = (key: string) => {
    partition.touched.set(key, partition.seq);
    partition.journal.push({ seq: partition.seq, key });
  };
  if (partition.journal.length > 2 * JOURNAL) partition.journal = partition.journal.slice(-JOURNAL);

  for (const [at, counts] of batch.counts) {
    const bucket = partition.seconds.get(at) ?? new Map<SeriesKey, number>();
    for (const [series, n] of counts) add(bucket, series, n);
    partition.seconds.set(at, bucket);
    touch(`b|${at}`);
  }
  for (const [slot, ranks] of batch.distinct) {
    const registers = partition.distinct.get(slot) ?? new Uint8Array(REGISTERS);
    for (const [index, rank] of ranks) registers[index] = Math.max(registers[index] ?? 0, rank);
    partition.distinct.set(slot, registers);
    touch(`d|${slot}`);
  }
  for (const [slot, people] of batch.tallies) {
    const tally = partition.tallies.get(slot) ?? { counts: new Map(), untracked: 0 };
    for (const [person, n] of people) addTo(tally, person, n);
    partition.tallies.set(slot, tally);
    touch(`t|${slot}`);
  }
  for (const [provider, text] of batch.samples) partition.samples.set(provider, text);
  for (const one of batch.announced.values()) keepLatest(partition.announced, one);
  keepConsent(partition, batch.consent);
  if (batch.announced.size > 0) pruneAnnounced(partition.announced, ms(partition.watermark));
};

/** Counts a person's messages; a tally that is full goes on with the people it has, and adds up the others as one. */
const addTo = (tally: TallyCounts, person: RecipientKey, n: number): void => {
  const before = tally.counts.get(person);
  if (before === undefined && tally.counts.size >= TALLY_LIMIT) tally.untracked += n;
  else {
    tally.counts.set(person, (before ?? 0) + n);
    if (tally.top) raise(tally.top, [person, (before ?? 0) + n]);
  }
};

/** How much event time passes between two prunings, in ms: each goes through all that is kept. */
const PRUNE_EVERY = 300_000;

/** Drops what is no longer kept, every few minutes of event time. */
export const prune = (partition: PartitionWindows): void => {
  if (partition.watermark - partition.prunedAt < PRUNE_EVERY) return;
  partition.prunedAt = partition.watermark;
  const edge = partition.watermark - KEEP;
  for (const at of partition.seconds.keys()) {
    if (at * 1000 >= edge) continue;
    partition.seconds.delete(at);
    partition.touched.delete(`b|${at}`);
  }
  for (const [kind, slots] of [
    ['d', partition.distinct],
    ['t', partition.tallies],
  ] as const) {
    for (const slot of slots.keys()) {
      if (slotStart(slot) >= edge) continue;
      slots.delete(slot);
      partition.touched.delete(`${kind}|${slot}`);
    }
  }
};

/** What changed in a partition since a reader saw it. */
export const changesOf = (id: PartitionId, partition: PartitionWindows, cursor = -1): PartitionChanges => {
  // A reader that saw more than there is read a store that is lost: it is shown everything.
  const since = cursor > partition.seq ? -1 : cursor;
  return {
    partition: id,
    next: partition.next ?? 0,
    watermark: partition.watermark,
    countedAt: partition.countedAt,
    seq: partition.seq,
    touched: touchedSince(partition, since),
    samples: partition.seq > since ? partition.samples : new Map(),
    announced: partition.announced.values(),
  };
};

const touchedSince = (partition: PartitionWindows, since: number): string[] => {
  const { journal, touched } = partition;
  const reachesBack = (journal[0]?.seq ?? Number.POSITIVE_INFINITY) <= since + 1;
  if (!reachesBack && partition.seq > since) {
    return [...touched].flatMap(([key, seq]) => (seq > since ? [key] : []));
  }
  const keys = new Set<string>();
  for (let at = journal.length - 1; at >= 0; at--) {
    const touch = journal[at];
    if (touch === undefined || touch.seq <= since) break;
    keys.add(touch.key);
  }
  return [...keys].filter((key) => touched.has(key));
};

/** What a partition has under the name of a second or a sketch. */
export const windowOf = (partition: PartitionWindows, kind: 'b' | 'd', key: string): Value =>
  kind === 'b'
    ? { kind, counts: partition.seconds.get(second(Number(key))) }
    : { kind, registers: partition.distinct.get(key as SlotKey) };

const topOfTally = (tally: TallyCounts): Tally['top'] => {
  tally.top ??= [...topOf(tally.counts)];
  return [...tally.top];
};

/** What every partition has of a tally, for the people at the top of any of them. */
export const talliesOf = (partitions: readonly PartitionWindows[], slot: SlotKey): Value[] => {
  const tallies = partitions.flatMap((partition) => partition.tallies.get(slot) ?? []);
  const tops = tallies.map(topOfTally);
  const people = candidatesOf(tops);
  return tallies.map(({ counts, untracked }, index) => {
    const top =
      people.length === 0
        ? (tops[index] ?? [])
        : people.flatMap((person) => {
            const n = counts.get(person);
            return n === undefined ? [] : [[person, n] as const];
          });
    return { kind: 't', tally: { top, untracked } };
  });
};
