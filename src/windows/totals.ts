/** Totals over partitions of whatever changed in any of them: what both stores answer a `read` with. */
import { type Ms, type Second, second } from '../events/event.ts';
import { merge, REGISTERS } from './distinct.ts';
import type { SeriesKey } from './series.ts';
import {
  type Offset,
  type PartitionId,
  type RecipientKey,
  type SlotKey,
  TALLY_TOP,
  type Tally,
  type WindowChanges,
} from './store.ts';

export interface PartitionChanges {
  readonly partition: PartitionId;
  readonly next: Offset;
  readonly watermark: number;
  readonly seq: number;
  /** "b|<second>", "d|<slot>", "t|<slot>" */
  readonly touched: readonly string[];
  readonly samples: ReadonlyMap<string, string>;
}

export type Value =
  | { readonly kind: 'b'; readonly counts: ReadonlyMap<SeriesKey, number> | undefined }
  | { readonly kind: 'd'; readonly registers: Uint8Array | undefined }
  | { readonly kind: 't'; readonly tally: Tally | undefined };

/** Those with the most messages, most first; equals by key, last first, as Redis orders them. */
export const topOf = (counts: Iterable<readonly [RecipientKey, number]>): Tally['top'] => {
  const repeated: (readonly [RecipientKey, number])[] = [];
  const once: (readonly [RecipientKey, number])[] = [];
  for (const entry of counts) (entry[1] > 1 ? repeated : once).push(entry);
  const order = (a: readonly [string, number], b: readonly [string, number]) =>
    b[1] - a[1] || (a[0] > b[0] ? -1 : 1);
  const top = repeated.sort(order).slice(0, TALLY_TOP);
  return top.length === TALLY_TOP ? top : [...top, ...once.sort(order).slice(0, TALLY_TOP - top.length)];
};

/** `valuesOf` answers what every partition has under a key. */
export const mergeChanges = (
  partitions: readonly PartitionChanges[],
  valuesOf: (kind: 'b' | 'd' | 't', key: string) => readonly Value[],
): WindowChanges => {
  const counts = new Map<Second, Map<SeriesKey, number>>();
  const distinct = new Map<SlotKey, Uint8Array>();
  const tallies = new Map<SlotKey, Tally>();
  for (const changed of new Set(partitions.flatMap((partition) => partition.touched))) {
    const kind = changed[0] as 'b' | 'd' | 't';
    const key = changed.slice(2);
    const values = valuesOf(kind, key);
    if (kind === 'b') counts.set(second(Number(key)), sumCounts(values));
    else if (kind === 'd') distinct.set(key as SlotKey, mergeRegisters(values));
    else tallies.set(key as SlotKey, mergeTallies(values));
  }
  return {
    cursor: Object.fromEntries(partitions.map(({ partition, seq }) => [partition, seq])),
    partitions: partitions.map(({ partition, next, watermark }) => ({
      partition,
      next,
      watermark: watermark as Ms,
    })),
    counts,
    distinct,
    tallies,
    samples: new Map(partitions.flatMap(({ samples }) => [...samples])),
  };
};

const sumCounts = (values: readonly Value[]): Map<SeriesKey, number> => {
  const sums = new Map<SeriesKey, number>();
  for (const value of values) {
    if (value.kind !== 'b' || !value.counts) continue;
    for (const [series, n] of value.counts) sums.set(series, (sums.get(series) ?? 0) + n);
  }
  return sums;
};

const mergeRegisters = (values: readonly Value[]): Uint8Array => {
  const merged = new Uint8Array(REGISTERS);
  for (const value of values) if (value.kind === 'd' && value.registers) merge(merged, value.registers);
  return merged;
};

const mergeTallies = (values: readonly Value[]): Tally => {
  const sums = new Map<RecipientKey, number>();
  let untracked = 0;
  for (const value of values) {
    if (value.kind !== 't' || !value.tally) continue;
    untracked += value.tally.untracked;
    for (const [person, n] of value.tally.top) sums.set(person, (sums.get(person) ?? 0) + n);
  }
  return { top: topOf(sums), untracked };
};
