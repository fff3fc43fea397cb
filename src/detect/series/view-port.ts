/** The port through which detectors read the windows as they stand; windows/view.ts implements it. */
import type { Ms, Second } from '../../events/event.ts';
import type { SeriesKey } from '../../windows/series.ts';
import type { Announcement, Tally } from '../../windows/store/store.ts';

/** The messages of one series, in a second or in [from, to]; both are epoch seconds and take constant time. */
export interface Counts {
  count(at: number): number;
  sum(from: number, to: number): number;
  /** Messages in the first quarters of a second; known of series that are scanned for bursts, of the latest seconds. */
  firstQuarters?(at: number, quarters: 1 | 2 | 3): number | undefined;
}

export interface WindowsView {
  /** Whose windows these are, where each provider has its own; absent: everybody's. */
  readonly provider?: string;
  /** Where each provider has its own: those of the others. */
  beside?(): Iterable<WindowsView>;
  /** The counts of a series; undefined while nothing of it is held. */
  of(series: SeriesKey): Counts | undefined;
  count(series: SeriesKey, second: Second): number;
  /** Messages of a series in [from, to]. */
  sum(series: SeriesKey, from: Second, to: Second): number;
  series(): Iterable<SeriesKey>;
  /** The series with messages in a second; where it is absent, all are asked. */
  inSecond?(at: Second): Iterable<SeriesKey>;
  /** Grows when a series comes or goes: what was found of the series, counts included, stands until then. */
  readonly generation: number;
  /** The oldest second held; undefined before the first count. */
  readonly first: Second | undefined;
  /** The campaigns that were announced; those that ended two days ago are gone. */
  announced(): Iterable<Announcement>;
  /** HyperLogLog registers merged over the one-minute slots that touch [from, to]. */
  distinct(series: SeriesKey, from: Ms, to: Ms): Uint8Array;
  /** The most frequent entries of the ten-minute slot that holds `at`, with their counts. */
  tally(series: SeriesKey, at: Ms): Tally | undefined;
}

/** Whether what is kept of a provider belongs to these windows. */
export const isIn = ({ provider: whose }: WindowsView, provider: string): boolean =>
  whose === undefined || whose === provider;

/** Answers how many distinct recipients sketches stand for, taken together; all have as many registers. */
export type Estimate = (...sketches: readonly Uint8Array[]) => number;
/** The relative standard error of that number with 4096 registers: 1.04 / sqrt(4096). */
export const ESTIMATE_ERROR = 0.01625;
