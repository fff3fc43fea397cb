/**
 * Addresses: whom a message goes to, and what it says it comes from.
 * In: text from outside. Out: the address, or undefined. Pure, and no guessing.
 */
import { channelOfAddress } from './channels.ts';
import { type Address, type E164, isE164 } from './event.ts';

const SHORT_CODE = /^\d{3,8}$/;
/** The senders that every network takes, which are nearly all; a long run of digits is a number without its country. */
const SENDER = /^(?=.*[A-Za-z])[A-Za-z0-9 ._&-]{1,11}$/;
const PUNCTUATION = /[\s().-]/g;
/** A short code, or a number without its plus sign. */
const DIGITS = /^\d{3,15}$/;
/** A number as a link has it. */
const SCHEME = /^(?:tel|sms):/i;
/** The trunk zero as it is written behind a country's code, "+33 (0)6 12 34 56 78", though nobody dials it there. */
const TRUNK_ZERO = /^(\+\d{1,3}\s?)\(0\)/;
/** What is shown of a sender has no control characters, no half characters and no line breaks. */
const PRINTABLE = /^[^\p{Cc}\p{Cs}\p{Zl}\p{Zp}]{1,100}$/u;
/** Characters that print nothing, such as a space of no width: two senders must not differ by them. */
const INVISIBLE = /\p{Cf}/gu;
const LONGEST_NUMBER = 40;

/** Reads a number that is written without its plus sign, in national form or not; undefined where it is none. */
export type ReadNumber = (digits: string) => E164 | undefined;

/**
 * The address of a person, a short code or an alphanumeric sender: E.164 with its punctuation removed. A number that is
 * written without its plus sign is read by `national`; without that, and where it is no number there, it stays its
 * digits, of no known country, since any country would be a guess. Undefined for all else.
 */
export const toAddress = (value: string, national?: ReadNumber): Address | undefined => {
  if (isE164(value)) return value;
  if (national === undefined && SHORT_CODE.test(value)) return value as Address;
  if (SENDER.test(value)) return value as Address;
  if (value.length > LONGEST_NUMBER) return undefined;
  const bare = value
    .replace(SCHEME, '')
    .replace(TRUNK_ZERO, '$1')
    .replace(PUNCTUATION, '')
    .replace(/^00/, '+');
  if (isE164(bare)) return bare;
  if (!DIGITS.test(bare)) return undefined;
  return national?.(bare) ?? (bare as Address);
};

/**
 * What a message says it comes from. Networks allow few characters, and providers let others through: whatever prints
 * is taken as it is, since a message is not to be missed for its sender's apostrophe. Whoever shows it escapes it. An
 * address of another channel, such as rcs:brand, is no sender of an SMS.
 */
export const toSender = (value: string, national?: ReadNumber): Address | undefined => {
  const usual = toAddress(value, national);
  if (usual !== undefined) return usual;
  const printed = value.replace(INVISIBLE, '').trim();
  if (channelOfAddress(printed) !== undefined) return undefined;
  return PRINTABLE.test(printed) ? (printed as Address) : undefined;
};
