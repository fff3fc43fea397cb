/**
 * The engine: runs every detector on a second, and lets all learn from seconds that are complete.
 * In: a view of the windows and a second of event time. Out: findings, in a fixed order.
 * What it has learned is its only state that outlives the windows; only time that passes changes it.
 */
import type { Config } from '../config/schema.ts';
import { type Second, second } from '../events/event.ts';
import { DAY_SECONDS, HOUR_SECONDS, MINUTE_SECONDS } from '../events/time.ts';
import type { SeriesKey } from '../windows/series.ts';
import { billingDetector } from './billing/detector.ts';
import { burstDetector } from './burst/detector.ts';
import { campaignDetector } from './campaign/detector.ts';
import { createHistories } from './campaign/histories.ts';
import { contentDetector } from './content/detector.ts';
import { destinationDetector } from './destination/detector.ts';
import type { Absence, AbsenceLook, CreateDetector, Look, SealedStretch } from './detector.ts';
import type { Finding } from './finding.ts';
import { createExclusions } from './learning/exclusions.ts';
import { createLearned } from './learning/learned.ts';
import { ledgersDetector } from './ledgers/detector.ts';
import { createSigns, type OriginSign, type SignsInput } from './origin/signs.ts';
import { quietHoursDetector } from './quiet-hours/detector.ts';
import { repeatsDetector } from './repeats/detector.ts';
import { cameIn, cameWithin } from './series/came.ts';
import { createSeriesIndexes, type SeriesIndex } from './series/series-index.ts';
import type { Estimate, WindowsView } from './series/view-port.ts';
import { silenceDetector } from './silence/detector.ts';
import { createStreamSilence } from './silence/stream-silence.ts';
import { type Band, bandOf } from './statistics/band.ts';
import { createCalendar } from './statistics/calendar.ts';
import { createForecasts } from './statistics/forecasts.ts';
import { thresholdFor } from './statistics/threshold.ts';
import { stopDetector } from './stop/detector.ts';
import { unorderedDetector } from './unordered/detector.ts';

export type { Estimate, WindowsView } from './series/view-port.ts';

/** All the detectors there are, in the order in which they look and learn. */
export const DETECTORS: readonly CreateDetector[] = [
  burstDetector,
  repeatsDetector,
  quietHoursDetector,
  campaignDetector,
  destinationDetector,
  contentDetector,
  unorderedDetector,
  billingDetector,
  ledgersDetector,
  stopDetector,
  silenceDetector,
];

export interface Engine {
  /**
   * What there is to see in this second; it may be asked again while the second fills, or when something comes late
   * into it. Silence is told of seconds up to `complete`.
   */
  detect(view: WindowsView, at: Second, complete?: Second): Finding[];
  /** Only who is silent that should not be, of seconds up to `complete`; and when to ask for it again. */
  findAbsence(view: WindowsView, at: Second, complete: Second): Absence;
  /** Something came late into seconds from `from` on. */
  reopen(view: WindowsView, from: Second): void;
  /** Providers that are known from before, whether anything of them is held or not. */
  providers(): Iterable<string>;
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
  /** Answers what changed of the learned since the last call, by name; '' for what is gone. */
  changes(): ReadonlyMap<string, string>;
  /** Takes back what was learned. Answers how many entries were not understood, and are learned anew. */
  restore(entries: ReadonlyMap<string, string>): number;
}

/** What has been idle for long is looked for and forgotten once in so many seconds. */
const PRUNE_EVERY = 600;
/** An incident that goes on for longer, in seconds, is how it is now. */
const NEW_NORMAL = DAY_SECONDS;
/** Seconds before a gap's end by which an hour is surely complete, and after which the view would lose of it. */
const SETTLED = 300;

