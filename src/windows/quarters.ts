/**
 * How much of a second's messages came in each quarter of it, for a burst begins anywhere in a second. In: the event
 * times of messages. Out: one number a second and series that adds up as counts do, so that folding, merging and
 * storing treat it as one.
 *
 * Three counts share it, 17 bits each, below 2^53: the first quarter's, the second's, the third's. What is left of the
 * second's count is the fourth's. A second of MOST messages or more could run over, and tells nothing.
 */
import type { Ms } from '../events/event.ts';
import type { SeriesKey } from './series.ts';

/** Each count has 17 bits, hence this many values. */
const ROOM = 2 ** 17;
const WEIGHTS = [1, ROOM, ROOM ** 2] as const;
/** A quarter of a second, in ms. */
const QUARTER = 250;
/** From this many messages in a second on, a quarter's count may have run over into the next. */
export const MOST = ROOM;

const SUFFIX = ',part=quarters}';

/** The series whose quarters these are; undefined for any other series. */
export const wholeOf = (series: SeriesKey): SeriesKey | undefined =>
  series.endsWith(SUFFIX) ? (`${series.slice(0, -SUFFIX.length)}}` as SeriesKey) : undefined;

/** What one message at `at` (ms) adds to its second's packed number; 0 in the last quarter. */
export const quarterOf = (at: Ms): number => WEIGHTS[Math.floor((at % 1_000) / QUARTER)] ?? 0;

/** The messages in the first one, two or three quarters of a second, from its packed number. */
export const firstOf = (packed: number, quarters: 1 | 2 | 3): number => {
  const first = packed % ROOM;
  if (quarters === 1) return first;
  const second = Math.floor(packed / ROOM) % ROOM;
  return quarters === 2 ? first + second : first + second + Math.floor(packed / ROOM ** 2);
};

/** The newest seconds held, which are more than are looked at again while they fill. */
const HELD = 64;

/** How the newest seconds of one series fall on their quarters. */
export interface Quarters {
  /** Sets the packed number of a second (epoch s), unless its place is taken by a later one. */
  set(at: number, packed: number): void;
  /** The messages in a second's first quarters; undefined where none came in the first three, or none are held. */
  first(at: number, quarters: 1 | 2 | 3): number | undefined;
}

/** The quarters of a series of which no second is held yet. */
export const createQuarters = (): Quarters => {
  const seconds = new Float64Array(HELD);
  const packed = new Float64Array(HELD);
  return {
    set: (at, value) => {
      const slot = at % HELD;
      if (at < (seconds[slot] ?? 0)) return;
      seconds[slot] = at;
      packed[slot] = value;
    },
    first: (at, quarters) => {
      const slot = at % HELD;
      return seconds[slot] === at ? firstOf(packed[slot] ?? 0, quarters) : undefined;
    },
  };
};
