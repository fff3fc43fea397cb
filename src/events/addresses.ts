/**
 * Addresses: whom a message goes to, and what it says it comes from.
 * In: text from outside. Out: the address, or undefined. Pure, and no guessing.
 */
import { type Address, isE164 } from './event.ts';

const SHORT_CODE = /^\d{3,8}$/;
/** The senders that every network takes, which are nearly all; a long run of digits is a number without its country. */
const SENDER = /^(?=.*[A-Za-z])[A-Za-z0-9 ._&-]{1,11}$/;
const PUNCTUATION = /[\s().-]/g;
/** The trunk zero as it is written behind a country's code, "+33 (0)6 12 34 56 78", though nobody dials it there. */
const TRUNK_ZERO = /^(\+\d{1,3}\s?)\(0\)/;
/** What is shown of a sender has no control characters, no half characters and no line breaks. */
const PRINTABLE = /^[^\p{Cc}\p{Cs}\p{Zl}\p{Zp}]{1,100}$/u;
/** Characters that print nothing, such as a space of no width: two senders must not differ by them. */
const INVISIBLE = /\p{Cf}/gu;
const LONGEST_NUMBER = 40;

/**
 * The address of a person, a short code or an alphanumeric sender: E.164 with its punctuation removed. Undefined for
 * all else, and for numbers in national form, whose country would be a guess.
 */
export const toAddress = (value: string): Address | undefined => {
  if (isE164(value)) return value;
  if (SHORT_CODE.test(value) || SENDER.test(value)) return value as Address;
  if (!value.startsWith('+') || value.length > LONGEST_NUMBER) return undefined;
  const bare = value.replace(TRUNK_ZERO, '$1').replace(PUNCTUATION, '');
  return isE164(bare) ? bare : undefined;
};

/**
 * What a message says it comes from. Networks allow few characters, and providers let others through: whatever prints
 * is taken as it is, since a message is not to be missed for its sender's apostrophe. Whoever shows it escapes it.
 */
export const toSender = (value: string): Address | undefined => {
  const usual = toAddress(value);
  if (usual !== undefined) return usual;
  const printed = value.replace(INVISIBLE, '').trim();
  return PRINTABLE.test(printed) ? (printed as Address) : undefined;
};
