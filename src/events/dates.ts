/** Dates: when something happened. In: a value from outside. Out: the instant, or undefined. Pure, and no guessing. */
import type { Ms } from './event.ts';
import { DAY } from './time.ts';

const EARLIEST = Date.UTC(2000, 0, 1);
const BEYOND = Date.UTC(2101, 0, 1);
/** The days of each month as `startOfDay` takes them; 29 February is left to Date.parse. */
const DAYS = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
/** Days of the year before each month. */
const BEFORE = DAYS.map((_, month) => DAYS.slice(0, month).reduce((sum, days) => sum + days, 0));
const [ZERO, DASH, COLON, DOT, T, Z] = [48, 45, 58, 46, 84, 90];
const RFC_3339 = /^(\d{4})-(\d\d)-(\d\d)[Tt ]\d\d:\d\d:\d\d(?:\.\d{1,12})?(?:[Zz]|[+-]\d\d:\d\d)$/;

/** The instant of RFC 3339 text with its offset, or of epoch ms; undefined outside the years 2000 to 2100. */
export const toMs = (value: unknown): Ms | undefined => {
  const at =
    typeof value === 'string' ? fromText(value) : typeof value === 'number' ? Math.floor(value) : Number.NaN;
  return at >= EARLIEST && at < BEYOND ? (at as Ms) : undefined;
};

/** The number that two digits at `at` write, or NaN where they are none. */
const pair = (text: string, at: number): number => {
  const tens = text.charCodeAt(at) - ZERO;
  const ones = text.charCodeAt(at + 1) - ZERO;
  return tens >= 0 && tens <= 9 && ones >= 0 && ones <= 9 ? 10 * tens + ones : Number.NaN;
};

/** The epoch ms at which a day begins, or NaN outside 2000 to 2100, where every fourth year is a leap year save 2100. */
const startOfDay = (year: number, month: number, day: number): number => {
  if (!(year >= 2000 && year <= 2100 && month >= 1 && day >= 1 && day <= (DAYS[month - 1] ?? 0)))
    return Number.NaN;
  const years = year - 2000;
  const longer = ((years + 3) >> 2) + (years % 4 === 0 && years !== 100 && month > 2 ? 1 : 0);
  return EARLIEST + DAY * (365 * years + longer + (BEFORE[month - 1] ?? 0) + day - 1);
};

/** Reads "2026-10-28T20:05:00Z", with milliseconds or without, in a tenth of Date.parse's time; NaN for other dates. */
const fromUsual = (text: string): number => {
  const { length } = text;
  const isUsual =
    (length === 20 || (length === 24 && text.charCodeAt(19) === DOT)) &&
    text.charCodeAt(4) === DASH &&
    text.charCodeAt(7) === DASH &&
    text.charCodeAt(10) === T &&
    text.charCodeAt(13) === COLON &&
    text.charCodeAt(16) === COLON &&
    text.charCodeAt(length - 1) === Z;
  if (!isUsual) return Number.NaN;
  const hour = pair(text, 11);
  const minute = pair(text, 14);
  const second = pair(text, 17);
  if (!(hour < 24 && minute < 60 && second < 60)) return Number.NaN;
  const thousandth = length === 20 ? 0 : 10 * pair(text, 20) + (pair(text, 21) % 10);
  const day = startOfDay(100 * pair(text, 0) + pair(text, 2), pair(text, 5), pair(text, 8));
  return day + 1000 * (3600 * hour + 60 * minute + second) + thousandth;
};

const fromText = (text: string): number => {
  const usual = fromUsual(text);
  if (!Number.isNaN(usual)) return usual;
  const parts = RFC_3339.exec(text);
  if (!parts) return Number.NaN;
  // Date.parse rolls 30 February over to March: a day the month does not have is a bad date.
  const day = Number(parts[3]);
  if (day > 28 && day > new Date(Date.UTC(Number(parts[1]), Number(parts[2]), 0)).getUTCDate())
    return Number.NaN;
  return Date.parse(text.toUpperCase());
};
