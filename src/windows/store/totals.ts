/** Totals over partitions of whatever changed in any of them: what both stores answer a `read` with. */
import { type Ms, ms, type Second, second } from '../../events/event.ts';
import { keepLatest, prune } from '../announced.ts';
import { merge, REGISTERS } from '../distinct.ts';
import type { SeriesKey } from '../series.ts';
import { add } from '../sums.ts';
import {
  type Announcement,
  type Offset,
  type PartitionId,
  type RecipientKey,
  type SlotKey,
  TALLY_TOP,
  type Tally,
  type WindowChanges,
} from './store.ts';

/** What changed in one partition since a reader last looked. */
export interface PartitionChanges {
  readonly partition: PartitionId;
  readonly next: Offset;
  readonly watermark: number;
  readonly countedAt: number;
  readonly seq: number;
  /** The names of what changed: "b|<second>" for counts, "d|<slot>" for a sketch, "t|<slot>" for a tally. */
  readonly touched: readonly string[];
  readonly samples: ReadonlyMap<string, string>;
  /** Every campaign announced, changed or not; some may be over. */
  readonly announced: Iterable<Announcement>;
}

/** What one partition has under a name that changed: the counts of a second, a sketch, or a tally. */
export type Value =
  | { readonly kind: 'b'; readonly counts: ReadonlyMap<SeriesKey, number> | undefined }
  | { readonly kind: 'd'; readonly registers: Uint8Array | undefined }
  | { readonly kind: 't'; readonly tally: Tally | undefined };

export type TopEntry = Tally['top'][number];

const byMost = (a: TopEntry, b: TopEntry): number => b[1] - a[1] || (a[0] > b[0] ? -1 : 1);

/** Puts a person whose count has grown where they belong among the top, which stays in its order. */
export const raise = (top: TopEntry[], entry: TopEntry, most = TALLY_TOP): void => {
  const last = top.at(-1);
  if (top.length >= most && last && byMost(last, entry) < 0 && last[0] !== entry[0]) return;
  const before = top.findIndex(([person]) => person === entry[0]);
  if (before >= 0) top.splice(before, 1);
  const place = top.findIndex((other) => byMost(entry, other) < 0);
  top.splice(place < 0 ? top.length : place, 0, entry);
  top.length = Math.min(top.length, most);
};

/** The people with the most messages, most first; equals by key, last first, as Redis orders them. */
export const topOf = (counts: Iterable<readonly [RecipientKey, number]>, most = TALLY_TOP): Tally['top'] => {
  const repeated: (readonly [RecipientKey, number])[] = [];
  const once: (readonly [RecipientKey, number])[] = [];
  for (const entry of counts) (entry[1] > 1 ? repeated : once).push(entry);
  const top = repeated.sort(byMost).slice(0, most);
  return top.length === most ? top : [...top, ...once.sort(byMost).slice(0, most - top.length)];
};

/** The people of one tally about whom every partition is asked: four times as many as are shown. */
const CANDIDATES = 4 * TALLY_TOP;

/**
 * The people about whom every partition must be asked, since whoever is at the top of one may have messages in others
 * below their tops. Nobody when one partition knows it all; who is at the top of none is not found.
 */
export const candidatesOf = (tops: readonly Tally['top'][]): readonly RecipientKey[] => {
  if (tops.filter((top) => top.length > 0).length < 2) return [];
  return topOf(sumOf(tops), CANDIDATES).map(([person]) => person);
};

const sumOf = (tops: readonly Tally['top'][]): Map<RecipientKey, number> => {
  const sums = new Map<RecipientKey, number>();
  for (const top of tops) for (const [person, n] of top) add(sums, person, n);
  return sums;
};

/** Adds up what changed over all partitions; `valuesOf` answers what each of them has under a name that changed. */
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
    partitions: partitions.map(({ partition, next, watermark, countedAt }) => ({
      partition,
      next,
      watermark: watermark as Ms,
      countedAt: countedAt as Ms,
    })),
    counts,
    distinct,
    tallies,
    samples: new Map(partitions.flatMap(({ samples }) => [...samples])),
    announced: mergeAnnounced(partitions),
  };
};

const mergeAnnounced = (partitions: readonly PartitionChanges[]): Map<string, Announcement> => {
  const merged = new Map<string, Announcement>();
  for (const { announced } of partitions) for (const one of announced) keepLatest(merged, one);
  prune(merged, ms(Math.max(0, ...partitions.map(({ watermark }) => watermark))));
  return merged;
};

const sumCounts = (values: readonly Value[]): Map<SeriesKey, number> => {
  const [only, ...others] = values;
  if (only?.kind === 'b' && only.counts && others.length === 0) return new Map(only.counts);
  const sums = new Map<SeriesKey, number>();
  for (const value of values) {
    if (value.kind !== 'b' || !value.counts) continue;
    for (const [series, n] of value.counts) add(sums, series, n);
  }
  return sums;
};

const mergeRegisters = (values: readonly Value[]): Uint8Array => {
  const [only, ...others] = values;
  if (only?.kind === 'd' && only.registers && others.length === 0) return only.registers.slice();
  const merged = new Uint8Array(REGISTERS);
  for (const value of values) if (value.kind === 'd' && value.registers) merge(merged, value.registers);
  return merged;
};

const mergeTallies = (values: readonly Value[]): Tally => {
  const found = values.flatMap((value) => (value.kind === 't' && value.tally ? [value.tally] : []));
  const [only, ...others] = found;
  if (only && others.length === 0) return only;
  return {
    top: topOf(sumOf(found.map(({ top }) => top))),
    untracked: found.reduce((sum, tally) => sum + tally.untracked, 0),
  };
};
