/**
 * The engine: runs every detector on a second, and learns from seconds that are complete.
 * In: a view of the windows and a second of event time. Out: findings, in a fixed order.
 * The learned rates are its only state, and only `seal` and `restore` change them.
 */
import type { Config } from '../config/schema.ts';
import { type Second, second } from '../events/event.ts';
import type { SeriesKey } from '../windows/series.ts';
import { type Burst, burstThreshold, findBurst, upperEdge } from './burst.ts';
import type { Finding } from './finding.ts';
import { findQuietSends, QUIET_SECONDS } from './quiet-hours.ts';
import { createRates, type Expectation } from './rate.ts';
import { findRepeats, type Repeats } from './repeats.ts';
import { rounded, saysBurst, saysQuiet, saysRepeats } from './says.ts';
import type { Estimate, WindowsView } from './view-port.ts';
import { createWatched, type Watched } from './watched.ts';

export type { Estimate, WindowsView } from './view-port.ts';

export interface Band {
  /** Messages a second. */
  readonly rate: number;
  /** The count of one second at which a burst would be called. */
  readonly upper: number;
  readonly learning: boolean;
}

export interface Engine {
  /** What there is to see in this second. Changes nothing: it may be asked again while the second fills. */
  detect(view: WindowsView, at: Second): Finding[];
  /** Learns from [from, to], all complete now. Every second belongs to one call, in order. */
  seal(view: WindowsView, from: Second, to: Second): void;
  /** What the series is expected to bring now. */
  expected(series: SeriesKey): Band;
  snapshot(): string;
  /** Throws SyntaxError for what `snapshot` did not write. */
  restore(json: string): void;
}

interface EngineState {
  readonly sealed: number;
  readonly rates: string;
}

/** What an anomaly teaches: at most this times the expected count of a second. A young series learns faster. */
const TEACHES = 1.25;
const TEACHES_YOUNG = 4;
const PRUNE_EVERY = 600;

export const createEngine = (parts: { config: Config['detect']; estimate: Estimate }): Engine => {
  const { config, estimate } = parts;
  const rates = createRates(config.burst);
  const watchedOf = createWatched();
  const priorMemory = config.burst.learning / 1000;
  let sealed = 0;
  let threshold = thresholdFor(0, config);

  const burstOf = (
    view: WindowsView,
    key: SeriesKey,
    at: Second,
    expectation: Expectation,
  ): Burst | undefined =>
    findBurst({
      countIn: (from, to) => view.sum(key, from, to),
      expectation,
      at,
      dispersion: config.burst.dispersion,
      threshold,
      minimum: config.burst.minimum,
      priorMemory,
    });

  const watchedSeries = (view: WindowsView): readonly Watched[] => {
    const all: Watched[] = [];
    for (const key of view.series()) {
      const watched = watchedOf(key);
      if (watched) all.push(watched);
    }
    threshold = thresholdFor(all.length, config);
    return all;
  };

  const bursts = (view: WindowsView, series: readonly Watched[], at: Second): Finding[] =>
    series.flatMap((one) => {
      if (one.scope === 'quiet') return [];
      const expectation = rates.expectation(one.key, at);
      const burst = burstOf(view, one.key, at, expectation);
      return burst ? [burstFinding(one, burst, { at, threshold, learning: expectation.learning })] : [];
    });

  const repeats = (view: WindowsView, series: readonly Watched[], at: Second): Finding[] => {
    const found = series.flatMap((one) => {
      if (one.scope !== 'marketing') return [];
      const seen = findRepeats({ view, series: one.key, at, config: config.repeats, estimate });
      return seen ? [{ one, seen }] : [];
    });
    return clearestOfProvider(found, ({ one, seen }) => [one, repeatsWeight(seen)]).map(({ one, seen }) =>
      repeatsFinding(one, seen, at),
    );
  };

  const quietHours = (view: WindowsView, series: readonly Watched[], at: Second): Finding[] => {
    const { tolerated } = config.quietHours;
    const found = series.flatMap((one) => {
      if (one.scope !== 'quiet') return [];
      const sends = findQuietSends((when) => view.count(one.key, when), at, tolerated);
      return sends ? [{ one, sends }] : [];
    });
    return clearestOfProvider(found, ({ one, sends }) => [one, sends.count]).map(({ one, sends }) => ({
      ...place(one),
      detector: 'quiet_hours',
      at,
      since: sends.since,
      strength: 'strong',
      evidence: { count: sends.count, seconds: QUIET_SECONDS, tolerated },
      says: saysQuiet(one, sends.count),
    }));
  };

  const learnSecond = (view: WindowsView, key: SeriesKey, at: Second): void => {
    const count = view.count(key, at);
    if (count === 0) return;
    const expectation = rates.expectation(key, at);
    const anomalous = burstOf(view, key, at, expectation)?.strength === 'strong';
    const most = expectation.rate * (expectation.learning ? TEACHES_YOUNG : TEACHES);
    rates.learn(key, at, anomalous ? Math.min(count, most) : count);
  };

  return {
    detect: (view, at) => {
      const series = watchedSeries(view);
      const active = new Set(series.filter((one) => view.count(one.key, at) > 0).map((one) => one.provider));
      if (active.size === 0) return [];
      const ofActive = series.filter((one) => active.has(one.provider));
      const withMessages = ofActive.filter((one) => view.count(one.key, at) > 0);
      return [
        ...bursts(view, withMessages, at),
        ...repeats(view, withMessages, at),
        ...quietHours(view, withMessages, at),
      ].sort(byPlace);
    },
    seal: (view, from, to) => {
      for (const { key, scope } of watchedSeries(view)) {
        if (scope === 'quiet' || view.sum(key, from, to) === 0) continue;
        for (let at = from as number; at <= to; at++) learnSecond(view, key, second(at));
      }
      if (Math.floor(sealed / PRUNE_EVERY) !== Math.floor(to / PRUNE_EVERY)) rates.prune(to);
      sealed = to;
    },
    expected: (series) => {
      const { rate, learning, memory } = rates.expectation(series, second(sealed + 1));
      const scale = config.burst.dispersion * (1 + 1 / Math.max(memory, priorMemory));
      return { rate, upper: upperEdge(rate, { scale, threshold, minimum: config.burst.minimum }), learning };
    },
    snapshot: () => JSON.stringify({ sealed, rates: rates.snapshot() } satisfies EngineState),
    restore: (json) => {
      const state = JSON.parse(json) as EngineState;
      rates.restore(state.rates);
      sealed = state.sealed;
    },
  };
};

