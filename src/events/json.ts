/** JSON as it comes from outside, before anything is known of it. */

/** A JSON object of which no field is checked yet. */
export type Json = Readonly<Record<string, unknown>>;

/** Whether a JSON value is an object: neither an array nor null. */
export const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
