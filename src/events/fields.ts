/** The two kinds of value that need more than a type: instants and addresses. Pure, and no guessing. */
import { type Address, isE164, type Ms } from './event.ts';

const EARLIEST = Date.UTC(2000, 0, 1);
const BEYOND = Date.UTC(2101, 0, 1);
const RFC_3339 = /^(\d{4})-(\d\d)-(\d\d)[Tt ]\d\d:\d\d:\d\d(?:\.\d{1,12})?(?:[Zz]|[+-]\d\d:\d\d)$/;

/** RFC 3339 with its offset, or epoch milliseconds, in the years 2000 to 2100; else undefined. */
export const toMs = (value: unknown): Ms | undefined => {
  const at =
    typeof value === 'string' ? fromText(value) : typeof value === 'number' ? Math.floor(value) : Number.NaN;
  return at >= EARLIEST && at < BEYOND ? (at as Ms) : undefined;
};

const fromText = (text: string): number => {
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
