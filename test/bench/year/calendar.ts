/** What kind of day it is for a French chain of salons, and how much more or less it is then sent. */
import { DAY } from '../../../src/events/time.ts';
import { createLocalTime, type SimulatedTime } from '../../../src/simulate/local-time.ts';
import { createRandom } from '../../../src/simulate/random.ts';

const [WEDNESDAY, FRIDAY, SATURDAY] = [2, 4, 5];
const [JANUARY, JUNE, SEPTEMBER, NOVEMBER, DECEMBER] = [0, 5, 8, 10, 11];
/** Local hours. People do not all come at the stroke of the hour. */
const SALE_HOURS = [9, 20] as const;
const OFFICE_HOURS = [9, 18] as const;
const RAMP = 0.25;

export interface Calendar {
  readonly paris: SimulatedTime;
  /** Where in the year days are counted from: the local day of the start. */
  readonly firstDay: number;
  /** Neither Sunday nor holiday, nor one of the days when everything is different. */
  isPlain(day: number): boolean;
  /** Factor on everything of both providers; not the weekday's. */
  season(at: number): number;
  /** The factor of a sale day at its height; undefined on any other day. */
  sale(day: number): number | undefined;
  /** Factor on what salons tell at the end and the beginning of a month. */
  monthEnd(at: number): number;
  /** Where marketing is forbidden: outside Monday to Saturday 08:00 to 20:00, and on holidays. */
  isQuiet(at: number): boolean;
}

export const createCalendar = (seed: string, start: number): Calendar => {
  const paris = createLocalTime('Europe/Paris');
  const firstDay = paris.day(start);
  const sales = saleDays(seed, firstDay);
  const sale = (day: number) => sales.get(day);

  const season = (at: number): number => {
    const hour = paris.hour(at);
    const day = paris.day(at);
    return christmas(day + hour / 24) * (1 + ((sale(day) ?? 1) - 1) * within(SALE_HOURS, hour));
  };
  const monthEnd = (at: number): number =>
    isMonthEnd(paris.day(at)) && paris.isWorkday(at) ? 1 + 0.5 * within(OFFICE_HOURS, paris.hour(at)) : 1;

  return {
    paris,
    firstDay,
    season,
    sale,
    monthEnd,
    isPlain: (day) =>
      paris.isWorkday(paris.instant(day, 12)) &&
      sale(day) === undefined &&
      !isMonthEnd(day) &&
      christmas(day) === 1,
    isQuiet: (at) => !paris.isWorkday(at) || paris.hour(at) < 8 || paris.hour(at) >= 20,
  };
};

const dateOf = (day: number): Date => new Date(day * DAY);
const dayOf = (year: number, month: number, date: number): number => Date.UTC(year, month, date) / DAY;
const weekdayOf = (day: number): number => (day + 3) % 7;
const isMonthEnd = (day: number): boolean =>
  dateOf(day).getUTCDate() === 1 || dateOf(day + 1).getUTCDate() === 1;

/** 0 outside the hours, 1 inside, a straight line in the first and last quarter of an hour. */
const within = ([from, to]: readonly [number, number], hour: number): number =>
  Math.max(0, Math.min(1, (hour - from) / RAMP, (to - hour) / RAMP));

/** From 18 December on it grows to 170 %, which the three days before Christmas have; then the week off. */
const christmas = (day: number): number => {
  const date = dateOf(day);
  if (date.getUTCMonth() !== DECEMBER) return 1;
  const since = day - dayOf(date.getUTCFullYear(), DECEMBER, 18);
  if (since < 0) return 1;
  if (since < 7) return 1 + 0.7 * Math.min(1, since / 4);
  return since < 8 ? 1 : 0.6;
};

/** The first one of a weekday on or after a date. */
const nextOn = (weekday: number, day: number): number => day + ((weekday - weekdayOf(day) + 7) % 7);

/** Winter and summer sales begin on Wednesdays, by law; Black Friday; the last Saturday before school. */
const saleDays = (seed: string, firstDay: number): ReadonlyMap<number, number> => {
  const random = createRandom(seed).fork('sales');
  const year = dateOf(firstDay).getUTCFullYear();
  const days = [year, year + 1].flatMap((of) => [
    nextOn(WEDNESDAY, dayOf(of, JANUARY, 6)),
    nextOn(WEDNESDAY, dayOf(of, JUNE, 22)),
    nextOn(SATURDAY, dayOf(of, SEPTEMBER, 1) - 7),
    nextOn(FRIDAY, dayOf(of, NOVEMBER, 23)),
  ]);
  return new Map(days.map((day) => [day, 1.6 + 0.6 * random.unit()]));
};

/** Monday to Friday. */
export const isWeekday = (day: number): boolean => weekdayOf(day) <= FRIDAY;
