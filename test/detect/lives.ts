/** The life of one series: a forecast on simulated seconds, driven minute by minute. */
import type { Counts } from '../../src/detect/series/view-port.ts';
import { type Baseline, newBaseline } from '../../src/detect/statistics/baseline.ts';
import { createCalendar } from '../../src/detect/statistics/calendar.ts';
import { createForecast, type Forecast } from '../../src/detect/statistics/forecast.ts';
import { countsOf, poissonCounts } from './draws.ts';

export const config = { priorRate: 1, dispersion: 3 };
export const paris = createCalendar('Europe/Paris');
/** Monday, 5 January 2026, 00:00 in Paris; no holiday near. */
export const MONDAY = Date.parse('2026-01-05T00:00:00+01:00') / 1000;

/** Local hour of the day in Paris, 0 to 23. */
export const hourOfDay = (at: number): number => paris(Math.floor(at / 60)).hour % 24;
export const dayOfWeek = (at: number): number => Math.floor(paris(Math.floor(at / 60)).hour / 24);

export const forecastOn = (
  first: number,
  counts: ArrayLike<number> | Counts,
  parts: { baseline?: Baseline; related?: (minute: number) => number | undefined } = {},
): Forecast =>
  createForecast(
    {
      baseline: parts.baseline ?? newBaseline(Math.floor(first / 60)),
      counts: 'sum' in counts ? counts : countsOf(first, counts),
      calendar: paris,
      config,
      related: parts.related,
    },
    first,
  );

/** Poisson traffic since `first`, lived through up to `until`. `each` is called every minute. */
export const lived = (parts: {
  readonly first: number;
  readonly until: number;
  readonly rateAt: (at: number) => number;
  /** Traffic that is there but not lived through yet, in seconds. */
  readonly ahead?: number;
  readonly each?: (forecast: Forecast, at: number) => void;
}) => {
  const { first, until, rateAt, ahead = 0, each } = parts;
  const counts = poissonCounts({ first, seconds: until - first + ahead, rateAt });
  const forecast = forecastOn(first, counts);
  for (let at = first; at < until; at += 60) {
    forecast.reach(at);
    each?.(forecast, at);
  }
  return { forecast, counts };
};