export const createEngine = (parts: { config: Config['detect']; estimate: Estimate }): Engine => {
  const { config, estimate } = parts;
  const calendar = createCalendar(config.zone);
  const learned = createLearned();
  const incidents = createExclusions(NEW_NORMAL);
  const pauses = createExclusions();
  const isLeftOut = (name: string, from: number, to: number): boolean =>
    incidents.touchesSeconds(name, from, to) || pauses.touchesSeconds(name, from, to);
  const indexes = createSeriesIndexes();
  const { watchedOf } = indexes;
  const forecasts = createForecasts({
    learned,
    calendar,
    config: config.burst,
    watchedOf,
    excluded: ({ provider, key }, minute) =>
      [provider, key].some((name) => isLeftOut(name, minute * 60, minute * 60 + 59)),
  });
  const histories = createHistories(learned);
  const shared = { learned, forecasts, histories, incidents, pauses, isLeftOut, watchedOf };
  const detectors = DETECTORS.map((create) => create({ config, estimate, calendar, ...shared }));
  const signs = createSigns(learned);
  const silenceOfStream = createStreamSilence({ learned, watchedOf, calendar, config: config.burst });
  /** The last second learned from, of whom. */
  const sealedOf = new WeakMap<WindowsView, number>();
  const known = new WeakMap<WindowsView, SeriesIndex>();
  let threshold = thresholdFor(1, config.burst.falseAlarmsPerYear);

  /** The index of the view as it stands at a second, with what follows from it for all detectors brought up to date. */
  const indexAt = (view: WindowsView, at: Second): SeriesIndex => {
    const index = indexes.of(view);
    if (known.get(view) !== index) {
      known.set(view, index);
      const scanned = viewsWith(view).reduce((sum, one) => sum + indexes.of(one).scanned, 0);
      threshold = thresholdFor(roundedUp(scanned), config.burst.falseAlarmsPerYear);
    }
    forecasts.explain(view, at, index.providers);
    return index;
  };

  const everybodyWith = (view: WindowsView) => () =>
    viewsWith(view).flatMap((one) => indexes.of(one).groups.map((group) => ({ view: one, group })));

  const lookOf = (view: WindowsView, at: Second): Omit<Look, 'came'> => {
    const index = indexAt(view, at);
    return { view, index, at, everybody: everybodyWith(view), threshold };
  };

  const learnMinute = (stretch: SealedStretch): void => {
    forecasts.openKnown(stretch.view);
    forecasts.reach(stretch.view, stretch.to);
    for (const one of detectors) one.learnMinute?.(stretch);
  };

  const prune = (at: Second): void => {
    learned.prune(at);
    histories.forget();
    for (const list of [incidents, pauses]) list.forget(at);
    forecasts.forget();
  };

  const absences = (look: AbsenceLook): Absence => {
    const found = detectors.flatMap((one) => one.lookForAbsence?.(look) ?? []);
    const findings = found.flatMap((one) => one.findings).sort(byPlace);
    return { findings, again: second(Math.min(...found.map(({ again }) => again))) };
  };

  return {
    detect: (view, at, complete) => {
      for (const list of [incidents, pauses]) list.renew(at, view.provider);
      const base = lookOf(view, at);
      const look: Look = { ...base, came: cameIn(base, at) };
      const found: Finding[] = [];
      for (const one of detectors) found.push(...one.look(look));
      if (complete !== undefined) found.push(...absences({ ...base, complete }).findings);
      return found.sort(byPlace);
    },
    findAbsence: (view, at, complete) => absences({ ...lookOf(view, at), complete }),
    reopen: (view, from) => forecasts.reopen(view, from),
    providers: () => {
      const names = new Set<string>();
      for (const [key] of forecasts.known()) names.add(watchedOf(key)?.provider ?? '');
      return names;
    },
    seal: (view, from, to) => {
      const sealed = sealedOf.get(view) ?? 0;
      const index = indexAt(view, to);
      const came = cameWithin({ view, index }, { from, to });
      const stretch: SealedStretch = { view, index, after: sealed, from, to, came };
      for (const list of [incidents, pauses]) list.seal(to, view.provider);
      forecasts.seal(stretch);
      for (const one of detectors) one.learn?.(stretch);
      if (isCrossed(MINUTE_SECONDS, sealed, to)) learnMinute(stretch);
      // An hour is learned with its last second, not with the next one's first.
      if (isCrossed(HOUR_SECONDS, sealed + 1, to + 1)) for (const one of detectors) one.learnHour?.(stretch);
      if (isCrossed(PRUNE_EVERY, sealed, to)) prune(to);
      sealedOf.set(view, to);
    },
    pass: (view, to) => {
      const stretch = {
        view,
        index: indexes.of(view),
        after: sealedOf.get(view) ?? 0,
        to: second(to - SETTLED),
      };
      for (const one of detectors) one.learnHour?.(stretch);
      forecasts.reach(view, to);
    },
    leaveOut: (provider, from, to, because) =>
      (because === 'pause' ? pauses : incidents).note(provider, provider, from, to),
    expected: (view, key, seconds = 1) => {
      const { minimum } = config.burst;
      const watched = watchedOf(key);
      const source = view.of(key);
      const one = watched && source && { ...watched, counts: source };
      const at = second((sealedOf.get(view) ?? 0) + 1);
      if (!one || (one.scope !== 'all' && one.scope !== 'marketing'))
        return { rate: 0, upper: minimum, learning: true };
      const seen = forecasts.of(view, one);
      const announced = (source.sum(at - 60, at) - seen.counts.sum(at - 60, at)) / 60;
      return bandOf(seen, { at, seconds, announced, threshold, minimum });
    },
    isSilent: (from, to, isExempt) => silenceOfStream({ from, to }, isExempt).surprise >= threshold,
    signs: (view, of) => signs({ ...of, view, index: indexes.of(view) }),
    changes: learned.changes,
    restore: (entries) => {
      histories.forget();
      return learned.restore(entries);
    },
  };
};

/** These windows, and those of the others. */
const viewsWith = (view: WindowsView): WindowsView[] => [view, ...(view.beside?.() ?? [])];

/** Whether a multiple of `length` lies after `before` and not after `to`. */
const isCrossed = (length: number, before: number, to: number): boolean =>
  Math.floor(before / length) !== Math.floor(to / length);

/** To a power of two, so that one more campaign does not move the threshold of all. */
const roundedUp = (series: number): number => 2 ** Math.ceil(Math.log2(Math.max(1, series)));

const order = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
const byPlace = (a: Finding, b: Finding): number =>
  order(a.provider, b.provider) || order(a.detector, b.detector) || order(a.series, b.series);
