/**
 * The checks of an event's fields. In: a value from outside. Out: the value with its type, or why its field will not do.
 * Messages, which are nearly all there is, are checked by hand; what is rare, by a schema.
 */
import { z } from 'zod';
import { type ReadNumber, toAddress, toSender } from './addresses.ts';
import { type DateFault, readDate } from './dates.ts';
import { described, quoted } from './described.ts';
import type { Address, Ms } from './event.ts';
import type { Json } from './json.ts';
import type { WallClock } from './wall-clock.ts';

/** A name becomes part of series and keys: no control characters, no half characters. */
const NAME = /^[^\p{Cs}\p{Cc}]{1,200}$/u;
/** Nearly every name is printable ASCII, which this tells in less time than NAME does. */
const PRINTABLE = /^[ -~]{1,200}$/;
const DIGITS = /^\d{1,10}$/;
const MOST_SEGMENTS = 255;
const MOST_CODE = 200;

/** Whether a field says anything: exports write null, or nothing between two commas. */
export const isGiven = (value: unknown): boolean => value !== undefined && value !== null && value !== '';

/** The text of a name, which some write as a number; undefined for what is no name, or a number that is not exact. */
export const nameOf = (value: unknown): string | undefined => {
  if (typeof value === 'string') return PRINTABLE.test(value) || NAME.test(value) ? value : undefined;
  return typeof value === 'number' && Number.isSafeInteger(value) ? String(value) : undefined;
};

/** The whole number of a field, which some write as text; NaN for all else. */
const wholeOf = (value: unknown): number =>
  typeof value === 'string' && DIGITS.test(value)
    ? Number(value)
    : typeof value === 'number'
      ? value
      : Number.NaN;

/** The parts of a message, undefined where they are not told, which some write as 0; NaN for what counts no parts. */
export const segmentsOf = (value: unknown): number | undefined => {
  if (!isGiven(value)) return undefined;
  const parts = wholeOf(value);
  if (parts === 0) return undefined;
  return Number.isInteger(parts) && parts >= 1 && parts <= MOST_SEGMENTS ? parts : Number.NaN;
};

/** The text of an address, which some write as a number. */
export const addressText = (value: unknown): unknown =>
  typeof value === 'number' && Number.isSafeInteger(value) ? String(value) : value;

/** The schema of a name. */
export const name = z.unknown().transform((value, context): string => {
  const text = nameOf(value);
  if (text === undefined) context.issues.push({ code: 'custom', input: value });
  return text ?? '';
});
/** The schema of a name that may be missing or empty. */
export const maybeName = z.preprocess((value) => (isGiven(value) ? value : undefined), name.optional());

/** The schema of a whole number in a range, which some write as text. */
export const whole = (least: number, most: number = Number.MAX_SAFE_INTEGER) =>
  z.preprocess((value) => (typeof value === 'string' ? wholeOf(value) : value), z.int().min(least).max(most));

/** Why one field will not do: `why` completes a sentence that begins with the field's name. */
export type ShapeRefusal = { readonly reason: string; readonly field: string; readonly why: string };

/** Whether a check refused its field. */
export const isRefusal = (value: object): value is ShapeRefusal => 'why' in value;

const DATE_FAULTS: Readonly<Record<DateFault, string>> = {
  no_zone: 'a date without its zone: write its offset, or say in intake.zone where its clock stands',
  two_dates:
    'epoch seconds of after 2033, or a date written YYMMDDhhmm: say which in intake.mapping.at.format',
  no_date:
    'no date that can be read: it must be RFC 3339 or an epoch, between 2000 and 2100, or as intake.mapping says (format)',
};

/** The instant in a field; a date without its offset is read by `local`. */
export const instant = (raw: Json, field: string, local?: WallClock): Ms | ShapeRefusal => {
  const value = raw[field];
  const at = readDate(value, local);
  if (typeof at === 'number') return at;
  if (!isGiven(value)) return { reason: 'missing_field', field, why: 'is missing' };
  return { reason: 'bad_date', field, why: `is ${described(value)}, ${DATE_FAULTS[at]}` };
};

/** The address in a field. */
export const address = (value: string, field: string, national?: ReadNumber): Address | ShapeRefusal =>
  toAddress(value, national) ?? {
    reason: 'bad_address',
    field,
    why: `is ${described(value)}, and must be a number, best in E.164 with its plus sign, a short code or an alphanumeric sender`,
  };

/** The sender in a field, undefined where it is missing or blank. */
export const sender = (
  value: string | null | undefined,
  field: string,
  national?: ReadNumber,
): Address | ShapeRefusal | undefined => {
  if (!value) return undefined;
  const found = toSender(value, national);
  if (found === undefined && value.trim() === '') return undefined;
  return (
    found ?? {
      reason: 'bad_address',
      field,
      why: `is ${described(value)}, and must be 1 to 100 printable characters`,
    }
  );
};

/** The refusal of a field that is missing or of the wrong kind. */
export const wrong = (raw: Json, field: string): ShapeRefusal =>
  raw[field] === undefined || raw[field] === null
    ? { reason: 'missing_field', field, why: 'is missing' }
    : isInexact(raw[field])
      ? { reason: INEXACT, field, why: 'is a whole number of too many digits to be exact: write it as text' }
      : {
          reason: 'bad_field',
          field,
          why: `has a value of the wrong kind or out of range: ${described(raw[field])}`,
        };

/** The reason for which a whole number is refused that two ids of 64 bits would both be read as. */
export const INEXACT = 'inexact_number';
const isInexact = (value: unknown): boolean => Number.isInteger(value) && !Number.isSafeInteger(value);

/** The refusal of a word that means no type or no category. */
export const noWord = (raw: Json, field: 'type' | 'category'): ShapeRefusal => ({
  reason: field === 'type' ? 'bad_type' : 'bad_field',
  field,
  why: `is ${quoted(raw[field])}, no ${field} that is known: say what it means in intake.mapping.${field}.words`,
});

/** The fields of a record that a schema describes, or the refusal of the first that is wrong. */
export const checked = <T>(schema: z.ZodType<T>, raw: Json): T | ShapeRefusal => {
  const result = schema.safeParse(raw);
  if (result.success) return result.data;
  return wrong(raw, String(result.error.issues[0]?.path[0] ?? 'event'));
};

/** A text without half characters, which no store could take. */
export const wellFormed = (text: string | null | undefined): string | undefined => text?.toWellFormed();

type Maybe<T> = T | null | undefined;
export const isNothing = (value: unknown): value is null | undefined => value === undefined || value === null;
export const isText = (value: unknown): value is string => typeof value === 'string';
export const isMaybeText = (value: unknown): value is Maybe<string> => isNothing(value) || isText(value);
/** Whether an error code has few enough characters, of which some take two code units. */
const isShort = (text: string): boolean => text.length <= MOST_CODE || [...text].length <= MOST_CODE;
export const isMaybeCode = (value: unknown): value is Maybe<string | number> =>
  isNothing(value) || (isText(value) ? isShort(value) : Number.isFinite(value));
