/**
 * The calendar of a baseline: which hour of the local week a minute belongs to, and whether the day is a usual one.
 * Local, so that a daily rhythm keeps its hours when the clocks change: the hour that comes twice in autumn is
 * learned twice, the one that is left out in spring is not learned at all.
 */
import type { Ms } from '../../events/event.ts';
import { MINUTE } from '../../events/time.ts';
import { createHolidays } from '../../quiet-hours/holidays.ts';
import { localTime } from '../../quiet-hours/local-time.ts';
import { placeOfZone } from '../../quiet-hours/places.ts';

export const HOURS = 168;

export interface CalendarMoment {
  /** Hour of the local week, Monday 00:00 is 0. */
  readonly hour: number;
  /** Where in that hour, from 0 to 1. */
  readonly part: number;
  /** holiday: a public holiday of the zone's country. edge: the first or the last day of a month. */
  readonly day: 'usual' | 'holiday' | 'edge';
}

/** The moment at which a minute (epoch minutes) begins. */
export type Calendar = (minute: number) => CalendarMoment;

/** Throws RangeError for a zone that does not exist. */
export const createCalendar = (zone: string): Calendar => {
  const place = placeOfZone(zone);
  const holidays = createHolidays();
  let knownDate = '';
  let knownDay: CalendarMoment['day'] = 'usual';

  const dayOf = (date: string): CalendarMoment['day'] => {
    if (date === knownDate) return knownDay;
    knownDate = date;
    const tomorrow = new Date(Date.parse(`${date}T00:00:00Z`) + 86_400_000).toISOString();
    const edge = date.endsWith('-01') || tomorrow.slice(8, 10) === '01';
    knownDay = holidays(place, date.slice(0, 4)).has(date) ? 'holiday' : edge ? 'edge' : 'usual';
    return knownDay;
  };

  let last = Number.NaN;
  let moment: CalendarMoment = { hour: 0, part: 0, day: 'usual' };
  return (minute) => {
    if (minute === last) return moment;
    last = minute;
    const { weekday, minuteOfDay, date } = localTime(zone, (minute * MINUTE) as Ms);
    const hour = (weekday - 1) * 24 + Math.floor(minuteOfDay / 60);
    moment = { hour, part: (minuteOfDay % 60) / 60, day: dayOf(date) };
    return moment;
  };
};
