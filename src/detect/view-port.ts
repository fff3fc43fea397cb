/** What the detectors read: the windows as they stand. Implemented by windows/view.ts. */
import type { Ms, Second } from '../events/event.ts';
import type { SeriesKey } from '../windows/series.ts';
import type { Tally } from '../windows/store.ts';

export interface WindowsView {
  count(series: SeriesKey, second: Second): number;
  /** Both ends included. */
  sum(series: SeriesKey, from: Second, to: Second): number;
  series(): Iterable<SeriesKey>;
  /** HyperLogLog registers merged over the one-minute slots that touch [from, to]. */
  distinct(series: SeriesKey, from: Ms, to: Ms): Uint8Array;
  /** Of the ten-minute slot that holds `at`. */
  tally(series: SeriesKey, at: Ms): Tally | undefined;
}

/** How many distinct recipients registers stand for. */
export type Estimate = (registers: Uint8Array) => number;
/** The relative standard error of that number with 4096 registers: 1.04 / sqrt(4096). */
export const ESTIMATE_ERROR = 0.01625;
