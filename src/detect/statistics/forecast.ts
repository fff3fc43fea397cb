/**
 * The forecast of one series: what is expected of each minute of the last hours, the starts of windows that may still
 * win, and what its baseline may learn. In: counts as the windows have them. Out: the most surprising window that
 * ends at a second.
 *
 * Time is pulled, not pushed: a minute's forecast is made when the minute is first asked for, from a baseline that
 * has learned everything up to four hours before, whatever has been looked at since. So any way of cutting a stream
 * into looks gives the same forecasts, and a burst has four hours to be found before it teaches. A restart costs the
 * learning of those hours.
 */
import { createExclusions } from '../learning/exclusions.ts';
import type { Counts } from '../series/view-port.ts';
import { type Baseline, type BaselineConfig, forecastHour, type HourForecast } from './baseline.ts';
import { learn, learnRecent, type Minute } from './baseline-learning.ts';
import type { Calendar } from './calendar.ts';
import { dispersionAt } from './dispersion.ts';
import { surprise } from './likelihood.ts';
import { addStart, expire, mostSurprising, type ScanWanted, type ScanWindow, type Starts } from './scan.ts';
import { mostSurprisingByQuarters } from './scan-quarters.ts';

export interface ForecastParts {
  readonly baseline: Baseline;
  readonly counts: Counts;
  readonly calendar: Calendar;
  readonly config: BaselineConfig;
  /** Messages a second that a relative is expected to bring at a minute; for a series too young to know. */
  readonly related?: (minute: number) => number | undefined;
  /** Whether a minute must not be learned, for a reason that is not the series' own. */
  readonly excluded?: (minute: number) => boolean;
}

export interface Forecast {
  readonly baseline: Baseline;
  /** Makes the forecasts up to this second's minute, learning on the way. */
  reach(at: number): void;
  hourAt(at: number): HourForecast;
  /** Messages expected in [from, to], within the longest window; either may be some quarters into its second. */
  expected(from: number, to: number): number;
  /**
   * Messages expected in [from, to] at least: where traffic begins or ends within an hour, as if it had not begun, or
   * had ended.
   */
  expectedAtLeast(from: number, to: number): number;
  /** The first second that is forecast. */
  since(): number;
  /** Messages counted in [from, to]; more than an hour back, by whole minutes. */
  counted(from: number, to: number): number;
  /** Takes in a complete second with messages; seconds come in order of time. */
  seal(at: number): void;
  /** The most surprising window that ends in `at`, a second that may still fill, among those wanted. */
  look(at: number, wanted: ScanWanted): ScanWindow | undefined;
  /** Dispersion of a window that ends at `at`. */
  dispersion(at: number, seconds: number, expected: number): number;
  /** Messages came late into seconds from `at` on that were sealed: the starts of windows are found anew from there. */
  reopen(at: number): void;
  /** Nothing in [from, to] is ever learned. */
  leaveOut(from: number, to: number): void;
  /** The newest second with messages that is complete. */
  sealed(): number;
}

/** Minutes of which forecasts are held: more than the longest window has. */
const HELD = 256;
/** The windows hold the counts of every second this far back; beyond, whole minutes are kept here. */
const EXACT = 3_600;
/** A minute teaches so many minutes later, when even a burst as long as the longest window has been found. */
const LEARN_AFTER = 241;
/** A minute is surely complete when the second one after it begins. */
const COMPLETE_AFTER = 2;
/** After a silence of the whole stream this long, in minutes, nothing in between is learned. */
const GAP = 2_880;
/** A minute counts in the last half hour for no more than so many times what it was expected to bring. */
const MOST_RECENT = 4;
const OWN = 'own';
/** A burst that goes on for a day, in seconds, is how it is now. */
const NEW_NORMAL = 86_400;

