/**
 * Silence: a provider that should be sending and is not. Absence can only be told of seconds that are complete, so it
 * is called behind the watermark. exp(-surprise) is the probability that nothing comes where mu were expected
 * (likelihood.ts); the threshold is the bursts'. Assumed: the hour is known, and its forecast at most twice too high; a
 * series still learning is never silent.
 */
import { type Ms, ms, type Second, second, startOf } from '../../events/event.ts';
import { HOUR_SECONDS, MINUTE_SECONDS } from '../../events/time.ts';
import type { Counts } from '../series/view-port.ts';
import type { Forecast } from '../statistics/forecast.ts';
import { surpriseOfNone } from '../statistics/likelihood.ts';

/** Traffic falls steeply at midnight and before holidays; a forecast this many times too high is no silence. */
export const FORECAST_OFF = 2;

/** A message in so many of the last seconds, and nobody is silent. */
const RECENT = 10;

export interface Silence {
  readonly since: Ms;
  readonly seconds: number;
  readonly expected: number;
  readonly surprise: number;
}

interface SilenceInput {
  readonly forecast: Forecast;
  readonly counts: Counts;
  /** The last complete second. */
  readonly complete: Second;
  readonly threshold: number;
}

/** Answers the silence that goes on at `complete`; undefined when there is none. */
export const findSilence = (input: SilenceInput): Silence | undefined => {
  const { forecast, counts, complete, threshold } = input;
  if (hasRecent(input)) return undefined;
  if (forecast.hourAt(complete).trust !== 'full') return undefined;
  const from = Math.max(firstEmpty(counts, complete), forecast.since());
  if (from > complete) return undefined;
  const expected = forecast.expectedAtLeast(from, complete);
  const seconds = complete - from + 1;
  const least = expected / FORECAST_OFF;
  const surprise = surpriseOfNone(least, forecast.dispersion(complete, seconds, least));
  if (surprise < threshold) return undefined;
  return { since: ms(startOf(second(from))), seconds, expected, surprise };
};

/**
 * The soonest second after `complete` at which a silence that is none yet may be one, so that nobody has to ask before:
 * it surprises by what was expected at most (likelihood.ts), of which no more is known than to the end of the minute.
 */
export const silentAtSoonest = (input: SilenceInput): Second => {
  const { forecast, counts, complete, threshold } = input;
  const nextMinute = complete - (complete % MINUTE_SECONDS) + MINUTE_SECONDS;
  if (forecast.hourAt(complete).trust !== 'full') return second(nextMinute);
  const from = hasRecent(input) ? complete - RECENT + 1 : firstEmpty(counts, complete);
  const missing = FORECAST_OFF * threshold - forecast.expectedAtLeast(from, complete);
  const rate = forecast.expectedAtLeast(complete, complete);
  return second(Math.min(nextMinute, complete + Math.max(1, Math.floor(missing / rate))));
};

const hasRecent = ({ counts, complete }: SilenceInput): boolean =>
  counts.sum(complete - RECENT + 1, complete) > 0;

/** The first second of the emptiness that ends at `to`, by halving; at most an hour back. */
const firstEmpty = (counts: Counts, to: number): number => {
  let empty = 1;
  let full = HOUR_SECONDS;
  if (counts.sum(to - full + 1, to) === 0) return to - full + 1;
  while (full - empty > 1) {
    const middle = (empty + full) >> 1;
    if (counts.sum(to - middle + 1, to) === 0) empty = middle;
    else full = middle;
  }
  return to - empty + 1;
};