/** Rounded up to a power of ten, so that one more campaign does not move the threshold of all. */
const thresholdFor = (series: number, config: Config['detect']): number =>
  burstThreshold(
    Math.max(100, 10 ** Math.ceil(Math.log10(Math.max(1, series)))),
    config.burst.falseAlarmsPerYear,
  );

const place = ({ key, provider, campaign }: Watched) => ({
  series: key,
  provider,
  ...(campaign === undefined ? {} : { campaign }),
});

const burstFinding = (
  one: Watched,
  burst: Burst,
  seen: { at: Second; threshold: number; learning: boolean },
): Finding => ({
  ...place(one),
  detector: 'burst',
  at: seen.at,
  since: burst.since,
  strength: burst.strength,
  evidence: {
    count: burst.count,
    expected: rounded(burst.expected),
    seconds: burst.seconds,
    llr: rounded(burst.llr),
    threshold: rounded(seen.threshold),
    learning: seen.learning ? 1 : 0,
  },
  says: saysBurst(one, burst, seen.learning),
});

const repeatsFinding = (one: Watched, seen: Repeats, at: Second): Finding => ({
  ...place(one),
  detector: 'repeats',
  at,
  since: seen.since,
  strength: seen.strength,
  evidence: { ...seen.evidence, ratio: rounded(seen.evidence.ratio) },
  says: saysRepeats(one, seen),
});

const repeatsWeight = ({ strength, evidence }: Repeats): number =>
  (strength === 'strong' ? 1e12 : 0) + evidence.people * 1e6 + evidence.ratio;

/** Both what we submitted and what the provider sent show the same; the heavier speaks, on a tie the first by key. */
const clearestOfProvider = <T>(found: readonly T[], weigh: (one: T) => [Watched, number]): T[] => {
  const best = new Map<string, T>();
  for (const one of found) {
    const [watched, weight] = weigh(one);
    const rival = best.get(watched.provider);
    const [other, otherWeight] = rival === undefined ? [undefined, Number.NEGATIVE_INFINITY] : weigh(rival);
    const wins =
      weight > otherWeight || (weight === otherWeight && other !== undefined && watched.key < other.key);
    if (wins) best.set(watched.provider, one);
  }
  return [...best.values()];
};

const order = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
const byPlace = (a: Finding, b: Finding): number =>
  order(a.provider, b.provider) || order(a.detector, b.detector) || order(a.series, b.series);
