/**
 * The reach of a series: hour by hour of a day, how many messages went out, and a sketch of who got them.
 * Hours that are missing (nothing sent, tocsin not running) are missing from messages and from people alike.
 */
import { type Ms, ms } from '../../events/event.ts';
import { HOUR_SECONDS } from '../../events/time.ts';
import type { SeriesKey } from '../../windows/series.ts';
import type { LearnedKind } from '../learning/learned.ts';

/** The hours that the longest stretch has, the one under way included. */
export const HOURS_KEPT = 24;
/** Registers kept of an hour: 1,024 characters, and a relative standard error of 1.04 / sqrt(1024). */
export const REACH_REGISTERS = 1_024;
export const REACH_ERROR = 0.0325;

/** `hour`: epoch seconds / 3600. `repeated`: 1 when repeats of the series were strong in it. `people`: registers. */
export type ReachHour = readonly [hour: number, messages: number, repeated: 0 | 1, people: string];

/** A reach is replaced, never changed. Its hours are in order, and those without messages are left out. */
export interface Reach {
  readonly hours: readonly ReachHour[];
}

export const REACHES: LearnedKind<Reach> = {
  name: 'reach',
  days: 25 / 24,
  most: 1_000,
  seenAt: ({ hours }) => (hours.at(-1)?.[0] ?? 0) * HOUR_SECONDS,
};

export const hourOf = (at: number): number => Math.floor(at / HOUR_SECONDS);
export const startOfHour = (hour: number): Ms => ms(hour * HOUR_SECONDS * 1000);
export const endOfHour = (hour: number): Ms => ms(startOfHour(hour + 1) - 1);

/** Answers the reach with one more hour; an hour not newer than the newest known changes nothing. */
export const addHour = (reach: Reach | undefined, one: ReachHour): Reach => {
  const hours = reach?.hours ?? [];
  const [hour] = one;
  if (reach && (hours.at(-1)?.[0] ?? 0) >= hour) return reach;
  return { hours: [...hours.filter(([before]) => before > hour - HOURS_KEPT), one] };
};

/** The name by which it is noted that repeats of a series are strong. */
export const repeatsOf = (series: SeriesKey): string => `repeats ${series}`;
