/**
 * STOP: which answers ask for no more marketing, and where a marketing message says they may be sent.
 *
 * An answer opts out when its first word is a keyword and no more than two others follow: "STOP", "arrêt",
 * "STOP merci", "Stop 36200". After a keyword that is an everyday word as well ("cancel", "end", "baja") only numbers
 * and courtesies may follow, else "End of May?" would do. Case, accents, punctuation and spaces do not matter.
 * "Ne pas stopper la livraison", "OK stop by at 5" and "Stop by at 5" do not opt out.
 *
 * START takes a STOP back. Here nothing but numbers and courtesies may ever follow, and "yes" is no keyword though
 * some providers take it for one: people confirm appointments with it.
 */
import { withRecentTexts } from './recent-texts.ts';
import { folded, lastCode } from './stop-code.ts';
import { STOP_KEYWORDS } from './stop-keywords.ts';

/** Words that may stand beside a keyword and change nothing of its meaning. */
const COURTESIES = new Set(
  'merci svp stp please pls thanks thank you sms por favor gracias grazie bitte danke dank obrigado tack tak takk'.split(
    ' ',
  ),
);

/** Characters an answer of three words may have at most; a longer answer is not looked into. */
const LONGEST = 80;
const MOST_WORDS = 3;
const BETWEEN = /[^\p{L}\p{N}]+/u;
const NUMBER = /^\d+$/;

const wordsOf = (text: string): string[] => folded(text).split(BETWEEN).filter(Boolean);

/** A sender that can be answered: a short code or a number, not a name. */
const OWN_CODE = /^(?:\d{3,8}|\+[1-9]\d{6,14})$/;

export interface StopWords {
  /** Whether an answer asks for no more marketing. */
  isStop(text: string | undefined): boolean;
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
  const clear = new Set([...presets.flatMap((words) => words.clear), ...more.map(joined)]);
  const everyday = new Set(presets.flatMap((words) => words.everyday ?? []));
  const start = new Set([...presets.flatMap((words) => words.start ?? []), ...startWords.map(joined)]);
  const codeIn = withRecentTexts((text) => lastCode(text, clear));

  const isStop = (text: string | undefined): boolean => {
    const { first, rest } = answerOf(text);
    return clear.has(first) || (everyday.has(first) && rest.every(isByTheWay));
  };
  const isStart = (text: string | undefined): boolean => {
    const { first, rest } = answerOf(text);
    return start.has(first) && rest.every(isByTheWay);
  };

  return {
    isStop,
    isStart,
    codeOf: ({ text, from }) =>
      (text ? codeIn(text) : undefined) ?? (from !== undefined && OWN_CODE.test(from) ? from : undefined),
  };
};

/** Numbers and courtesies around a keyword change nothing of what it means. */
const isByTheWay = (word: string): boolean => NUMBER.test(word) || COURTESIES.has(word);

/** The words of an answer short enough to be a keyword with a word or two behind it; none of a longer one. */
const answerOf = (text: string | undefined): { readonly first: string; readonly rest: readonly string[] } => {
  const words = text === undefined || text.length > LONGEST ? [] : wordsOf(text);
  const [one, two] = words;
  // "opt out" is written as two words.
  if (one === 'opt' && (two === 'out' || two === 'in')) words.splice(0, 2, one + two);
  const [first = '', ...rest] = words.length > MOST_WORDS ? [] : words;
  return { first, rest };
};
