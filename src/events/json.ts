/** JSON as it comes from outside, before anything is known of it. */

/** A JSON object of which no field is checked yet. */
export type Json = Readonly<Record<string, unknown>>;

/** Whether a JSON value is an object: neither an array nor null. */
export const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Whether a text has as many digits in a row as a whole number that JavaScript cannot hold. */
const LONG = /\d{16}/;
/** A string or a number; what is between two of them is left as it is. */
const STRING_OR_NUMBER = /"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g;
const WHOLE = /^-?\d+$/;

/**
 * The value of JSON text, where whole numbers that JavaScript cannot hold are strings, so that two ids of 64 bits stay
 * two. Where there are such, it takes far longer than JSON.parse. Throws as JSON.parse does.
 */
export const parseExactly = (text: string): unknown =>
  JSON.parse(LONG.test(text) ? text.replace(STRING_OR_NUMBER, exactToken) : text);

const exactToken = (token: string): string =>
  WHOLE.test(token) && !Number.isSafeInteger(Number(token)) ? `"${token}"` : token;
