/**
 * The engine: runs every detector on a second, and learns from seconds that are complete.
 * In: a view of the windows and a second of event time. Out: findings, in a fixed order.
 * What it has learned is its only state that outlives the windows; only time that passes changes it.
 */

import type { Config } from '../config/schema.ts';
import { type Second, second } from '../events/event.ts';
import type { Hours, SeriesKey } from '../windows/series.ts';
import { createBillFindings } from './billing/detector.ts';
import { createBurstFindings } from './burst/detector.ts';
import { createCampaignFindings, createHistories } from './campaign/detector.ts';
import { createContentFindings } from './content/detector.ts';
import { DESTINATIONS, judgeDestination } from './destination/destinations.ts';
import { destinationFinding } from './destination/findings.ts';
import type { Look } from './detector.ts';
import type { Finding } from './finding.ts';
import { createExclusions } from './learning/exclusions.ts';
import { createLearned } from './learning/learned.ts';
import { createLearner } from './learning/learner.ts';
import { createLedgerFindings } from './ledgers/detector.ts';
import { createSigns, type OriginSign, type SignsInput } from './origin/signs.ts';
import { quietFinding } from './quiet-hours/findings.ts';
import { findQuietSends } from './quiet-hours/quiet-sends.ts';
import { createRepeatsFindings } from './repeats/detector.ts';
import { hourOf } from './repeats/reach.ts';
import { createReachLearning } from './repeats/reach-learning.ts';
import type { WatchedSeries } from './series/classify.ts';
import { clearestOfProvider } from './series/clearest.ts';
import { createSeriesIndexes, type SeriesIndex } from './series/series-index.ts';
import type { Estimate, WindowsView } from './series/view-port.ts';
import { silenceFinding } from './silence/findings.ts';
import { findSilence, type Silence } from './silence/silence.ts';
import { streamSilence } from './silence/stream-silence.ts';
import type { Baseline } from './statistics/baseline.ts';
import { BASELINES } from './statistics/baseline.ts';
import { createCalendar } from './statistics/calendar.ts';
import { createForecasts } from './statistics/forecasts.ts';
import { countThatSurprises } from './statistics/likelihood.ts';
import { easedBy, thresholdFor } from './statistics/threshold.ts';
import { createStopFindings } from './stop/detector.ts';
import { createExcessFindings } from './unordered/detector.ts';

export type { Estimate, WindowsView } from './series/view-port.ts';

export interface Band {
  /** Messages a second. */
  readonly rate: number;
  /** Messages a second, over the window asked for, at which a burst would be called. */
  readonly upper: number;
  readonly learning: boolean;
}

export interface Engine {
  /**
   * What there is to see in this second; it may be asked again while the second fills. Silence is told of seconds up
   * to `complete`.
   */
  detect(view: WindowsView, at: Second, complete?: Second): Finding[];
  /** Learns from [from, to], all complete now. Every second belongs to one call, in order. */
  seal(view: WindowsView, from: Second, to: Second): void;
  /** Nothing is counted up to and with `to`: call it before a gap's other side is taken into the view. */
  pass(view: WindowsView, to: Second): void;
  /**
   * Nothing of the provider in [from, to] is learned, told after a look at `to`. An incident that goes on for a day is
   * how it is now, and teaches; a pause never does.
   */
  leaveOut(provider: string, from: Second, to: Second, because: 'incident' | 'pause'): void;
  /** What the series is expected to bring now, and where the band of windows of so many seconds ends. */
  expected(view: WindowsView, series: SeriesKey, seconds?: number): Band;
  /**
   * Whether the whole stream's silence in [from, to], both by the clock, is beyond chance. `isExempt`: providers whose
   * silence is meant.
   */
  isSilent(from: Second, to: Second, isExempt: (provider: string) => boolean): boolean;
  /** What points to a break-in in a provider's incident, and what to a bug. `others`: providers as badly off. */
  signs(view: WindowsView, of: Omit<SignsInput, 'view' | 'index'>): OriginSign[];
  /** What changed of the learned since the last call, by name; '' for what is gone. */
  changes(): ReadonlyMap<string, string>;
  /** Answers how many entries were not understood, and are learned anew. */
  restore(entries: ReadonlyMap<string, string>): number;
}

