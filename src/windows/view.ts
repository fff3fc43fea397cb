/**
 * The view: the windows as the evaluating instance has them in hand. The last hour of each series, second by
 * second, and the slots that belong to it. In: changes from the store. Out: sums over any stretch of it.
 */
import { type Ms, ms, type Second, second } from '../events/event.ts';
import { MINUTE_SECONDS } from '../events/time.ts';
import { merge, REGISTERS } from './distinct.ts';
import { createQuarters, MOST, type Quarters, wholeOf } from './quarters.ts';
import { countIn, createRing, HELD, type Ring, setIn, sumIn } from './ring.ts';
import type { SeriesKey } from './series.ts';
import {
  type Announcement,
  DISTINCT_SLOT,
  type SlotKey,
  slotStart,
  TALLY_SLOT,
  type Tally,
  type WindowChanges,
} from './store/store.ts';

/** The counts of one series, in epoch seconds. */
export interface SeriesCounts {
  /** The messages in one second. */
  count(at: number): number;
  /** The messages from one second to another, both included. */
  sum(from: number, to: number): number;
  /** The messages in the first quarters of a second; undefined where that is not known. */
  firstQuarters?(at: number, quarters: 1 | 2 | 3): number | undefined;
}

export interface View {
  /** Takes in what changed in the store. */
  update(changes: WindowChanges): void;
  /** The messages of a series in one second; 0 where none are held. */
  count(series: SeriesKey, at: Second): number;
  /** The messages of a series from one second to another, both included. */
  sum(series: SeriesKey, from: Second, to: Second): number;
  /** Every series of which anything is held. */
  series(): Iterable<SeriesKey>;
  /** The counts of one series, without a look-up for each; undefined while nothing of it is held. */
  of(series: SeriesKey): SeriesCounts | undefined;
  /** Grows when a series comes or goes, so that an index of the series holds until then. */
  readonly generation: number;
  /** The campaigns announced, without those over for two days. */
  announced(): Iterable<Announcement>;
  /** A sketch of a series' recipients, merged over the one-minute slots that touch [from, to]. */
  distinct(series: SeriesKey, from: Ms, to: Ms): Uint8Array;
  /** The tally of a series in the ten-minute slot that holds `at`; undefined where there is none. */
  tally(series: SeriesKey, at: Ms): Tally | undefined;
  /** Whether anything was counted in a second, of any series. */
  active(at: Second): boolean;
  /** The oldest second held; undefined before the first count. */
  readonly first: Second | undefined;
  /** The newest second counted; undefined before the first count. */
  readonly head: Second | undefined;
  /** Counts left out since the start since too many series are held, as when a campaign's name differs each time. */
  readonly untracked: number;
  /** The event time up to which every partition is complete, those long silent left out. */
  readonly watermark: Ms | undefined;
}

/** A partition of which nobody has counted anything for so long, in ms by the clock, holds nobody up. */
const SILENT = 60_000;
/** A series costs 16 KB. Campaigns leave room for the providers' own, which are what a pause rests on. */
const SERIES_LIMIT = 12_000;
const CAMPAIGN_LIMIT = 8_000;

/** A view of nothing yet: give it the changes of a first read. */
export const createView = (): View => {
  const rings = new Map<SeriesKey, Ring>();
  /** How seconds fall on their quarters, by the series that is counted whole. */
  const quarters = new Map<SeriesKey, Quarters>();
  const distinct = new Map<SlotKey, Uint8Array>();
  const tallies = new Map<SlotKey, Tally>();
  let announced: ReadonlyMap<string, Announcement> = new Map();
  /** The seconds in which anything was counted, each at its remainder. */
  const activity = new Uint32Array(2 ** 12);
  let oldest: number | undefined;
  let head: number | undefined;
  let watermark: Ms | undefined;
  let forgotten = 0;
  let untracked = 0;
  let generation = 0;

  const ringOf = (series: SeriesKey, at: number): Ring | undefined => {
    const known = rings.get(series);
    if (known) return known;
    if (rings.size >= (series.includes('campaign=') ? CAMPAIGN_LIMIT : SERIES_LIMIT)) return undefined;
    const ring = createRing(at);
    rings.set(series, ring);
    generation += 1;
    return ring;
  };

  const take = (series: SeriesKey, at: number, count: number): void => {
    const ring = ringOf(series, at);
    if (ring) setIn(ring, at, count);
    else untracked += 1;
  };

  const quartersOf = (whole: SeriesKey): Quarters | undefined => {
    const known = quarters.get(whole);
    if (known || quarters.size >= SERIES_LIMIT) return known;
    const made = createQuarters();
    quarters.set(whole, made);
    generation += 1;
    return made;
  };

  const update = (changes: WindowChanges): void => {
    for (const at of changes.counts.keys()) {
      head = Math.max(head ?? at, at);
      oldest = Math.min(oldest ?? at, at);
    }
    // In order of time: a ring grows at its end.
    for (const [at, counts] of [...changes.counts].sort(([a], [b]) => a - b)) {
      if (head !== undefined && at <= head - HELD) continue;
      activity[at % activity.length] = at;
      for (const [series, count] of counts) {
        const whole = wholeOf(series);
        if (whole === undefined) take(series, at, count);
        else quartersOf(whole)?.set(at, count);
      }
    }
    for (const [key, registers] of changes.distinct) distinct.set(key, registers);
    for (const [key, tally] of changes.tallies) tallies.set(key, tally);
    announced = changes.announced;
    watermark = lowest(changes) ?? watermark;
    forget();
  };

  /** Drops what is older than the hour, at most once a minute of event time. */
  const forget = (): void => {
    if (head === undefined || head - forgotten < MINUTE_SECONDS) return;
    forgotten = head;
    const edge = head - HELD;
    for (const [series, ring] of rings) {
      if (ring.newest >= edge) continue;
      rings.delete(series);
      generation += 1;
    }
    for (const series of quarters.keys()) if (!rings.has(series)) quarters.delete(series);
    for (const slots of [distinct, tallies]) {
      for (const key of slots.keys()) {
        if (slotStart(key) < edge * 1000 - TALLY_SLOT) slots.delete(key);
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
    of: (series) => {
      const ring = rings.get(series);
      return ring && countsIn(ring, quarters.get(series));
    },
    announced: () => announced.values(),
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
    active: (at) => activity[at % activity.length] === at,
    get generation() {
      return generation;
    },
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

const countsIn = (ring: Ring, quarters: Quarters | undefined): SeriesCounts => ({
  count: (at) => countIn(ring, at),
  sum: (from, to) => sumIn(ring, from, to),
  firstQuarters: quarters && ((at, n) => (countIn(ring, at) < MOST ? quarters.first(at, n) : undefined)),
});

/**
 * The watermark of all partitions; undefined before there is one. Only a log can be behind, since what files and HTTP
 * brought last says nothing about what is still to come. A log claimed and not read yet is complete up to nothing.
 */
const lowest = ({ partitions }: WindowChanges): Ms | undefined => {
  const logs = partitions.filter(({ partition }) => partition.startsWith('kafka:'));
  const mark = logs.length > 0 ? slowest(logs) : Math.max(0, ...partitions.map(({ watermark }) => watermark));
  return mark > 0 ? ms(mark) : undefined;
};

/** The lowest watermark of the logs that are being read: one that nobody counts any more holds nobody up. */
const slowest = (logs: WindowChanges['partitions']): number => {
  const latest = Math.max(...logs.map(({ countedAt }) => countedAt));
  const read = logs.filter(({ countedAt }) => countedAt >= latest - SILENT);
  return Math.min(...read.map(({ watermark }) => watermark));
};
