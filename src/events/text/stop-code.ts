/** The code that a marketing text names for STOP. In: a text and the keywords. Out: the code, if any. Pure. */

const MARKS = /\p{M}/gu;
/** Signs that join two words into one, as in "opt-out" and "d'abo". */
const JOINTS = /[-'’]/g;

/** A text in lower case without accents, and without signs that join words. */
export const folded = (text: string): string =>
  text.normalize('NFD').replace(MARKS, '').replace(JOINTS, '').toLowerCase();

/** Words that may stand between the keyword and the code, as in "STOP SMS au 36200" or "txt STOP to 12345". */
const LINKS = new Set('sms au to at al a à an die naar til till no n'.split(' '));
const MOST_LINKS = 2;
/** Spaces and signs that may stand between two words before the code, as in "Stop = 36200". */
const MOST_BETWEEN = 3;
/** A code is a short code or a number with its country, since events never have a number as it is dialled at home. */
const CODE = /^(?:[1-9]\d{3,6}|\+[1-9]\d{6,14})$/;
/** The most numbers of a text that are tried, from its end, where the STOP instruction stands. */
const MOST_NUMBERS = 3;

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
    end = at + 1;
  }
  return undefined;
};

const followsKeyword = (text: string, at: number, keywords: ReadonlySet<string>): boolean => {
  let start = at;
  for (let links = 0; links <= MOST_LINKS; links++) {
    let end = start;
    while (end > 0 && start - end < MOST_BETWEEN && isBetween(text.charCodeAt(end - 1))) end--;
    start = end;
    while (start > 0 && isLetter(text.charCodeAt(start - 1))) start--;
    const word = text.slice(start, end).toLowerCase();
    if (keywords.has(word) || keywords.has(folded(word))) return true;
    if (!LINKS.has(word)) return false;
  }
  return false;
};

const isBetween = (code: number): boolean => !isLetter(code) && !isDigit(code);
