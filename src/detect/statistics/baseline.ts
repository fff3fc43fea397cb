/**
 * The baseline: what one series is expected to bring, and how widely that varies.
 *
 * Expected rate = profile(hour of the local week) * level. The profile is a running mean by hour over up to eight
 * weeks, joined by straight lines between the middles of the hours where they are alike; the level is messages over
 * profile, with a half-life of half a day, and follows growth. Public holidays expect the larger of their weekday
 * and a Sunday; first and last days of a month have a factor of their own. Before the hour is known, the same hour of
 * other days serves (the busiest, so that a first Monday is no burst), and before that the last half hour, or a
 * relative's shape (the provider's, for its marketing). How it is learned: baseline-learning.ts.
 *
 * Assumed: the local week is the rhythm. Where it is not, errors of forecast show in the dispersion, and bursts are
 * seen later, not more often.
 */
import type { LearnedKind } from '../learning/learned.ts';
import { type Calendar, HOURS } from './calendar.ts';
import { type Dispersion, emptyDispersion, type Scatter, scatterOf } from './dispersion.ts';

export interface Baseline {
  /** The minute in which the series was first seen, and the last that is learned; both in epoch minutes. */
  readonly born: number;
  through: number;
  /** Messages a second by hour of the local week, and the weeks each stands on. */
  readonly hours: number[];
  readonly weeks: number[];
  /** The hour of the week that is being filled with what its minutes bring. */
  filling: { hour: number; messages: number; seconds: number };
  /** Messages of late, and what the profile alone would have brought: the level is their ratio. */
  level: Ratio;
  /** Messages on first and last days of months, and what profile and level would have brought. */
  edge: Ratio;
  /** The last half hour: messages, the seconds they came in, and what its relative was expected to bring. */
  recent: { through: number; messages: number; seconds: number; related: number };
  readonly dispersion: Dispersion;
  /** Blocks of ten minutes, an hour and four being filled; minutes left out make them void. */
  readonly blocks: readonly [FillingHour, FillingHour, FillingHour];
}

export const BASELINES: LearnedKind<Baseline> = {
  name: 'baseline',
  days: 60,
  most: 10_000,
  seenAt: ({ recent }) => recent.through * 60,
};

interface Ratio {
  messages: number;
  expected: number;
}

interface FillingHour {
  minutes: number;
  count: number;
  expected: number;
}

/** What is expected of the seconds of one minute. */
export interface HourForecast {
  /** Messages a second that are expected. */
  readonly rate: number;
  /** The rate that is expected at least: where an hour differs much from the next, that of the one with less. */
  readonly least: number;
  readonly scatter: Scatter;
  /** none: only what came lately is known. wide: other days' same hour is. full: this hour of the week is. */
  readonly trust: 'none' | 'wide' | 'full';
  /** Whole days since the series was first seen. */
  readonly days: number;
}

export interface BaselineConfig {
  /** Messages a second that surprise nobody in a series without a past. */
  readonly priorRate: number;
  /** The dispersion that counts are taken to have before any is learned. */
  readonly dispersion: number;
}

/** Messages that the level is worth before any came. */
const LEVEL_PRIOR = 50;
const EDGE_PRIOR = 2_000;
const NEWBORN = 15;
/** Two hours whose rates differ by more than this factor are not joined by a slope. */
const STEP = 2;
/** A series that is idle is not expected to bring nothing at all: this share of the prior is never news. */
const FLOOR = 1 / 600;
/** Squared relative errors of the level while the hour is not known: newborn, by what came lately, by other days. */
const KAPPA = { newborn: 1, recent: 0.25, wide: 0.1 } as const;

export const newBaseline = (minute: number): Baseline => ({
  born: minute,
  through: minute - 1,
  hours: Array<number>(HOURS).fill(0),
  weeks: Array<number>(HOURS).fill(0),
  filling: { hour: -1, messages: 0, seconds: 0 },
  level: { messages: 0, expected: 0 },
  edge: { messages: 0, expected: 0 },
  recent: { through: minute - 1, messages: 0, seconds: 0, related: 0 },
  dispersion: emptyDispersion(),
  blocks: [
    { minutes: 0, count: 0, expected: 0 },
    { minutes: 0, count: 0, expected: 0 },
    { minutes: 0, count: 0, expected: 0 },
  ],
});

