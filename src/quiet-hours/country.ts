/**
 * The country a number belongs to, by its calling code alone.
 * In: an address. Out: ISO 3166. Called for every message, so nothing here parses, and nothing is made.
 */
import metadata from 'libphonenumber-js/min/metadata';

/** Countries by calling code; where several countries share one, it is the first of them, which is the main one. */
const COUNTRIES: readonly (string | undefined)[] = Array.from(
  { length: 1_000 },
  (_, code) => metadata.country_calling_codes[String(code)]?.[0],
);
/** No calling code is the beginning of another, and none is longer: the first that matches is the longest. */
const LONGEST = 3;
const PLUS = 43;
const ZERO = 48;

/**
 * The ISO 3166 country of an address. Undefined for short codes, alphanumeric senders, and numbers of no country
 * (satellites, freephone).
 */
export const countryOf = (address: string): string | undefined => {
  if (address.charCodeAt(0) !== PLUS) return undefined;
  let code = 0;
  for (let at = 1; at <= LONGEST; at++) {
    code = code * 10 + address.charCodeAt(at) - ZERO;
    const country = COUNTRIES[code];
    if (country !== undefined) return country;
  }
  return undefined;
};
