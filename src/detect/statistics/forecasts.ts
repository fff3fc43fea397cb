/**
 * The forecasts of all series that are watched for bursts and silence, on windows from which announced campaigns are
 * taken out. In: the view and what is learned. Out: a forecast a series, with the counts it is about.
 */
import { type Second, second } from '../../events/event.ts';
import { parseSeries, type SeriesKey, seriesKey } from '../../windows/series.ts';
import { type Explained, explainedBy, without } from '../campaign/plans.ts';
import type { SealedStretch } from '../detector.ts';
import type { Learned } from '../learning/learned.ts';
import type { WatchedSeries } from '../series/classify.ts';
import { NO_COUNTS } from '../series/counts.ts';
import type { HeldSeries } from '../series/series-index.ts';
import { type Counts, isIn, type WindowsView } from '../series/view-port.ts';
import { BASELINES, type Baseline, type BaselineConfig, knownRate, newBaseline } from './baseline.ts';
import type { Calendar } from './calendar.ts';
import { createForecast, type Forecast } from './forecast.ts';
import { LONGEST } from './scan.ts';

export interface ForecastSeries {
  readonly forecast: Forecast;
  /** The counts of the series without what announced campaigns explain. */
  readonly counts: Counts;
}

export interface Forecasts {
  /** The forecast of a series that has counts in the view; it is opened when first asked for. */
  of(view: WindowsView, held: HeldSeries): ForecastSeries;
  /** The forecasts that were opened of what is in these windows. */
  opened(view: WindowsView): Iterable<readonly [SeriesKey, ForecastSeries]>;
  /** The series that are known from before or from now. */
  known(): Iterable<readonly [SeriesKey, Baseline]>;
  /** Takes in the seconds of a stretch that are complete. */
  seal(stretch: SealedStretch): void;
  /**
   * Opens forecasts of providers that are known from before, though the view holds nothing of them: they may be silent.
   */
  openKnown(view: WindowsView): void;
  /** Makes what is forecast up to a second's minute, learning on the way, though nothing comes in any more. */
  reach(view: WindowsView, at: number): void;
  /** What was sealed from `at` on has changed: the starts of windows there are found anew. */
  reopen(view: WindowsView, at: number): void;
  /** Takes in the announcements that matter near `at`. */
  explain(view: WindowsView, at: Second, providers: Iterable<string>): void;
  /** What announcements explain of a provider's counts. */
  explained(of: Pick<WatchedSeries, 'metric' | 'provider'>): readonly Explained[];
  /**
   * Messages that were submitted in the last hours before a second and have not been sent yet, when `share` of them
   * usually is. `sent`: the series they would come in.
   */
  owedOf(sent: SeriesKey, at: Second): (from: number, share: number) => number;
  /** Submissions that were to be expected of the stream from a second up to `at`, and are not there. */
  missing(provider: string, at: Second): (from: number) => number;
  /** Lets go of forecasts whose baseline is gone. */
  forget(): void;
}

/** `submitted`: the series of what was given to the provider of what it sends here. */
interface OpenedForecast extends ForecastSeries {
  readonly submitted: SeriesKey;
  use(counts: Counts): void;
}

const NOTHING: readonly Explained[] = [];
const NONE_OPENED: ReadonlyMap<SeriesKey, OpenedForecast> = new Map();
/** What is scanned for bursts, of each provider. */
export const SCANNED = ['all', 'marketing'] as const;
/** In seconds: so many of the newest may still fill, and are no starts of windows yet. */
const OPEN = 10;
/** Seconds in which a queue may have filled: over the shorter ones a share that is a little off matters less. */
const FILLED_IN = [600, 3_600, LONGEST] as const;