/** What is expected at `minute`; `related` is a relative's rate then, for a series too young for its own hours. */
export const forecastHour = (
  baseline: Baseline,
  at: { readonly minute: number; readonly calendar: Calendar; readonly related?: number },
  config: BaselineConfig,
): HourForecast => {
  const age = at.minute - baseline.born;
  const scatter = scatterOf(baseline.dispersion, config.dispersion);
  const days = Math.floor(age / 1_440);
  const known = profileAt(baseline, at);
  if (known.trust !== 'none') {
    const level = levelOf(baseline);
    const rate = Math.max(known.rate * level * edgeAt(baseline, at), config.priorRate * FLOOR);
    const least = known.least * level;
    return {
      rate,
      least,
      days,
      trust: known.trust,
      scatter: known.trust === 'full' ? scatter : { ...scatter, least: KAPPA.wide },
    };
  }
  const { messages, seconds, related } = baseline.recent;
  const lately = seconds > 0 ? messages / seconds : 0;
  const borrowed = at.related !== undefined && related > 0 ? (at.related * messages) / related : lately;
  const newborn = age < NEWBORN;
  const rate = Math.max(lately, borrowed, newborn ? config.priorRate : config.priorRate * FLOOR);
  return {
    rate,
    least: 0,
    days,
    trust: 'none',
    scatter: { ...scatter, least: newborn ? KAPPA.newborn : KAPPA.recent },
  };
};

export const levelOf = ({ level }: Baseline): number =>
  (level.messages + LEVEL_PRIOR) / (level.expected + LEVEL_PRIOR);

const edgeAt = ({ edge }: Baseline, at: { minute: number; calendar: Calendar }): number =>
  at.calendar(at.minute).day === 'edge'
    ? Math.max(1, (edge.messages + EDGE_PRIOR) / (edge.expected + EDGE_PRIOR))
    : 1;

/** What the baseline alone expects of a minute, for a younger relative; undefined while it does not know the hour. */
export const knownRate = (
  baseline: Baseline,
  at: { readonly minute: number; readonly calendar: Calendar },
): number | undefined => {
  const { rate, trust } = profileAt(baseline, at);
  return trust === 'none' ? undefined : rate * levelOf(baseline);
};

/** The profile at a minute, without the level. */
export const profileAt = (
  baseline: Baseline,
  { minute, calendar }: { readonly minute: number; readonly calendar: Calendar },
): { readonly rate: number; readonly least: number; readonly trust: HourForecast['trust'] } => {
  const { hour, part, day } = calendar(minute);
  const here = hourRate(baseline, hour);
  if (here === undefined) return { rate: 0, least: 0, trust: 'none' };
  const neighbour = hourRate(baseline, (hour + (part < 0.5 ? HOURS - 1 : 1)) % HOURS) ?? here;
  const away = Math.abs(part - 0.5);
  const joined = here.rate * (1 - away) + neighbour.rate * away;
  // Twice as much or half is no slope but a step: opening hours. A burst is held against the higher side of it.
  const slope = neighbour.rate <= STEP * here.rate && here.rate <= STEP * neighbour.rate;
  const rate = slope ? joined : Math.max(here.rate, joined);
  const least = slope ? joined : Math.min(here.rate, joined);
  const sunday = day === 'holiday' ? hourRate(baseline, 6 * 24 + (hour % 24)) : undefined;
  if (!sunday) return { rate, least, trust: here.trust };
  return { rate: Math.max(rate, sunday.rate), least: Math.min(least, sunday.rate), trust: here.trust };
};

const hourRate = (
  { hours, weeks }: Baseline,
  hour: number,
): { readonly rate: number; readonly trust: 'wide' | 'full' } | undefined => {
  if ((weeks[hour] ?? 0) > 0) return { rate: hours[hour] ?? 0, trust: 'full' };
  let busiest = -1;
  for (let other = hour % 24; other < HOURS; other += 24) {
    if ((weeks[other] ?? 0) > 0) busiest = Math.max(busiest, hours[other] ?? 0);
  }
  return busiest < 0 ? undefined : { rate: busiest, trust: 'wide' };
};
