/**
 * Dates: when something happened. In: a value from outside. Out: the instant, or why it is none. Pure, and no guessing:
 * what could be two instants is refused.
 */
import type { Ms } from './event.ts';
import { DAY } from './time.ts';
import type { WallClock } from './wall-clock.ts';

const EARLIEST = Date.UTC(2000, 0, 1);
const BEYOND = Date.UTC(2101, 0, 1);
/** The days of each month as `startOfDay` takes them; 29 February is left to the slower way. */
const DAYS = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
/** Days of the year before each month. */
const BEFORE = DAYS.map((_, month) => DAYS.slice(0, month).reduce((sum, days) => sum + days, 0));
const [ZERO, DASH, COLON, DOT, T, Z] = [48, 45, 58, 46, 84, 90];

const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
const TIME = String.raw`(?<hour>\d\d):(?<minute>\d\d)(?::(?<second>\d\d)(?:[.,](?<fraction>\d{1,12}))?)?`;
const OFFSET = String.raw`\s?(?:(?<utc>Z|UTC|GMT)|(?<sign>[+-])(?<east>\d\d)(?::?(?<more>\d\d))?)`;
/** RFC 3339, and as languages and databases write it: +0000, +01, UTC, a comma, no seconds, [Europe/Paris] behind. */
const YEAR_FIRST = new RegExp(
  String.raw`^(?<year>\d{4})([-/])(?<month>\d\d)\2(?<day>\d\d)[T ]${TIME}(?:${OFFSET}(?:\[[\w/+-]+\])?)?$`,
  'i',
);
/** The date of a mail (RFC 5322), which some providers' APIs answer with: "Wed, 28 Oct 2026 19:05:00 +0000". */
const DAY_FIRST = new RegExp(
  String.raw`^(?:[a-z]{3}, )?(?<day>\d\d?) (?<month>[a-z]{3}) (?<year>\d{4}) ${TIME}${OFFSET}$`,
  'i',
);
const EPOCH = /^\d{9,13}(?:\.\d{1,9})?$/;
/** The first epoch second that reads as a date of this century's twenties, as SMPP writes them: YYMMDDhhmm. */
const MAY_BE_SMPP = 2_000_000_000;

/** Why a value is no instant: a date, but in no zone; a number that could be a date written without its signs; or no date. */
export type DateFault = 'no_zone' | 'two_dates' | 'no_date';

/**
 * The instant of a date with its offset, or of epoch seconds or milliseconds, as a number or as text; what has no
 * offset is read by `local`. The fault of all else, and of what lies outside the years 2000 to 2100.
 */
export const readDate = (value: unknown, local?: WallClock): Ms | DateFault => {
  const at =
    typeof value === 'string'
      ? fromText(value, local)
      : typeof value === 'number'
        ? fromEpoch(value)
        : Number.NaN;
  if (typeof at !== 'number') return at;
  return at >= EARLIEST && at < BEYOND ? (at as Ms) : 'no_date';
};

/** The instant of a date with its offset, or of an epoch; undefined for all else. */
export const toMs = (value: unknown): Ms | undefined => {
  const at = readDate(value);
  return typeof at === 'number' ? at : undefined;
};

/** The years 2000 to 2100 in seconds lie before the same years in milliseconds, so that a number is either, or neither. */
const fromEpoch = (value: number): number | DateFault => {
  if (value >= EARLIEST) return Math.floor(value);
  if (value >= BEYOND / 1_000) return Number.NaN;
  if (value >= MAY_BE_SMPP && readsAsDate(String(Math.floor(value)))) return 'two_dates';
  return Math.floor(Math.round(value * 1e6) / 1e3);
};

/** Whether ten digits read as YYMMDDhhmm, the date of an SMPP receipt. */
const readsAsDate = (digits: string): boolean => {
  const [month = 0, day = 0, hour = 0, minute = 0] = [2, 4, 6, 8].map((at) =>
    Number(digits.slice(at, at + 2)),
  );
  return month >= 1 && month <= 12 && day >= 1 && day <= 31 && hour < 24 && minute < 60;
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

const fromText = (text: string, local: WallClock | undefined): number | DateFault => {
  const usual = fromUsual(text);
  if (!Number.isNaN(usual)) return usual;
  const parts = (YEAR_FIRST.exec(text) ?? DAY_FIRST.exec(text))?.groups;
  if (!parts) return EPOCH.test(text) ? fromEpoch(Number(text)) : Number.NaN;
  const wall = wallOf(parts);
  if (Number.isNaN(wall) || parts.utc !== undefined) return wall;
  if (parts.sign === undefined) return local === undefined ? 'no_zone' : local(wall);
  const [hours, minutes] = [Number(parts.east), Number(parts.more ?? 0)];
  if (hours > 23 || minutes > 59) return Number.NaN;
  return wall - (parts.sign === '-' ? -1 : 1) * 60_000 * (60 * hours + minutes);
};

/** The instant at which clocks in UTC show what is written; NaN for a day or a time that there is not. */
const wallOf = (parts: Readonly<Record<string, string | undefined>>): number => {
  const { year, month = '', day, hour, minute, second = 0, fraction = '' } = parts;
  const named = MONTHS.indexOf(month.toLowerCase());
  const monthIndex = named < 0 ? Number(month) - 1 : named;
  const date = new Date(Date.UTC(Number(year), monthIndex, Number(day)));
  // Date rolls 30 February over to March: a day the month does not have is a bad date.
  if (date.getUTCMonth() !== monthIndex || date.getUTCDate() !== Number(day)) return Number.NaN;
  const time =
    1_000 * (3_600 * Number(hour) + 60 * Number(minute) + Number(second)) +
    Number(fraction.padEnd(3, '0').slice(0, 3));
  // 24:00:00 is the end of the day.
  const isTime = time <= DAY && Number(hour) <= 24 && Number(minute) < 60 && Number(second) < 60;
  return isTime ? date.getTime() + time : Number.NaN;
};
