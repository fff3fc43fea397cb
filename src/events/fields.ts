/** The two kinds of value that need more than a type: instants and addresses. Pure, and no guessing. */
import { type Address, isE164, type Ms } from './event.ts';

const EARLIEST = Date.UTC(2000, 0, 1);
const BEYOND = Date.UTC(2101, 0, 1);
const ZERO = 48;
/** Of each month; 29 February is left to the calendar. */
const DAYS = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
/** Zeros stand for digits. */
const USUAL = '0000-00-00T00:00:00.000Z';
const RFC_3339 = /^(\d{4})-(\d\d)-(\d\d)[Tt ]\d\d:\d\d:\d\d(?:\.\d{1,12})?(?:[Zz]|[+-]\d\d:\d\d)$/;

/** RFC 3339 with its offset, or epoch milliseconds, in the years 2000 to 2100; else undefined. */
export const toMs = (value: unknown): Ms | undefined => {
  const at =
    typeof value === 'string' ? fromText(value) : typeof value === 'number' ? Math.floor(value) : Number.NaN;
  return at >= EARLIEST && at < BEYOND ? (at as Ms) : undefined;
};

/** Two digits, or NaN. */
const pair = (text: string, at: number): number => {
  const tens = text.charCodeAt(at) - ZERO;
  const ones = text.charCodeAt(at + 1) - ZERO;
  return tens >= 0 && tens <= 9 && ones >= 0 && ones <= 9 ? 10 * tens + ones : Number.NaN;
};

/** "2026-10-28T20:05:00Z", with milliseconds or without: what nearly all dates are, in a tenth of the time. */
const fromUsual = (text: string): number => {
  const { length } = text;
  if (length !== 24 && length !== 20) return Number.NaN;
  for (let at = 0; at < length; at++) {
    const form = USUAL.charCodeAt(length === 20 && at === 19 ? 23 : at);
    if (form !== ZERO && text.charCodeAt(at) !== form) return Number.NaN;
  }
  const month = pair(text, 5);
  const day = pair(text, 8);
  const hour = pair(text, 11);
  const minute = pair(text, 14);
  const second = pair(text, 17);
  const thousandth = length === 20 ? 0 : 10 * pair(text, 20) + (pair(text, 21) % 10);
  if (
    !(
      month >= 1 &&
      month <= 12 &&
      day >= 1 &&
      day <= (DAYS[month - 1] ?? 0) &&
      hour < 24 &&
      minute < 60 &&
      second < 60
    )
  )
    return Number.NaN;
  return Date.UTC(100 * pair(text, 0) + pair(text, 2), month - 1, day, hour, minute, second, thousandth);
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

const SHORT_CODE = /^\d{3,8}$/;
/** With a letter: a long run of digits is a number without its country, not a name. */
const SENDER = /^(?=.*[A-Za-z])[A-Za-z0-9 ._&-]{1,11}$/;
const PUNCTUATION = /[\s().-]/g;

/** E.164 (punctuation removed), short code or alphanumeric sender; undefined for all else, national numbers too. */
export const toAddress = (value: string): Address | undefined => {
  if (isE164(value)) return value;
  if (SHORT_CODE.test(value) || SENDER.test(value)) return value as Address;
  if (!value.startsWith('+') || value.length > 40) return undefined;
  const bare = value.replace(PUNCTUATION, '');
  return isE164(bare) ? bare : undefined;
};
