/** The code that a marketing text names for STOP. In: a text and the keywords. Out: the code, if any. Pure. */
import { folded } from './letters.ts';

/** Words that may stand between the keyword and the code, as in "STOP SMS au 36200" and "STOP vers le 36063". */
const LINKS = new Set(
  'sms au to at a al ao à an die naar til till do no n nr le la el by par per por via vers numero numéro número num number nummer tel gratuit gratuitement free yaz yazip yazıp'.split(
    ' ',
  ),
);
const MOST_LINKS = 3;
/** What stands between the keyword and the code in the same word, as in "StopSMS36200". */
const GLUED = ['sms', 'au', 'a', 'pub'];
/** Spaces and signs that may stand between two words before the code, as in "Stop = 36200". */
const MOST_BETWEEN = 3;
/** A code is a short code or a number with its country, since events never have a number as it is dialled at home. */
const CODE = /^(?:[1-9]\d{3,6}|\+[1-9]\d{6,14})$/;
/** A short code in groups, "36 200" or "3 62 00"; four digits in groups would be the time of day. */
const SPACED_CODE = /(?<![\d+.,:/-]|\d[ \u00a0\u202f.])[1-9]\d{0,2}(?:[ \u00a0\u202f.]\d{2,3}){1,2}$/;
const LONGEST_SPACED = 9;
/** The most numbers of a text that are tried, from its end, where the STOP instruction stands. */
const MOST_NUMBERS = 6;

const isDigit = (code: number): boolean => code >= 48 && code <= 57;
const isLetter = (code: number): boolean => (code | 32) >= 97 && (code >= 192 || (code | 32) <= 122);
const PLUS = 43;

/**
 * The last number of a text that stands behind a keyword, where a code would. It is called for most marketing
 * messages, and so walks the text instead of splitting it.
 */
export const lastCode = (text: string, keywords: ReadonlySet<string>): string | undefined => {
  let looked = 0;
  for (let end = text.length; end > 0 && looked < MOST_NUMBERS; end--) {
    if (!isDigit(text.charCodeAt(end - 1))) continue;
    looked += 1;
    let at = end - 1;
    while (at > 0 && isDigit(text.charCodeAt(at - 1))) at--;
    if (text.charCodeAt(at - 1) === PLUS) at--;
    const number = text.slice(at, end);
    if (CODE.test(number) && followsKeyword(text, at, keywords)) return number;
    const spaced = number.length > 3 ? undefined : spacedCode(text, end);
    if (spaced !== undefined && followsKeyword(text, end - spaced.length, keywords))
      return spaced.replace(/\D/g, '');
    end = at + 1;
  }
  return undefined;
};

/** The short code in groups of digits that ends at `end`, as it is written. */
const spacedCode = (text: string, end: number): string | undefined => {
  const [found] = SPACED_CODE.exec(text.slice(Math.max(0, end - LONGEST_SPACED - 2), end)) ?? [];
  const digits = found?.replace(/\D/g, '').length ?? 0;
  return digits >= 5 && digits <= 7 ? found : undefined;
};

const followsKeyword = (text: string, at: number, keywords: ReadonlySet<string>): boolean => {
  let start = at;
  for (let links = 0; links <= MOST_LINKS; links++) {
    let end = start;
    while (end > 0 && start - end < MOST_BETWEEN && isBetween(text.charCodeAt(end - 1))) end--;
    start = end;
    while (start > 0 && isLetter(text.charCodeAt(start - 1))) start--;
    const word = text.slice(start, end).toLowerCase();
    if (isKeyword(word, keywords) || isKeyword(folded(word), keywords)) return true;
    if (!LINKS.has(word)) return false;
  }
  return false;
};

const isKeyword = (word: string, keywords: ReadonlySet<string>): boolean =>
  keywords.has(word) ||
  GLUED.some((link) => word.endsWith(link) && keywords.has(word.slice(0, -link.length)));

const isBetween = (code: number): boolean => !isLetter(code) && !isDigit(code);
