/**
 * One provider's windows as the evaluating instance has them in hand: the last hour of each of its series, second by
 * second, and the slots that belong to it. In: full totals of seconds and slots that changed. Out: sums over any stretch.
 * It stands at its own time: nobody else's clock moves what it holds.
 */
import { type Ms, ms, type Second, second } from '../events/event.ts';
import { MINUTE_SECONDS } from '../events/time.ts';
import { merge, REGISTERS } from './distinct.ts';
import { type Feeds, feedOf } from './feeds.ts';
import { createQuarters, MOST, type Quarters, wholeOf } from './quarters.ts';
import { countIn, createRing, HELD, type Ring, setIn, sumIn } from './ring.ts';
import type { SeriesKey } from './series.ts';
import { type Announcement, DISTINCT_SLOT, type SlotKey, TALLY_SLOT, type Tally } from './store/store.ts';

/** Messages in a second (epoch seconds), and in [from, to]. */
export interface SeriesCounts {
  count(at: number): number;
  sum(from: number, to: number): number;
  /** Messages in the first quarters of a second; undefined where that is not known. */
  firstQuarters?(at: number, quarters: 1 | 2 | 3): number | undefined;
}

export interface ProviderView {
  /** Whose it is; '' for what belongs to no provider. */
  readonly provider: string;
  count(series: SeriesKey, at: Second): number;
  /** Both ends included. */
  sum(series: SeriesKey, from: Second, to: Second): number;
  series(): Iterable<SeriesKey>;
  /** The counts of one series, for who asks often; undefined while nothing of it is held. */
  of(series: SeriesKey): SeriesCounts | undefined;
  /** Grows when a series comes or goes: what was found of the series stands until then. */
  readonly generation: number;
  /** Campaigns announced, those over for two days left out. */
  announced(): Iterable<Announcement>;
  /** HyperLogLog registers merged over the one-minute slots that touch [from, to]. */
  distinct(series: SeriesKey, from: Ms, to: Ms): Uint8Array;
  /** Of the ten-minute slot that holds `at`. */
  tally(series: SeriesKey, at: Ms): Tally | undefined;
  /** Whether anything was counted in a second; with `feeds`, whether anything of them was. */
  active(at: Second, feeds?: Feeds): boolean;
  /** The series with messages in a second, which costs what came in it where that is one of the latest. */
  inSecond(at: Second): Iterable<SeriesKey>;
  /** The oldest second held, and the newest; undefined before the first count. */
  readonly first: Second | undefined;
  readonly head: Second | undefined;
  /** The same of the other providers. */
  beside(): Iterable<ProviderView>;
}

/** What the view that it is part of shares with it. */
export interface SharedOfView {
  readonly announced: () => Iterable<Announcement>;
  readonly beside: (provider: string) => Iterable<ProviderView>;
  /** Whether there is room for one series more. */
  readonly hasRoom: (series: SeriesKey) => boolean;
  /** The oldest second that was counted for anybody: since then there is something to see. */
  readonly oldest: () => number | undefined;
}

/** As its view fills it. */
export interface FilledProviderView extends ProviderView {
  readonly size: number;
  /** Answers whether the second's count changed; undefined when there is no room, or it is no longer held. */
  put(series: SeriesKey, at: number, count: number): boolean | undefined;
  putDistinct(slot: SlotKey, registers: Uint8Array): void;
  putTally(slot: SlotKey, tally: Tally): void;
  /**
   * Drops what lies an hour behind its newest second, and all of it when that lies an hour behind `now`, which runs on
   * while the provider is silent. In epoch seconds.
   */
  forget(now: number): void;
}

/** Seconds of which it is known whether anything was counted in them, by remainder. */
const ACTIVITY = 2 ** 12;
/** Of so many of the latest seconds with messages it is held which series had them: each costs what came in it. */
const LATEST = 2 ** 7;

interface SecondInHand {
  at: number;
  series: SeriesKey[];
}

