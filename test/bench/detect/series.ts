/** One simulated series with its forecast: counts in a ring, as the windows have them, and a clock of its own. */
import type { Counts } from '../../../src/detect/series/view-port.ts';
import { type Baseline, newBaseline } from '../../../src/detect/statistics/baseline.ts';
import { createCalendar } from '../../../src/detect/statistics/calendar.ts';
import { createForecast, type Forecast } from '../../../src/detect/statistics/forecast.ts';
import { createQuarters } from '../../../src/windows/quarters.ts';
import { countIn, createRing, setIn, sumIn } from '../../../src/windows/ring.ts';
import { packed } from '../../support/quarters.ts';

/** Monday, 5 January 2026, 00:00 in Paris. */
export const MONDAY = Date.parse('2026-01-05T00:00:00+01:00') / 1000;
const calendar = createCalendar('Europe/Paris');
const config = { priorRate: 1, dispersion: 3 };

export interface Simulated {
  readonly forecast: Forecast;
  readonly counts: Counts;
  now: number;
  /** Puts a count into the present second; and how it falls on its quarters, in four numbers. */
  set(count: number, quarters?: readonly number[]): void;
}

/** A series that begins at `start` (epoch seconds), with what was learned of it before, if anything was. */
export const simulated = (start: number = MONDAY, learned?: Baseline): Simulated => {
  const ring = createRing(start);
  const quarters = createQuarters();
  const counts: Counts = {
    count: (at) => countIn(ring, at),
    sum: (from, to) => sumIn(ring, from, to),
    firstQuarters: quarters.first,
  };
  const baseline = learned ? structuredClone(learned) : newBaseline(start / 60);
  const series: Simulated = {
    counts,
    forecast: createForecast({ baseline, counts, calendar, config }, start),
    now: start,
    set: (count, parts) => {
      setIn(ring, series.now, count);
      const within = packed(parts ?? []);
      if (within > 0) quarters.set(series.now, within);
    },
  };
  return series;
};

/** Lives through `seconds` of ordinary traffic. */
export const live = (series: Simulated, seconds: number, draw: () => number): void => {
  for (const end = series.now + seconds; series.now < end; series.now++) {
    const count = draw();
    series.set(count);
    if (count > 0) series.forecast.seal(series.now);
    else if (series.now % 60 === 0) series.forecast.reach(series.now);
  }
};

/** Draws a second quarter by quarter, and puts it in. */
export const drawSecond = (series: Simulated, quarter: () => number): number => {
  const parts = [quarter(), quarter(), quarter(), quarter()];
  const count = parts.reduce((a, b) => a + b, 0);
  series.set(count, parts);
  return count;
};
