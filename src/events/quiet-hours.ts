/** Whether marketing may reach a person now: hours, days and public holidays where that person lives. */
import Holidays from 'date-holidays';
import type { Config } from '../config/schema.ts';
import type { IsQuiet } from '../windows/fold-input.ts';
import { localTime, type Place, placeOfZone, zoneOf } from './local-time.ts';

const WEEK = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;
const DAY = 86_400_000;
const YEARS_KEPT = 500;

const minutes = (time: string): number => {
  const [hours = '0', rest = '0'] = time.split(':');
  return Number(hours) * 60 + Number(rest);
};

/** Dates (yyyy-mm-dd) of a place's public holidays in a year; worked out once a year and place. */
const createHolidays = () => {
  const known = new Map<string, ReadonlySet<string>>();
  return (place: Place, year: string): ReadonlySet<string> => {
    const key = `${place.country}/${place.region ?? ''}/${year}`;
    const cached = known.get(key);
    if (cached) return cached;
    if (known.size >= YEARS_KEPT) known.clear();
    const dates = holidaysOf(place, Number(year));
    known.set(key, dates);
    return dates;
  };
};

const holidaysOf = (place: Place, year: number): ReadonlySet<string> => {
  if (place.country === undefined) return new Set();
  const calendar = new Holidays({ country: place.country, state: place.region }, { types: ['public'] });
  // A country the calendar does not know answers with no days: the hours and weekdays still hold there.
  const dates = calendar.getHolidays(year).flatMap(({ date, start, end }) => {
    const first = Date.parse(`${date.slice(0, 10)}T00:00:00Z`);
    const days = Math.max(1, Math.round((end.getTime() - start.getTime()) / DAY));
    return Array.from({ length: days }, (_, day) => new Date(first + day * DAY).toISOString().slice(0, 10));
  });
  return new Set(dates);
};

/**
 * Forbidden is all that is not within [from, to) on an allowed day that is no public holiday, in the recipient's
 * local time. Addresses that belong to no known country are judged by the fallback zone and its country.
 * Throws when `from` is not before `to`, or the fallback zone does not exist.
 */
export const createIsQuiet = (config: Config['detect']['quietHours']): IsQuiet => {
  const from = minutes(config.from);
  const to = minutes(config.to);
  if (from >= to) throw new RangeError(`quietHours.from (${config.from}) must be before to (${config.to})`);
  const allowed = WEEK.map((day) => config.days.includes(day));
  const fallback = placeOfZone(config.fallbackZone);
  localTime(config.fallbackZone, 0 as Parameters<IsQuiet>[1]);
  const holidays = createHolidays();

  return (address, at) => {
    const found = zoneOf(address, config.fallbackZone);
    const place = found.country === undefined ? fallback : found;
    const { weekday, minuteOfDay, date } = localTime(place.zone, at);
    if (minuteOfDay < from || minuteOfDay >= to || !allowed[weekday - 1]) return true;
    return config.publicHolidays && holidays(place, date.slice(0, 4)).has(date);
  };
};