export const createProviderView = (provider: string, shared: SharedOfView): FilledProviderView => {
  const rings = new Map<SeriesKey, Ring>();
  /** By the series they are of. */
  const quarters = new Map<SeriesKey, Quarters>();
  const distinct = new Map<SlotKey, Uint8Array>();
  const tallies = new Map<SlotKey, Tally>();
  const activity = new Uint32Array(ACTIVITY);
  /** Which feeds came in the second that `activity` has at the same place. */
  const feeds = new Uint8Array(ACTIVITY);
  const latest: SecondInHand[] = [];
  let oldest: number | undefined;
  let head: number | undefined;
  let forgotten = 0;
  let generation = 0;

  const ringOf = (series: SeriesKey, at: number): Ring | undefined => {
    const known = rings.get(series);
    if (known) return known;
    if (!shared.hasRoom(series)) return undefined;
    const ring = createRing(at);
    rings.set(series, ring);
    generation += 1;
    return ring;
  };

  const quartersOf = (whole: SeriesKey): Quarters => {
    const known = quarters.get(whole);
    if (known) return known;
    const made = createQuarters();
    quarters.set(whole, made);
    generation += 1;
    return made;
  };

  const noteActivity = (series: SeriesKey, at: number): void => {
    const place = at % ACTIVITY;
    const before = activity[place] ?? 0;
    if (before > at) return;
    activity[place] = at;
    feeds[place] = (before === at ? (feeds[place] ?? 0) : 0) | feedOf(series);
  };

  const noteSecond = (series: SeriesKey, at: number): void => {
    const place = at % LATEST;
    const held = latest[place];
    if (held?.at === at) held.series.push(series);
    else if (held === undefined || held.at < at) latest[place] = { at, series: [series] };
  };

  function* inSecond(at: Second): Iterable<SeriesKey> {
    for (const [series, ring] of rings) if (countIn(ring, at) > 0) yield series;
  }

  return {
    provider,
    get size() {
      return rings.size;
    },
    put: (series, at, count) => {
      if (head !== undefined && at <= head - HELD) return undefined;
      oldest = Math.min(oldest ?? at, at);
      head = Math.max(head ?? at, at);
      noteActivity(series, at);
      const whole = wholeOf(series);
      if (whole !== undefined) {
        if (rings.has(whole) || shared.hasRoom(whole)) quartersOf(whole).set(at, count);
        return false;
      }
      const ring = ringOf(series, at);
      if (!ring) return undefined;
      const before = countIn(ring, at);
      setIn(ring, at, count);
      if (before === 0 && count > 0) noteSecond(series, at);
      return before !== count;
    },
    putDistinct: (slot, registers) => void distinct.set(slot, registers),
    putTally: (slot, tally) => void tallies.set(slot, tally),
    forget: (now) => {
      if (now - forgotten < MINUTE_SECONDS) return;
      forgotten = now;
      // Whoever is behind the others is held as far back as anybody, by its own newest second, until it is silent.
      const edge = (head === undefined || head < now - HELD ? now : head) - HELD;
      for (const [series, ring] of rings) {
        if (ring.newest >= edge) continue;
        rings.delete(series);
        generation += 1;
      }
      for (const series of quarters.keys()) if (!rings.has(series)) quarters.delete(series);
      for (const slots of [distinct, tallies]) {
        for (const key of slots.keys()) {
          if (Number(key.slice(key.lastIndexOf('@') + 1)) < edge * 1000 - TALLY_SLOT) slots.delete(key);
        }
      }
    },
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
    announced: shared.announced,
    beside: () => shared.beside(provider),
    series: () => rings.keys(),
    distinct: (series, from, to) => {
      const merged = new Uint8Array(REGISTERS);
      for (let slot = from - (from % DISTINCT_SLOT); slot <= to; slot += DISTINCT_SLOT) {
        const registers = distinct.get(`${series}@${slot}`);
        if (registers) merge(merged, registers);
      }
      return merged;
    },
    tally: (series, at) => tallies.get(`${series}@${ms(at - (at % TALLY_SLOT))}`),
    active: (at, of) =>
      activity[at % ACTIVITY] === at && (of === undefined || ((feeds[at % ACTIVITY] ?? 0) & of) !== 0),
    inSecond: (at) => {
      const held = latest[at % LATEST];
      return held?.at === at ? held.series : inSecond(at);
    },
    get generation() {
      return generation;
    },
    get first() {
      if (head === undefined || oldest === undefined) return undefined;
      // Before its first message there was something to see already: that it sent nothing.
      const since = Math.min(oldest, shared.oldest() ?? oldest);
      return second(Math.max(since, head - HELD + 1));
    },
    get head() {
      return head === undefined ? undefined : second(head);
    },
  };
};

const countsIn = (ring: Ring, quarters: Quarters | undefined): SeriesCounts => ({
  count: (at) => countIn(ring, at),
  sum: (from, to) => sumIn(ring, from, to),
  firstQuarters: quarters && ((at, n) => (countIn(ring, at) < MOST ? quarters.first(at, n) : undefined)),
});