/** `from` is the oldest second that the windows hold. */
export const createForecast = (parts: ForecastParts, from: number): Forecast => {
  const { baseline, counts, calendar, config } = parts;
  const rates = new Float64Array(HELD);
  const least = new Float64Array(HELD);
  /** Messages expected from the first minute up to the beginning of this one. */
  const before = new Float64Array(HELD);
  /** Messages counted up to the beginning of a minute, as it stood when it was complete. */
  const countedBefore = new Float64Array(HELD);
  const errors = { seconds: new Float64Array(HELD), tens: new Float64Array(HELD) };
  const starts: Starts = [];
  let first = Math.floor(from / 60);
  let last = first - 1;
  let current: HourForecast | undefined;
  /** By minute: what comes late is held against what was expected then. */
  const hours: Array<HourForecast | undefined> = new Array(HELD).fill(undefined);
  const exclusions = createExclusions(NEW_NORMAL);
  let sealed = from - 1;
  /** The second that was looked at last. */
  let newest = from;

  const expectedBefore = (at: number): number => {
    const minute = Math.min(last, Math.max(first, last - HELD + 1, Math.floor(at / 60)));
    return (before[minute % HELD] ?? 0) + (rates[minute % HELD] ?? 0) * (at - minute * 60);
  };
  const expected = (since: number, to: number): number => expectedBefore(to + 1) - expectedBefore(since);
  const expectedAtLeast = (since: number, to: number): number => {
    let sum = 0;
    for (let at = since; at <= to; ) {
      const minute = Math.floor(at / 60);
      const end = Math.min(to, minute * 60 + 59);
      sum += (end - at + 1) * (least[minute % HELD] ?? 0);
      at = end + 1;
    }
    return sum;
  };

  const counted = (since: number, to: number): number => {
    if (since > newest - EXACT) return counts.sum(since, to);
    const complete = last - COMPLETE_AFTER + 1;
    const minute = Math.max(first, Math.ceil(since / 60));
    if (complete <= minute) return counts.sum(since, to);
    const whole = Math.min(complete, Math.floor((to + 1) / 60));
    const upTo = (at: number) => countedBefore[at % HELD] ?? 0;
    return upTo(whole) - upTo(minute) + counts.sum(whole * 60, to);
  };

  /** Starts beyond what is held by the second move to the next whole minute; those too old go. */
  const tidy = (at: number): void => {
    for (let index = 0; index < starts.length; index++) {
      const start = starts[index] ?? at;
      if (start > at - EXACT) break;
      starts[index] = Math.ceil(start / 60) * 60;
    }
    expire(starts, at, counted, expected);
  };

  const isLeftOut = (minute: number): boolean =>
    parts.excluded?.(minute) === true || exclusions.touches(OWN, minute);

  /** What a minute that is complete brought, and how far off its forecast was by the second and by ten seconds. */
  const measure = (minute: number): number => {
    const rate = rates[minute % HELD] ?? 0;
    let seconds = 0;
    let tens = 0;
    for (let ten = minute * 60; ten < minute * 60 + 60; ten += 10) {
      for (let at = ten; at < ten + 10; at++) seconds += (counts.count(at) - rate) ** 2;
      tens += (counts.sum(ten, ten + 9) - 10 * rate) ** 2;
    }
    const count = counts.sum(minute * 60, minute * 60 + 59);
    countedBefore[(minute + 1) % HELD] = (countedBefore[minute % HELD] ?? 0) + count;
    errors.seconds[minute % HELD] = seconds;
    errors.tens[minute % HELD] = tens;
    return count;
  };

  const measured = (minute: number): Minute => ({
    minute,
    count: (countedBefore[(minute + 1) % HELD] ?? 0) - (countedBefore[minute % HELD] ?? 0),
    expected: 60 * (rates[minute % HELD] ?? 0),
    seconds: errors.seconds[minute % HELD] ?? 0,
    tens: errors.tens[minute % HELD] ?? 0,
  });

  const step = (minute: number): void => {
    const old = minute - LEARN_AFTER;
    if (old >= first && old > baseline.through) {
      learn(baseline, { minute: old, calendar }, isLeftOut(old) ? undefined : measured(old), config);
    }
    const complete = minute - COMPLETE_AFTER;
    if (complete >= first) {
      const count = measure(complete);
      const newborn = complete - baseline.born < COMPLETE_AFTER;
      const most = newborn ? count : Math.max(1, MOST_RECENT * 60 * (rates[complete % HELD] ?? 0));
      const related = parts.related?.(complete);
      if (!isLeftOut(complete)) learnRecent(baseline, { minute: complete, count, related, most });
    }
    current = forecastHour(baseline, { minute, calendar, related: parts.related?.(minute) }, config);
    before[minute % HELD] = minute === first ? 0 : expectedBefore(minute * 60);
    hours[minute % HELD] = current;
    rates[minute % HELD] = current.rate;
    least[minute % HELD] = current.least;
    last = minute;
  };

  const reach = (at: number): void => {
    const minute = Math.floor(at / 60);
    if (minute - last > GAP) {
      first = minute - 1;
      last = first - 1;
      starts.length = 0;
    }
    while (last < minute) step(last + 1);
    exclusions.forget(at);
  };

  const forecastAt = (at: number): HourForecast => {
    reach(at);
    const minute = Math.floor(at / 60);
    const then = minute < last && minute >= first && minute > last - HELD ? hours[minute % HELD] : undefined;
    if (then) return then;
    current ??= forecastHour(baseline, { minute: last, calendar }, config);
    return current;
  };

  /** While only the present is known, it is taken to have been so all along: a steady start is no burst. */
  const expectedAsSeenAt = (at: number): typeof expected => {
    const { trust, rate } = forecastAt(at);
    return trust === 'none'
      ? (since, to) => Math.max(expected(since, to), (to - since + 1) * rate)
      : expected;
  };

  return {
    baseline,
    reach,
    hourAt: forecastAt,
    expected,
    expectedAtLeast,
    counted,
    since: () => first * 60,
    seal: (at) => {
      if (at <= sealed) return;
      reach(at);
      newest = Math.max(newest, at);
      tidy(at);
      addStart(starts, at, counted, expected);
      sealed = at;
    },
    look: (at, { least, accepts }) => {
      const { scatter } = forecastAt(at);
      newest = Math.max(newest, at);
      tidy(newest);
      const candidates = starts.filter((start) => start <= at);
      // A second before those that are sealed is looked at again because it has filled: any near it may be a start now.
      const unsealed = at <= sealed ? at - 60 : Math.max(sealed + 1, at - 60);
      for (let open = unsealed; open <= at; open++) {
        if (counts.count(open) > 0) candidates.push(open);
      }
      const scanned = {
        at,
        least,
        accepts,
        starts: candidates,
        counts,
        counted,
        expected: expectedAsSeenAt(at),
        surprise: (count: number, mean: number, seconds: number) =>
          surprise(count, mean, dispersionAt(scatter, seconds, mean)),
      };
      return mostSurprising(scanned) ?? mostSurprisingByQuarters(scanned);
    },
    dispersion: (at, seconds, mean) => dispersionAt(forecastAt(at).scatter, seconds, mean),
    reopen: (at) => {
      if (at > sealed) return;
      const from = Math.max(at, newest - EXACT, first * 60);
      while (starts.length > 0 && (starts[starts.length - 1] ?? 0) >= from) starts.pop();
      for (let again = from; again <= sealed; again++)
        if (counts.count(again) > 0) addStart(starts, again, counted, expected);
    },
    leaveOut: (since, to) => exclusions.add(OWN, since, to),
    sealed: () => sealed,
  };
};
