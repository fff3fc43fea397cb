/**
 * The ledger: counts of each series by second, written up to an hour ahead, taken a minute at a time.
 * In: one message, one series, an instant. Out: the maps of a whole minute, as the windows have them.
 */
import { ms, type Second, second } from '../../../src/events/event.ts';
import { quarterOf } from '../../../src/windows/quarters.ts';
import { type Series, type SeriesKey, seriesKey } from '../../../src/windows/series.ts';

/** Seconds held; nothing may be written further ahead than `AHEAD`. */
const RING = 4096;
export const AHEAD = 3_600;

/** One series. */
export interface Column {
  readonly key: SeriesKey;
  /** Messages by second, by remainder; or how they fall on its quarters. */
  readonly cells: Float64Array;
  readonly quarters: boolean;
  /** The newest instant written, in epoch seconds. */
  newest: number;
}

export type SecondsOfCounts = ReadonlyMap<Second, ReadonlyMap<SeriesKey, number>>;

export interface Ledger {
  column(series: Series): Column;
  /** The 60 seconds from `minute` on (epoch seconds); they are empty afterwards. */
  take(minute: number): SecondsOfCounts;
}

/** One more at an instant (epoch seconds, with their fraction). */
export const count = (column: Column, at: number): void => {
  const cell = Math.floor(at) % RING;
  const more = column.quarters ? quarterOf(ms(Math.floor(at * 1_000))) : 1;
  column.cells[cell] = (column.cells[cell] ?? 0) + more;
  if (at > column.newest) column.newest = at;
};

export const createLedger = (): Ledger => {
  const columns = new Map<SeriesKey, Column>();

  const column = (series: Series): Column => {
    const key = seriesKey(series);
    const known = columns.get(key);
    if (known) return known;
    const made: Column = {
      key,
      cells: new Float64Array(RING),
      quarters: series.part === 'quarters',
      newest: 0,
    };
    columns.set(key, made);
    return made;
  };

  const take = (minute: number): SecondsOfCounts => {
    const live = [...columns.values()].filter(({ newest }) => newest >= minute);
    const seconds = new Map<Second, ReadonlyMap<SeriesKey, number>>();
    for (let at = minute; at < minute + 60; at++) {
      const counts = takeSecond(live, at % RING);
      if (counts) seconds.set(second(at), counts);
    }
    return seconds;
  };

  return { column, take };
};

const takeSecond = (columns: readonly Column[], cell: number): Map<SeriesKey, number> | undefined => {
  let counts: Map<SeriesKey, number> | undefined;
  for (const { key, cells } of columns) {
    const n = cells[cell] ?? 0;
    if (n === 0) continue;
    counts ??= new Map();
    counts.set(key, n);
    cells[cell] = 0;
  }
  return counts;
};
