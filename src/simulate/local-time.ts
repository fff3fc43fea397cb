/** Hours and days as people in a zone live them, which is the rhythm that traffic follows. */
import Holidays from 'date-holidays';
import { DateTime } from 'luxon';
import { DAY, HOUR } from '../events/time.ts';

/** Zones change their offset on quarter hours only. */
const QUARTER = 900_000;
const SUNDAY = 6;

/** The date of a day since 1970-01-01, as yyyy-mm-dd. */
export const dateOf = (day: number): string => new Date(day * DAY).toISOString().slice(0, 10);

export interface SimulatedTime {
  /** The hours since local midnight, with their fraction. */
  hour(at: number): number;
  /** The days since 1970-01-01 in local time. */
  day(at: number): number;
  /** The local weekday, from 0 on Monday to 6 on Sunday. */
  weekday(at: number): number;
  /** The instant (epoch ms) of an hour of a local day, between 04:00 and 23:00, where no clock changes. */
  instant(day: number, hour: number): number;
  /** Whether an instant is on neither a Sunday nor a public holiday. */
  isWorkday(at: number): boolean;
}

/** The time of a zone with the holidays of France or a region of it; fast for instants that mostly move forward. */
export const createLocalTime = (zone: string, region?: string): SimulatedTime => {
  const holidays = region === undefined ? new Holidays('FR') : new Holidays('FR', region);
  let quarter = Number.NaN;
  let offset = 0;
  let judged = Number.NaN;
  let workday = true;

  const local = (at: number): number => {
    const current = Math.floor(at / QUARTER);
    if (current !== quarter) {
      quarter = current;
      offset = DateTime.fromMillis(at, { zone }).offset * 60_000;
    }
    return at + offset;
  };
  const day = (at: number) => Math.floor(local(at) / DAY);
  const weekday = (at: number) => (day(at) + 3) % 7;

  const isWorkday = (at: number): boolean => {
    const today = day(at);
    if (today !== judged) {
      judged = today;
      const date = DateTime.fromMillis(today * DAY, { zone: 'utc' }).toFormat('yyyy-MM-dd 12:00:00');
      const found = holidays.isHoliday(date);
      const free = found !== false && found.some((holiday) => holiday.type === 'public');
      workday = weekday(at) !== SUNDAY && !free;
    }
    return workday;
  };

  return {
    hour: (at) => (local(at) % DAY) / HOUR,
    day,
    weekday,
    instant: (onDay, hour) => {
      const asUtc = onDay * DAY + hour * HOUR;
      return asUtc - (local(asUtc) - asUtc);
    },
    isWorkday,
  };
};
