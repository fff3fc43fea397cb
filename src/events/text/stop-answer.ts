/**
 * What an answer asks: clearly for STOP, probably for it, or for nothing of the kind.
 *
 * Clear is the keyword with nothing beside it but itself, the code, courtesies and what marketing is called, however
 * it is written, above a signature or not. Probable is what a person must look at: a sentence that asks for it, the
 * keyword with a word that may be a name, a slip of the finger that makes no other word. A wrong "clear" takes somebody
 * off the base who meant a bus stop; one that is missed goes on sending to who has forbidden it. So a keyword alone is
 * clear however oddly it is written, and one word that is not understood beside it is enough not to act.
 */
import { lettered } from './letters.ts';
import { COURTESIES, LINKS, OBJECTS } from './stop-beside.ts';
import { asksInSentence } from './stop-sentences.ts';
import { isSignature, ownLines } from './stop-signature.ts';

export type StopAnswer = 'clear' | 'probable';

export interface AnswerKeywords {
  /** Keywords that mean nothing else. */
  readonly clear: ReadonlySet<string>;
  /** Keywords that are everyday words as well, beside which only courtesies and the code may stand. */
  readonly everyday: ReadonlySet<string>;
}

/** A longer answer is not looked into: ten parts of an SMS. */
const LONGEST = 1_600;
/** The most words of an answer that is a keyword and what goes with it. */
const MOST_WORDS = 10;
const MOST_UNKNOWN = 2;
/** The most lines of an answer with its signature. */
const MOST_LINES = 20;

/** Words, whole numbers, and numbers in groups of two or three digits as codes are written, "36 200". */
const TOKEN = /\p{L}+|\d{1,3}(?:[ .\u00a0\u202f]\d{2,3})+(?!\d)|\d+/gu;
const CODE = /^(?!(?:19|20)\d\d$)\d{4,15}$/;
/** A code in groups, which is longer than the hour that "14 30" may be. */
const SPACED_CODE = /^(?=.*\D)\d(?:\D?\d){4,14}$/;
const LETTER = /^\p{L}$/u;
/** "Opt out" is written as two words, too. */
const OPT = /\bopt\s+(out|in)\b/g;
/** Letters in the wrong order, where that makes no other word. */
const SWAPPED = new Set(['sotp', 'tsop', 'stpo']);
/** Letters beside the right one on the keyboard; and words that ask for it in one country and are harmless in the next. */
const DOUBTFUL = new Set(
  'red durdur basta wypisac unsubcribe unsuscribe unsubscibe stopez dtop stio xtop srop sgop syop stip stlp stkp stpp stoo stoip stiop stpop stopo stopt stope stopl atop astop ztop'.split(
    ' ',
  ),
);
/** What may be a name behind a keyword, or the number of a list. */
const MAYBE_NAME = /^(?:\p{L}+|\d)$/u;
/** The keyword shouted in front of what is said in a usual voice. */
const SHOUTED = /^\P{L}*STOP(?!\p{L}).*\p{Ll}/su;
const FIRST_WORD = /^\P{L}*\p{L}+/u;
/** The sign of the road, sent instead of the word. */
const SIGN = /^(?:\p{So}|[\p{M}\p{Cf}\s!])*(?:🛑|⛔|🚫)(?:\p{So}|[\p{M}\p{Cf}\s!])*$/u;

/** Words that make a sentence, or another thing, of the keyword before them: "stop by", "stop bus". */
const SENTENCE_WORDS = new Set(
  'by in on it and or but for with when where at to from is was are be bus tram metro train taxi go sign signs loss watch motion over there here dans sur et ou mais pour avec quand si ne pas qui que qu est bei mit und oder nicht mehr con y e ma per si no ya non feu gare ecole travaux h uhr am pm'.split(
    ' ',
  ),
);

/** A word in which each letter stands once where it was held too long: "stooop". */
const squeezed = (word: string): string => word.replace(/(.)\1+/gu, '$1');