const PRUNE_EVERY = 600;
/** A provider silent for longer, in seconds, has been given up. */
const GIVEN_UP = 86_400;
const NEW_NORMAL = 86_400;
/** Seconds before a gap's end by which an hour is surely complete, and after which the view would lose of it. */
const SETTLED = 300;

export const createEngine = (parts: { config: Config['detect']; estimate: Estimate }): Engine => {
  const { config, estimate } = parts;
  const calendar = createCalendar(config.zone);
  const learned = createLearned();
  const incidents = createExclusions(NEW_NORMAL);
  const pauses = createExclusions();
  const indexes = createSeriesIndexes();
  let sealed = 0;
  let threshold = thresholdFor(1, config.burst.falseAlarmsPerYear);
  let known: SeriesIndex | undefined;
  const isLeftOut = (name: string, from: number, to: number): boolean =>
    incidents.touchesSeconds(name, from, to) || pauses.touchesSeconds(name, from, to);
  const forecasts = createForecasts({
    learned,
    calendar,
    config: config.burst,
    watchedOf: indexes.watchedOf,
    excluded: ({ provider, key }, minute) =>
      [provider, key].some((name) => isLeftOut(name, minute * 60, minute * 60 + 59)),
  });
  const learner = createLearner({ learned, forecasts, isLeftOut });
  const learnReach = createReachLearning({ learned, incidents, pauses });
  const stop = createStopFindings({ learned, config: config.stop });
  const histories = createHistories(learned);
  const campaigns = createCampaignFindings({ learned, histories });
  const bursts = createBurstFindings({ forecasts, learned, histories, incidents, config: config.burst });
  const excesses = createExcessFindings({ forecasts, learned, incidents, config });
  const repeats = createRepeatsFindings({ config: config.repeats, estimate, learned, incidents, pauses });
  const bills = createBillFindings({ learned, config: config.orders });
  const ledgers = createLedgerFindings({ forecasts, learned, config: config.orders });
  const content = createContentFindings({ learned, config: config.content });
  const signs = createSigns(learned);

  const lookAt = (view: WindowsView, at: Second): Look => {
    const index = indexes.of(view);
    if (index !== known) {
      known = index;
      threshold = thresholdFor(roundedUp(index.scanned), config.burst.falseAlarmsPerYear);
    }
    forecasts.explain(view, at, index.providers);
    return { view, index, at, threshold };
  };

  const quietHours = ({ index, at }: Look, hours: Hours, tolerated: number): Finding[] => {
    const found = index.groups.flatMap((group) =>
      group[hours].flatMap((one) => {
        if (one.counts.count(at) === 0) return [];
        const sends = findQuietSends(one.counts.count, at, tolerated);
        return sends ? [{ one, sends }] : [];
      }),
    );
    return clearestOfProvider(found, ({ one, sends }) => [one, sends.count]).map(({ one, sends }) =>
      quietFinding(one, sends, at, tolerated),
    );
  };

  const destinations = ({ view, index, at }: Look): Finding[] =>
    index.groups.flatMap((group) =>
      group.countries.flatMap((one) => {
        if (one.counts.count(at) === 0) return [];
        const since = second(at - 3_599);
        const inAnHour = one.counts.sum(since, at);
        const watched = group.all ? forecasts.of(view, group.all).forecast.baseline.born * 60 : at;
        const strength = judgeDestination(learned.of(DESTINATIONS).get(one.key), { at, watched, inAnHour });
        return strength ? [destinationFinding(one, at, { strength, inAnHour, since })] : [];
      }),
    );

  const silences = (at: Second, complete: Second): Finding[] => {
    const found: Array<{ one: WatchedSeries; silence: Silence }> = [];
    for (const [key, { forecast, counts }] of forecasts.all()) {
      const one = indexes.watchedOf(key);
      if (one?.scope !== 'all' || complete - forecast.sealed() > GIVEN_UP) continue;
      const silence = findSilence({ forecast, counts, complete, threshold });
      if (silence) found.push({ one, silence });
    }
    return clearestOfProvider(found, ({ one }) => [one, one.metric === 'sent' ? 1 : 0]).map(
      ({ one, silence }) => silenceFinding(one, silence, at),
    );
  };

  return {
    detect: (view, at, complete) => {
      for (const list of [incidents, pauses]) list.renew(at);
      const look = lookAt(view, at);
      return [
        ...bursts(look),
        ...repeats(look),
        ...quietHours(look, 'quiet', config.quietHours.tolerated),
        ...quietHours(look, 'late', config.quietHours.toleratedLate),
        ...campaigns(look),
        ...destinations(look),
        ...content(look),
        ...excesses(look),
        ...bills(look),
        ...ledgers(look),
        ...stop.find(look),
        ...(complete === undefined ? [] : silences(at, complete)),
      ].sort(byPlace);
    },
    seal: (view, from, to) => {
      const { index } = lookAt(view, to);
      for (const list of [incidents, pauses]) list.seal(to);
      learner.seconds(view, index, from, to);
      learner.accounts(index, from, to);
      learner.texts(view, index.providers, sealed, to);
      if (Math.floor(sealed / 60) !== Math.floor(to / 60)) {
        forecasts.openKnown(view);
        for (const [, { forecast }] of forecasts.all()) forecast.reach(to);
        learner.shares(index, to);
        learner.lags(index, to);
        learner.ledgers(index, to);
        stop.learn(index, to);
      }
      if (hourOf(sealed + 1) !== hourOf(to + 1)) learnReach(view, index.groups, sealed, to);
      if (Math.floor(sealed / PRUNE_EVERY) !== Math.floor(to / PRUNE_EVERY)) {
        learned.prune(to);
        for (const list of [incidents, pauses]) list.forget(to);
        forecasts.forget((key) => learned.of(BASELINES).has(key));
      }
      histories.forget();
      sealed = to;
    },
    pass: (view, to) => {
      learnReach(view, indexes.of(view).groups, sealed, to - SETTLED);
      for (const [, { forecast }] of forecasts.all()) forecast.reach(to);
    },
    leaveOut: (provider, from, to, because) =>
      (because === 'pause' ? pauses : incidents).note(provider, from, to),
    expected: (view, key, seconds = 1) => {
      const watched = indexes.watchedOf(key);
      const source = view.of(key);
      const one = watched && source && { ...watched, counts: source };
      const at = second(sealed + 1);
      if (!one || (one.scope !== 'all' && one.scope !== 'marketing'))
        return { rate: 0, upper: config.burst.minimum, learning: true };
      const { forecast, counts } = forecasts.of(view, one);
      const { rate, trust, scatter } = forecast.hourAt(at);
      const meant = (view.sum(key, second(at - 60), at) - counts.sum(at - 60, at)) / 60;
      const mean = rate * seconds;
      const line = threshold - easedBy(rate, scatter.phi[0]);
      const most = countThatSurprises(line, mean, forecast.dispersion(at, seconds, mean));
      const upper = Math.max(config.burst.minimum, most) / seconds + meant;
      return { rate: rate + meant, upper, learning: trust === 'none' };
    },
    isSilent: (from, to, isExempt) => {
      const of = new Map<string, Baseline>();
      for (const [key, baseline] of learned.of(BASELINES) as Map<SeriesKey, Baseline>) {
        const one = indexes.watchedOf(key);
        if (one?.scope !== 'all' || isExempt(one.provider)) continue;
        if (one.metric === 'sent' || !of.has(one.provider)) of.set(one.provider, baseline);
      }
      const { surprise } = streamSilence([...of.values()], { from, to }, { calendar, config: config.burst });
      return surprise >= threshold;
    },
    signs: (view, of) => signs({ ...of, view, index: indexes.of(view) }),
    changes: learned.changes,
    restore: (entries) => {
      histories.forget();
      return learned.restore(entries);
    },
  };
};

/** To a power of two, so that one more campaign does not move the threshold of all. */
const roundedUp = (series: number): number => 2 ** Math.ceil(Math.log2(Math.max(1, series)));

const order = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
const byPlace = (a: Finding, b: Finding): number =>
  order(a.provider, b.provider) || order(a.detector, b.detector) || order(a.series, b.series);
