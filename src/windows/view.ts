/**
 * The view: the windows as the evaluating instance has them in hand. The last hour of each series, second by
 * second, and the slots that belong to it. In: changes from the store. Out: sums over any stretch of it.
 */
import { type Ms, ms, type Second, second } from '../events/event.ts';
import { merge, REGISTERS } from './distinct.ts';
import type { SeriesKey } from './series.ts';
import { DISTINCT_SLOT, type SlotKey, TALLY_SLOT, type Tally, type WindowChanges } from './store.ts';

export interface View {
  update(changes: WindowChanges): void;
  count(series: SeriesKey, at: Second): number;
  /** Both ends included. */
  sum(series: SeriesKey, from: Second, to: Second): number;
  series(): Iterable<SeriesKey>;
  /** HyperLogLog registers merged over the one-minute slots that touch [from, to]. */
  distinct(series: SeriesKey, from: Ms, to: Ms): Uint8Array;
  /** Of the ten-minute slot that holds `at`. */
  tally(series: SeriesKey, at: Ms): Tally | undefined;
  /** Whether anything was counted in a second. */
  active(at: Second): boolean;
  /** The oldest second held, and the newest; undefined before the first count. */
  readonly first: Second | undefined;
  readonly head: Second | undefined;
  /** Counts left out since the start because too many series are held: a campaign name that differs each time. */
  readonly untracked: number;
  /** The event time up to which every partition is complete, those long silent left out. */
  readonly watermark: Ms | undefined;
}

/** Powers of two above an hour: a ring of seconds, and of blocks of 64 seconds for long sums. */
const RING = 4096;
const BLOCK = 64;
const BLOCKS = RING / BLOCK;
const HELD = 3_900;
/** A partition this far behind the others holds nobody up. */
const SILENT = 600_000;
const MINUTE = 60;
/** A series costs 34 KB. Campaigns leave room for the providers' own, which are what a pause rests on. */
const SERIES_LIMIT = 6_000;
const CAMPAIGN_LIMIT = 4_000;

/** One series: counts of the last RING seconds. A slot belongs to a second only if its stamp says so. */
interface Ring {
  readonly counts: Uint32Array;
  readonly stamps: Uint32Array;
  readonly sums: Float64Array;
  readonly blockStamps: Uint32Array;
  newest: number;
}

const createRing = (): Ring => ({
  counts: new Uint32Array(RING),
  stamps: new Uint32Array(RING),
  sums: new Float64Array(BLOCKS),
  blockStamps: new Uint32Array(BLOCKS),
  newest: 0,
});

const countIn = (ring: Ring, at: number): number =>
  ring.stamps[at % RING] === at ? (ring.counts[at % RING] ?? 0) : 0;

const setIn = (ring: Ring, at: number, count: number): void => {
  const block = Math.floor(at / BLOCK);
  if (ring.blockStamps[block % BLOCKS] !== block) {
    ring.blockStamps[block % BLOCKS] = block;
    ring.sums[block % BLOCKS] = 0;
  }
  ring.sums[block % BLOCKS] = (ring.sums[block % BLOCKS] ?? 0) + count - countIn(ring, at);
  ring.stamps[at % RING] = at;
  ring.counts[at % RING] = count;
  ring.newest = Math.max(ring.newest, at);
};

const sumIn = (ring: Ring, from: number, to: number): number => {
  let sum = 0;
  for (let at = from; at <= to; ) {
    const block = Math.floor(at / BLOCK);
    if (at % BLOCK === 0 && at + BLOCK - 1 <= to) {
      if (ring.blockStamps[block % BLOCKS] === block) sum += ring.sums[block % BLOCKS] ?? 0;
      at += BLOCK;
    } else {
      sum += countIn(ring, at);
      at += 1;
    }
  }
  return sum;
};

export const createView = (): View => {
  const rings = new Map<SeriesKey, Ring>();
  const distinct = new Map<SlotKey, Uint8Array>();
  const tallies = new Map<SlotKey, Tally>();
  const activity = new Uint32Array(RING);
  let oldest: number | undefined;
  let head: number | undefined;
  let watermark: Ms | undefined;
  let forgotten = 0;
  let untracked = 0;

  const ringOf = (series: SeriesKey): Ring | undefined => {
    const known = rings.get(series);
    if (known) return known;
    if (rings.size >= (series.includes('campaign=') ? CAMPAIGN_LIMIT : SERIES_LIMIT)) return undefined;
    const ring = createRing();
    rings.set(series, ring);
    return ring;
  };

  const update = (changes: WindowChanges): void => {
    for (const at of changes.counts.keys()) {
      head = Math.max(head ?? at, at);
      oldest = Math.min(oldest ?? at, at);
    }
    for (const [at, counts] of changes.counts) {
      if (head !== undefined && at <= head - HELD) continue;
      activity[at % RING] = at;
      for (const [series, count] of counts) {
        const ring = ringOf(series);
        if (ring) setIn(ring, at, count);
        else untracked += 1;
      }
    }
    for (const [key, registers] of changes.distinct) distinct.set(key, registers);
    for (const [key, tally] of changes.tallies) tallies.set(key, tally);
    watermark = lowest(changes) ?? watermark;
    forget();
  };

  /** Once a minute of event time: what is older than the hour goes. */
  const forget = (): void => {
    if (head === undefined || head - forgotten < MINUTE) return;
    forgotten = head;
    const edge = head - HELD;
    for (const [series, ring] of rings) if (ring.newest < edge) rings.delete(series);
    for (const slots of [distinct, tallies]) {
      for (const key of slots.keys()) {
        if (Number(key.slice(key.lastIndexOf('@') + 1)) < edge * 1000 - TALLY_SLOT) slots.delete(key);
      }
    }
  };

  return {
    update,
    count: (series, at) => {
      const ring = rings.get(series);
      return ring ? countIn(ring, at) : 0;
    },
    sum: (series, from, to) => {
      const ring = rings.get(series);
      return ring && head !== undefined ? sumIn(ring, Math.max(from, head - HELD + 1), to) : 0;
    },
    series: () => rings.keys(),
    distinct: (series, from, to) => {
      const merged = new Uint8Array(REGISTERS);
      for (let slot = from - (from % DISTINCT_SLOT); slot <= to; slot += DISTINCT_SLOT) {
        const registers = distinct.get(`${series}@${slot}`);
        if (registers) merge(merged, registers);
      }
      return merged;
    },
    tally: (series, at) => tallies.get(`${series}@${at - (at % TALLY_SLOT)}`),
    active: (at) => activity[at % RING] === at,
    get first() {
      return oldest === undefined || head === undefined
        ? undefined
        : second(Math.max(oldest, head - HELD + 1));
    },
    get head() {
      return head === undefined ? undefined : second(head);
    },
    get untracked() {
      return untracked;
    },
    get watermark() {
      return watermark;
    },
  };
};

/** Only a log can be behind: what files and HTTP brought last says nothing about what is still to come. */
const lowest = (changes: WindowChanges): Ms | undefined => {
  const logs = changes.partitions.filter(({ partition }) => partition.startsWith('kafka:'));
  const marks = (logs.length > 0 ? logs : changes.partitions)
    .map((partition) => partition.watermark)
    .filter((mark) => mark > 0);
  if (marks.length === 0) return undefined;
  const newest = Math.max(...marks);
  return ms(Math.min(...marks.filter((mark) => mark >= newest - SILENT)));
};
