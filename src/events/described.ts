/**
 * What was in a field that is refused, so that its sender finds the mistake without the record.
 * In: a value from outside. Out: its kind, and of a text its form: digits as 9, letters as a and A, since a dead letter's
 * reason is logged, and nothing that may be a number or a text of a person's leaves the process.
 */

const LONGEST = 40;
/** One word, such as a type or a category, names nobody. */
const WORD = /^[\p{L}_-]{1,20}$/u;

/** A value as a refusal may tell it: `"99/99/9999 99:99"`, `a number of 13 digits`, `an object`. */
export const described = (value: unknown): string => {
  if (typeof value === 'string') return value === '' ? 'empty text' : `"${formOf(value)}"`;
  if (typeof value === 'number') return numberText(value);
  if (Array.isArray(value)) return 'an array';
  if (typeof value === 'object' && value !== null) return 'an object';
  return String(value);
};

/** `word` quotes a single word as it is, which `described` would not. */
export const quoted = (value: unknown): string =>
  typeof value === 'string' && WORD.test(value) ? `"${value}"` : described(value);

const formOf = (text: string): string => {
  const form = text
    .slice(0, LONGEST)
    .replace(/\p{Nd}/gu, '9')
    .replace(/\p{Lu}/gu, 'A')
    .replace(/\p{L}/gu, (letter) => (letter === 'A' ? letter : 'a'))
    .replace(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}"]/gu, '\ufffd');
  return text.length > LONGEST ? `${form}…` : form;
};

const numberText = (value: number): string => {
  if (!Number.isInteger(value)) return 'a number with a fraction';
  const digits = String(Math.abs(value));
  const length = /^\d+$/.test(digits) ? digits.length : 'many';
  return `a ${value < 0 ? 'negative ' : ''}number of ${length} digit${length === 1 ? '' : 's'}`;
};
