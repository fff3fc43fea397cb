/** Numbers without their plus sign, as people of one country write them. In: digits. Out: E.164. Pure. */
import { type CountryCode, isSupportedCountry, parsePhoneNumberFromString } from 'libphonenumber-js/min';
import type { ReadNumber } from './addresses.ts';
import { isE164 } from './event.ts';

/** Whether the numbers of a country are known, by its ISO 3166 code. */
export const isNumberedCountry = (code: string): code is CountryCode => isSupportedCountry(code);

/** Fewer digits are a short code's, whatever country they could be dialled in. */
const SHORTEST = 7;

/**
 * Reads numbers as they are written in a country: "0612345678" and "33612345678" in FR are +33612345678. Undefined for
 * what is no number there.
 */
export const createReadNumber =
  (country: CountryCode): ReadNumber =>
  (digits) => {
    if (digits.length < SHORTEST) return undefined;
    const number = parsePhoneNumberFromString(digits, country);
    return number?.isValid() && isE164(number.number) ? number.number : undefined;
  };
