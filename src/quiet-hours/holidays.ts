/** Public holidays by place and year. In: a place and a year. Out: dates (yyyy-mm-dd), worked out once each. */
import Holidays from 'date-holidays';
import { DAY } from '../events/time.ts';
import type { Place } from './places.ts';

/** The most years of places kept at once; beyond it all are worked out anew. */
const YEARS_KEPT = 500;

/** The public holidays of a place in a year ("2026"), as dates yyyy-mm-dd. */
export type HolidaysOf = (place: Place, year: string) => ReadonlySet<string>;

/** A calendar that works out each year of a place once; of a country it does not know, it has no holidays. */
export const createHolidays = (): HolidaysOf => {
  const known = new Map<string, ReadonlySet<string>>();
  return (place, year) => {
    const key = `${place.country}/${place.region ?? ''}/${year}`;
    const cached = known.get(key);
    if (cached) return cached;
    if (known.size >= YEARS_KEPT) known.clear();
    const dates = holidaysOf(place, Number(year));
    known.set(key, dates);
    return dates;
  };
};

/** Whether the calendar has holidays of this part of a country; a part it does not know has the country's alone. */
export const isHolidayRegion = (country: string, region: string): boolean =>
  Object.hasOwn(new Holidays().getStates(country) ?? {}, region);

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
