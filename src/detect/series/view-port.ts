/** What the detectors read: the windows as they stand. Implemented by windows/view.ts. */
import type { Ms, Second } from '../../events/event.ts';
import type { SeriesKey } from '../../windows/series.ts';
import type { Announcement, Tally } from '../../windows/store/store.ts';

/** One series: messages in a second (epoch seconds), and in [from, to], both in constant time. */
export interface Counts {
  count(at: number): number;
  sum(from: number, to: number): number;
  /** Messages in the first quarters of a second, where that is known: of what is scanned for bursts, lately. */
  firstQuarters?(at: number, quarters: 1 | 2 | 3): number | undefined;
}

export interface WindowsView {
  /** Undefined while nothing of it is held. */
  of(series: SeriesKey): Counts | undefined;
  count(series: SeriesKey, second: Second): number;
  /** Both ends included. */
  sum(series: SeriesKey, from: Second, to: Second): number;
  series(): Iterable<SeriesKey>;
  /** Grows when a series comes or goes: what was found of the series, counts included, stands until then. */
  readonly generation: number;
  /** The oldest second held; undefined before the first count. */
  readonly first: Second | undefined;
  /** Campaigns announced, those over for two days left out. */
  announced(): Iterable<Announcement>;
  /** HyperLogLog registers merged over the one-minute slots that touch [from, to]. */
  distinct(series: SeriesKey, from: Ms, to: Ms): Uint8Array;
  /** Of the ten-minute slot that holds `at`. */
  tally(series: SeriesKey, at: Ms): Tally | undefined;
}

/** How many distinct recipients sketches stand for, together; as many registers each. */
export type Estimate = (...sketches: readonly Uint8Array[]) => number;
/** The relative standard error of that number with 4096 registers: 1.04 / sqrt(4096). */
export const ESTIMATE_ERROR = 0.01625;
