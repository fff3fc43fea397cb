/**
 * Slow repeats: the same people get one message after the other for hours, too far apart for minutes to show it.
 * In: what a series reached in the hours before, and the hour under way. Out: the stretch in which people were reached
 * in too many hours.
 *
 * In each hour a person counts once: what comes within an hour is for the minutes to tell, and a short fault is not
 * held against what is sent hours after it. Who is reached in three hours of six got at least three messages.
 */
import type { Config } from '../../config/schema.ts';
import { ms, type Second, secondOf } from '../../events/event.ts';
import { MINUTE_SECONDS } from '../../events/time.ts';
import { coarser, fromText } from '../../windows/distinct.ts';
import type { SeriesKey } from '../../windows/series.ts';
import type { Estimate, WindowsView } from '../series/view-port.ts';
import { hourOf, REACH_ERROR, REACH_REGISTERS, type Reach, type ReachHour, startOfHour } from './reach.ts';
import { type Amplification, SIGMAS } from './repeats.ts';

/** How far above the estimate the true number of recipients may lie. */
const AT_MOST = 1 + SIGMAS * REACH_ERROR;
/** After so many hours without strong repeats they are over, and all that was before is held against nothing. */
const OVER = 3;
/** Repeats go on while the last two hours bring this part of what an hour brought. */
const GOES_ON = 0.5;

export interface SlowInput {
  readonly view: WindowsView;
  readonly series: SeriesKey;
  readonly at: Second;
  readonly reach: Reach;
}

interface HourSeen {
  readonly hour: number;
  readonly messages: number;
  /** People reached, as estimated, but no more than there were messages. */
  readonly visits: number;
  readonly people: Uint8Array;
}

/** A stretch of hours that are complete, to be judged together with the hour under way. */
interface ReachStretch {
  /** The most hours a person may be reached in. */
  readonly limit: number;
  readonly hours: readonly HourSeen[];
  readonly visits: number;
  readonly distinct: number;
}

export const createSlowRepeats = (parts: {
  readonly config: Config['detect']['repeats']['slow'];
  readonly estimate: Estimate;
}) => {
  const { config, estimate } = parts;
  const lengths = [
    { length: 6, limit: config.sixHours },
    { length: 24, limit: config.day },
  ];
  const stretches = new WeakMap<Reach, { readonly open: number; readonly known: readonly ReachStretch[] }>();
  const findings = new WeakMap<Reach, { readonly end: number; readonly found: Amplification | undefined }>();

  const seen = (hour: number, messages: number, people: Uint8Array): HourSeen => ({
    hour,
    messages,
    visits: Math.min(messages, estimate(people)),
    people,
  });

  const stretchesBefore = (reach: Reach, open: number): readonly ReachStretch[] => {
    const before = stretches.get(reach);
    if (before?.open === open) return before.known;
    const all = goingOn(
      reach.hours.filter(([hour]) => hour < open),
      open,
    );
    const hours = all.map(([hour, messages, , people]) => seen(hour, messages, fromText(people)));
    const known = lengths.map(({ length, limit }) => {
      const own = hours.filter(({ hour }) => hour > open - length);
      return {
        limit,
        hours: own,
        visits: visitsOf(own),
        distinct: estimate(...own.map(({ people }) => people)),
      };
    });
    stretches.set(reach, { open, known });
    return known;
  };

  /** The stretch with the hour under way taken in up to `end`; that hour can add no more than one visit a person. */
  const find = ({ view, series, reach }: SlowInput, open: number, end: number): Amplification | undefined => {
    const notable = stretchesBefore(reach, open).filter(
      ({ visits, distinct, limit }) => visits / Math.max(1, distinct) + 1 > limit * AT_MOST,
    );
    if (notable.length === 0) return undefined;
    const [from, to] = [startOfHour(open), ms(end * 1000 - 1)];
    const messages = view.sum(series, secondOf(from), secondOf(to));
    const last = seen(open, messages, coarser(view.distinct(series, from, to), REACH_REGISTERS));
    for (const stretch of notable) {
      const found = judge([...stretch.hours, last], stretch.limit);
      if (found) return found;
    }
    return undefined;
  };

  const judge = (hours: readonly HourSeen[], limit: number): Amplification | undefined => {
    const [first, last] = [hours[0], hours.at(-1)];
    if (!first || !last) return undefined;
    const visits = visitsOf(hours);
    const recent = visitsOf(hours.filter(({ hour }) => hour >= last.hour - 1));
    const estimated = Math.max(1, estimate(...hours.map(({ people }) => people)));
    if (visits < config.minimum || visits <= limit * AT_MOST * estimated) return undefined;
    if (recent < (GOES_ON * visits) / hours.length) return undefined;
    const messages = hours.reduce((sum, one) => sum + one.messages, 0);
    const distinct = Math.round(estimated);
    const minutes = 60 * (last.hour - first.hour + 1);
    const since = startOfHour(first.hour);
    return { minutes, since, messages, distinct, ratio: messages / distinct, strong: true };
  };

  /**
   * Judged up to a minute that ended a minute ago: what is late has come, and every look in a minute shows the same.
   */
  return (input: SlowInput): Amplification | undefined => {
    const end = Math.floor(input.at / MINUTE_SECONDS - 1) * MINUTE_SECONDS;
    const before = findings.get(input.reach);
    if (before?.end === end) return before.found;
    const found = find(input, hourOf(end - 1), end);
    findings.set(input.reach, { end, found });
    return found;
  };
};

const visitsOf = (hours: readonly HourSeen[]): number => hours.reduce((sum, { visits }) => sum + visits, 0);

/** The hours after repeats that are over; all of them, when they go on or never were. */
const goingOn = (hours: readonly ReachHour[], open: number): readonly ReachHour[] => {
  let next = open;
  for (let index = hours.length - 1; index >= 0; index--) {
    const [hour = 0, , repeated = 0] = hours[index] ?? [];
    if (repeated === 0) continue;
    if (next - hour > OVER) return hours.slice(index + 1);
    next = hour;
  }
  return hours;
};
