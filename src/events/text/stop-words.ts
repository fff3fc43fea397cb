/**
 * STOP: which answers ask for no more marketing, and where a marketing message says they may be sent.
 * In: answers and texts. Out: whether an answer asks for STOP, clearly or probably, or for START; the code of a text.
 *
 * START takes a STOP back. Here nothing but numbers and courtesies may ever stand behind the keyword, and "yes" is no
 * keyword though some providers take it for one: people confirm appointments with it.
 */
import { folded } from './letters.ts';
import { withRecentTexts } from './recent-texts.ts';
import { createStopAnswer, type StopAnswer } from './stop-answer.ts';
import { COURTESIES } from './stop-beside.ts';
import { lastCode } from './stop-code.ts';
import { STOP_KEYWORDS } from './stop-keywords.ts';

/** Characters an answer that opts in may have at most, and words. */
const LONGEST_START = 80;
const MOST_WORDS = 3;
const BETWEEN = /[^\p{L}\p{N}]+/u;
const NUMBER = /^\d+$/;

const wordsOf = (text: string): string[] => folded(text).split(BETWEEN).filter(Boolean);

/** A sender that can be answered: a short code or a number, not a name. */
const OWN_CODE = /^(?:\d{3,8}|\+[1-9]\d{6,14})$/;

export interface StopWords {
  /** Whether an answer asks for no more marketing; undefined where it asks for nothing of the kind. */
  stopIn(text: string | undefined): StopAnswer | undefined;
  /** Whether an answer asks for marketing again. */
  isStart(text: string | undefined): boolean;
  /** Where a marketing message offers STOP: at the code its text names, else at a sender that can be answered. */
  codeOf(message: { readonly text?: string; readonly from?: string }): string | undefined;
}

/** Judges answers by the presets of all languages, and by one's own keywords: `words` opt out, `startWords` opt in. */
export const createStopWords = ({
  words: more = [],
  startWords = [],
}: {
  readonly words?: readonly string[];
  readonly startWords?: readonly string[];
} = {}): StopWords => {
  const presets = Object.values(STOP_KEYWORDS);
  const joined = (word: string) => wordsOf(word).join('');
  const clear = new Set([...presets.flatMap((words) => words.clear), ...more].map(joined));
  const everyday = new Set(presets.flatMap((words) => words.everyday ?? []));
  const start = new Set([...presets.flatMap((words) => words.start ?? []), ...startWords.map(joined)]);
  const inTexts = new Set([...clear, ...presets.flatMap((words) => words.named ?? [])]);
  const codeIn = withRecentTexts((text) => lastCode(text, inTexts));

  return {
    stopIn: createStopAnswer({ clear, everyday }),
    isStart: (text) => {
      const { first, rest } = answerOf(text);
      return start.has(first) && rest.every(isByTheWay);
    },
    codeOf: ({ text, from }) =>
      (text ? codeIn(text) : undefined) ?? (from !== undefined && OWN_CODE.test(from) ? from : undefined),
  };
};

/** Numbers and courtesies around a keyword change nothing of what it means. */
const isByTheWay = (word: string): boolean => NUMBER.test(word) || COURTESIES.has(word);

/** The words of an answer short enough to be a keyword with a word or two behind it; none of a longer one. */
const answerOf = (text: string | undefined): { readonly first: string; readonly rest: readonly string[] } => {
  const words = text === undefined || text.length > LONGEST_START ? [] : wordsOf(text);
  const [one, two] = words;
  // "opt in" is written as two words.
  if (one === 'opt' && two === 'in') words.splice(0, 2, one + two);
  const [first = '', ...rest] = words.length > MOST_WORDS ? [] : words;
  return { first, rest };
};