export const createForecasts = (parts: {
  readonly learned: Learned;
  readonly calendar: Calendar;
  readonly config: BaselineConfig;
  readonly watchedOf: (key: SeriesKey) => WatchedSeries | undefined;
  /** Whether nothing is learned of a series from a minute. */
  readonly excluded: (of: WatchedSeries, minute: number) => boolean;
}): Forecasts => {
  const { learned, calendar, config } = parts;
  const baselines = learned.of(BASELINES);
  const known = new Map<SeriesKey, OpenedForecast>();
  /** The same by provider. */
  const knownOf = new Map<string, Map<SeriesKey, OpenedForecast>>();
  const explained = new Map<string, readonly Explained[]>();
  let now = 0;

  /** The rate of the busiest provider that is known, by metric and minute: one pass over all for each. */
  const busiest = new Map<string, number | undefined>();
  const busiestAt = (metric: WatchedSeries['metric'], minute: number): number | undefined => {
    const name = `${metric} ${minute}`;
    if (busiest.has(name)) return busiest.get(name);
    if (busiest.size >= 8) busiest.clear();
    let most: number | undefined;
    for (const [key, baseline] of baselines) {
      if (key.includes(',') || !key.startsWith(`${metric}{`)) continue;
      const rate = knownRate(baseline, { minute, calendar });
      if (rate !== undefined && rate > (most ?? 0)) most = rate;
    }
    busiest.set(name, most);
    return most;
  };

  /** A series too young for its own hours follows its provider's; a provider, the busiest one. */
  const relativeOf =
    ({ provider, metric, scope }: WatchedSeries) =>
    (minute: number) => {
      if (scope === 'all') return busiestAt(metric, minute);
      const own = baselines.get(seriesKey({ metric, provider }));
      return own && knownRate(own, { minute, calendar });
    };

  const explainedOf = ({ metric, provider }: Pick<WatchedSeries, 'metric' | 'provider'>) =>
    explained.size === 0 ? NOTHING : (explained.get(`${metric} ${provider}`) ?? NOTHING);

  const open = (watched: WatchedSeries, source: Counts, view: WindowsView) => {
    const { key } = watched;
    const past = baselines.get(key);
    const from = past ? (view.first ?? second(0)) : firstWith(source, view);
    const baseline = past ?? newBaseline(Math.floor(from / 60));
    baselines.set(key, baseline);
    let current = source;
    const counts = without(
      () => current,
      () => explainedOf(watched),
    );
    const forecast = createForecast(
      {
        baseline,
        counts,
        calendar,
        config,
        related: relativeOf(watched),
        excluded: (minute) => parts.excluded(watched, minute),
      },
      from,
    );
    // After a restart the windows hold bursts that began before it: their seconds are starts again.
    for (let at = from as number; at <= now - OPEN; at++) if (counts.count(at) > 0) forecast.seal(at);
    const seen = {
      forecast,
      counts,
      submitted: seriesKey({ ...parseSeries(key), metric: 'submitted' }),
      use: (newest: Counts) => {
        current = newest;
      },
    };
    known.set(key, seen);
    const own = knownOf.get(watched.provider) ?? new Map<SeriesKey, OpenedForecast>();
    knownOf.set(watched.provider, own.set(key, seen));
    return seen;
  };

  const seriesOf = (view: WindowsView, held: HeldSeries) => {
    const seen = known.get(held.key) ?? open(held, held.counts, view);
    seen.use(held.counts);
    return seen;
  };

  const opened = ({ provider }: WindowsView): ReadonlyMap<SeriesKey, OpenedForecast> =>
    provider === undefined ? known : (knownOf.get(provider) ?? NONE_OPENED);

  return {
    of: seriesOf,
    opened,
    known: () => baselines as Iterable<readonly [SeriesKey, Baseline]>,
    seal: ({ view, came }) => {
      for (const [at, second] of came)
        for (const scope of SCANNED)
          for (const { one } of second.of(scope)) seriesOf(view, one).forecast.seal(at);
    },
    reach: (view, at) => {
      for (const { forecast } of opened(view).values()) forecast.reach(at);
    },
    reopen: (view, at) => {
      for (const { forecast } of opened(view).values()) forecast.reopen(at);
    },
    openKnown: (view) => {
      for (const key of baselines.keys() as Iterable<SeriesKey>) {
        const watched = known.has(key) ? undefined : parts.watchedOf(key);
        if (watched?.scope === 'all' && isIn(view, watched.provider))
          open(watched, view.of(key) ?? NO_COUNTS, view);
      }
    },
    explain: (view, at, providers) => {
      now = at;
      if (explained.size === 0 && isNothingIn(view.announced())) return;
      for (const provider of providers)
        for (const metric of ['sent', 'submitted'] as const) explained.delete(`${metric} ${provider}`);
      for (const [name, own] of explainedBy(view, learned, { at, providers })) explained.set(name, own);
    },
    explained: explainedOf,
    owedOf: (key, at) => {
      const sent = known.get(key);
      const given = sent && known.get(sent.submitted);
      if (!given) return () => 0;
      const oldest = Math.max(given.forecast.since(), sent.forecast.since());
      return (from, share) => {
        let most = 0;
        for (const seconds of FILLED_IN) {
          const since = Math.max(oldest, from - seconds, at - LONGEST + 1);
          const owed =
            share * given.forecast.counted(since, from - 1) - sent.forecast.counted(since, from - 1);
          most = Math.max(most, owed);
        }
        return most;
      };
    },
    missing: (provider, at) => (from) => {
      const given = known.get(seriesKey({ metric: 'submitted', provider }));
      if (!given) return 0;
      const since = Math.max(from, given.forecast.since());
      return Math.max(0, given.forecast.expected(since, at) - given.counts.sum(since, at));
    },
    forget: () => {
      for (const key of known.keys()) if (!baselines.has(key)) known.delete(key);
      for (const [provider, own] of knownOf) {
        for (const key of own.keys()) if (!baselines.has(key)) own.delete(key);
        if (own.size === 0) knownOf.delete(provider);
      }
    },
  };
};

const isNothingIn = (all: Iterable<unknown>): boolean => {
  for (const _ of all) return false;
  return true;
};

/** The first second of a series that the view holds, by halving. */
const firstWith = (counts: Counts, view: WindowsView): Second => {
  let before = (view.first ?? second(0)) - 1;
  let after = before + 8_192;
  while (after - before > 1) {
    const middle = Math.floor((before + after) / 2);
    if (counts.sum((view.first ?? second(0)) as number, middle) > 0) after = middle;
    else before = middle;
  }
  return second(after);
};
