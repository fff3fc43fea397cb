/**
 * Silence of the whole stream, told by the clock: seconds that bring nothing do not pass for the detectors, which go
 * by event time. In: what is known of each provider's hours. Out: how much was to be expected since the last message,
 * and how surprising none of it is. Looks only: when the stream comes back late, its hours are learned as they were.
 *
 * The providers are taken together as one series whose dispersion is the widest of theirs; as in silence.ts a forecast
 * may be twice too high, and an hour that is not known expects nothing.
 */
import type { SeriesKey } from '../../windows/series.ts';
import type { Learned } from '../learning/learned.ts';
import type { WatchedSeries } from '../series/classify.ts';
import { BASELINES, type Baseline, type BaselineConfig, forecastHour } from '../statistics/baseline.ts';
import type { Calendar } from '../statistics/calendar.ts';
import { dispersionAt } from '../statistics/dispersion.ts';
import { surpriseOfNone } from '../statistics/likelihood.ts';
import { FORECAST_OFF } from './silence.ts';

/** In minutes: more than so much of a long silence need not be gone through to tell it. */
const LONGEST = 240;
/** Minutes after which a provider that brought nothing has been given up. */
const GIVEN_UP = 1_440;

export interface StreamSilence {
  readonly expected: number;
  /** How surprising it is that nothing came, in nats. */
  readonly surprise: number;
}

/** The silence of the stream of all providers that are known, save those whose silence is meant. */
export const createStreamSilence = (parts: {
  readonly learned: Learned;
  readonly watchedOf: (key: SeriesKey) => WatchedSeries | undefined;
  readonly calendar: Calendar;
  readonly config: BaselineConfig;
}) => {
  const baselines = parts.learned.of(BASELINES);

  /** One baseline a provider: of what it sends, or of what it is given where it does not tell that. */
  const ofProviders = (isExempt: (provider: string) => boolean): Baseline[] => {
    const found = new Map<string, Baseline>();
    for (const [key, baseline] of baselines as Map<SeriesKey, Baseline>) {
      const one = parts.watchedOf(key);
      if (one?.scope !== 'all' || isExempt(one.provider)) continue;
      if (one.metric === 'sent' || !found.has(one.provider)) found.set(one.provider, baseline);
    }
    return [...found.values()];
  };

  return (
    stretch: { readonly from: number; readonly to: number },
    isExempt: (provider: string) => boolean,
  ): StreamSilence => streamSilence(ofProviders(isExempt), stretch, parts);
};

/** Judges [from, to], epoch seconds without a message, by one baseline a provider, of all that it sends. */
export const streamSilence = (
  baselines: readonly Baseline[],
  { from, to }: { readonly from: number; readonly to: number },
  { calendar, config }: { readonly calendar: Calendar; readonly config: BaselineConfig },
): StreamSilence => {
  const first = Math.floor(from / 60);
  const last = Math.min(Math.floor(to / 60), first + LONGEST);
  const alive = baselines.filter(({ recent }) => first - recent.through < GIVEN_UP);
  let expected = 0;
  for (const baseline of alive) {
    for (let minute = first; minute <= last; minute++) {
      const { trust, least } = forecastHour(baseline, { minute, calendar }, config);
      const seconds = Math.min(to, minute * 60 + 59) - Math.max(from, minute * 60) + 1;
      if (trust === 'full') expected += least * seconds;
    }
  }
  if (expected <= 0) return { expected: 0, surprise: 0 };
  const least = expected / FORECAST_OFF;
  const widest = Math.max(
    ...alive.map((baseline) => {
      const { scatter } = forecastHour(baseline, { minute: last, calendar }, config);
      return dispersionAt(scatter, to - from + 1, least);
    }),
  );
  return { expected, surprise: surpriseOfNone(least, widest) };
};
