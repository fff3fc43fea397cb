/** Whether marketing may reach a person now: hours, days and public holidays where that person lives. */
import type { Config } from '../config/schema.ts';
import type { IsQuiet } from '../windows/fold-input.ts';
import { createHolidays } from './holidays.ts';
import { localTime, placeOfZone, zoneOf } from './local-time.ts';

const WEEK = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;

const minutes = (time: string): number => {
  const [hours = '0', rest = '0'] = time.split(':');
  return Number(hours) * 60 + Number(rest);
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