/** Judges answers by keywords, which must be as `folded` writes them; at most 2 ms even for made-up ones. */
export const createStopAnswer = ({ clear, everyday }: AnswerKeywords) => {
  const held = new Set([...clear].filter((word) => word.length >= 4).map(squeezed));
  const isKeyword = (word: string): boolean =>
    clear.has(word) || SWAPPED.has(word) || (word.length >= 4 && held.has(squeezed(word))) || isGlued(word);

  /** Whether a word is a keyword with others that go with it, without a space: "stopsms", "stopstop", "svpstop". */
  const isGlued = (word: string): boolean => {
    if (!word.includes('stop')) return false;
    const parts = word.split('stop');
    return parts.every((part) => part === '' || COURTESIES.has(part) || OBJECTS.has(part) || part === 'au');
  };

  /** The words of an answer; letters that stand alone, and words that are pieces of a keyword, are put together. */
  const tokensOf = (text: string): string[] => {
    const found: string[] = lettered(text).replace(OPT, 'opt$1').match(TOKEN) ?? [];
    const letters = found.filter((token) => /\p{L}/u.test(token));
    const joined = letters.join('');
    if (letters.length > 1 && letters.length <= 4 && clear.has(joined))
      return [joined, ...found.filter(isCode)];
    return found.reduce<string[]>((all, token, at) => {
      const last = all.at(-1);
      const isNext = LETTER.test(token) && LETTER.test(found[at - 1] ?? '');
      if (isNext && last !== undefined) all[all.length - 1] = last + token;
      else all.push(token);
      return all;
    }, []);
  };

  const isBeside = (token: string): boolean => COURTESIES.has(token) || isCode(token);

  /** Whether nothing is said but a keyword and what goes with it. */
  const isClear = (tokens: readonly string[]): boolean => {
    if (tokens.length > MOST_WORDS) return false;
    const [first, ...rest] = tokens;
    if (first !== undefined && everyday.has(first) && rest.every(isBeside)) return true;
    const leads = tokens.some((token) => OBJECTS.has(token) || isCode(token));
    return (
      tokens.some(isKeyword) &&
      tokens.every(
        (token) => isKeyword(token) || isBeside(token) || OBJECTS.has(token) || (leads && LINKS.has(token)),
      )
    );
  };

  /** Whether a keyword that is no everyday word stands first, and behind it what may be a name. */
  const isNamed = ([first = '', ...rest]: readonly string[]): boolean => {
    const unknown = rest.filter((token) => !isBeside(token) && !OBJECTS.has(token) && !isKeyword(token));
    return (
      (first === 'stop' || first === 'stopp' || first === 'unsubscribe') &&
      unknown.length <= MOST_UNKNOWN &&
      unknown.every((token) => MAYBE_NAME.test(token) && !LINKS.has(token) && !SENTENCE_WORDS.has(token))
    );
  };

  /** Whether the keyword is shouted, and what follows does not lead on from it, as "STOP at" does. */
  const isShouted = (said: string, [, next = '']: readonly string[]): boolean =>
    SHOUTED.test(said) && !LINKS.has(next) && !SENTENCE_WORDS.has(next);

  const isDoubtful = (tokens: readonly string[]): boolean =>
    tokens.some((token) => DOUBTFUL.has(token)) &&
    tokens.every((token) => DOUBTFUL.has(token) || isBeside(token) || OBJECTS.has(token));

  /** Whether a line says it, and below come signatures alone. */
  const isAboveSignature = (lines: readonly string[]): boolean => {
    if (lines.length > MOST_LINES) return false;
    for (let count = lines.length; count > 0; count--) {
      if (isClear(tokensOf(lines.slice(0, count).join(' ')))) return true;
      if (!isSignature(lines[count - 1] ?? '')) return false;
    }
    return false;
  };

  return (text: string | undefined): StopAnswer | undefined => {
    if (text === undefined || text.length > LONGEST) return undefined;
    const lines = ownLines(text);
    const [first] = lines;
    if (first === undefined) return undefined;
    if (isAboveSignature(lines)) return 'clear';
    const said = lines.join(' ');
    const tokens = tokensOf(said);
    // The keyword, and behind it a sentence that asks by itself: two that say the same.
    if (tokens[0] === 'stop' && asksInSentence(said.replace(FIRST_WORD, ''))) return 'clear';
    if (
      asksInSentence(said) ||
      isNamed(tokens) ||
      isShouted(said, tokens) ||
      isDoubtful(tokens) ||
      SIGN.test(text)
    )
      return 'probable';
    return lines.length > 1 && isClear(tokensOf(first)) ? 'probable' : undefined;
  };
};

const isCode = (token: string): boolean => CODE.test(token) || SPACED_CODE.test(token);
