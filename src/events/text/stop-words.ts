/**
 * STOP: which answers ask for no more marketing, and to which code a text says they may be sent.
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

interface Words {
  readonly clear: readonly string[];
  readonly everyday?: readonly string[];
  /** Keywords that opt in again. */
  readonly start?: readonly string[];
}

/**
 * Keywords by language, in lower case without accents. English and the French of Canada are what providers document as
 * opting out by default: Twilio (Advanced Opt-Out: STOP, STOPALL, UNSUBSCRIBE, CANCEL, END, QUIT, REVOKE, OPTOUT) and
 * AWS End User Messaging (required keywords: ARRET, CANCEL, END, OPT-OUT, OPTOUT, QUIT, REMOVE, STOP, TD,
 * UNSUBSCRIBE). For the others no provider has a list: STOP is what texts name everywhere, beside it the word of the
 * language for leaving a list.
 * START and UNSTOP are what Twilio, AWS and Telnyx document for opting in again; the others are the opposites of the
 * words for leaving.
 */
const PRESETS: Readonly<Record<string, Words>> = {
  en: {
    clear: ['stop', 'stopall', 'unsubscribe', 'optout'],
    everyday: ['cancel', 'end', 'quit', 'remove', 'revoke', 'td'],
    start: ['start', 'unstop', 'subscribe', 'resubscribe', 'optin'],
  },
  fr: {
    clear: [
      'stop',
      'stoppub',
      'arret',
      'desabo',
      'desabonner',
      'desabonnement',
      'desinscription',
      'desinscrire',
    ],
    everyday: ['arreter', 'arretez'],
    start: ['start', 'reabo', 'reabonner', 'reabonnement', 'reinscription', 'reinscrire'],
  },
  es: { clear: ['stop', 'darsedebaja'], everyday: ['baja', 'alto', 'parar'], start: ['alta', 'darsedealta'] },
  it: {
    clear: ['stop', 'disiscrivi', 'disiscrivimi'],
    everyday: ['annulla', 'cancella', 'cancellami'],
    start: ['iscrivi', 'iscrivimi'],
  },
  de: { clear: ['stop', 'stopp', 'abmelden', 'abbestellen', 'abmeldung'], start: ['anmelden', 'anmeldung'] },
  nl: { clear: ['stop', 'afmelden', 'uitschrijven'], everyday: ['uit'], start: ['aanmelden', 'inschrijven'] },
  pt: { clear: ['stop'], everyday: ['sair', 'parar'] },
  sv: { clear: ['stopp', 'avregistrera', 'avanmal'], start: ['anmal', 'registrera'] },
  da: { clear: ['stop', 'afmeld', 'frameld'], start: ['tilmeld'] },
  no: { clear: ['stopp', 'avmeld'], start: ['pameld'] },
  pl: { clear: ['stop', 'rezygnuje'] },
};

const COURTESIES = new Set(
  'merci svp stp please pls thanks thank you sms por favor gracias grazie bitte danke dank obrigado tack tak takk'.split(
    ' ',
  ),
);

/** Characters an answer of three words may have at most; a longer answer is not looked into. */
const LONGEST = 80;
const MOST_WORDS = 3;
const MARKS = /\p{M}/gu;
/** Signs that join two words into one, as in "opt-out" and "d'abo". */
const JOINTS = /[-'’]/g;
const BETWEEN = /[^\p{L}\p{N}]+/u;
const NUMBER = /^\d+$/;

const folded = (text: string): string =>
  text.normalize('NFD').replace(MARKS, '').replace(JOINTS, '').toLowerCase();
const wordsOf = (text: string): string[] => folded(text).split(BETWEEN).filter(Boolean);

/** Words that may stand between the keyword and the code, as in "STOP SMS au 36200" or "txt STOP to 12345". */
const LINKS = new Set('sms au to at al a à an die naar til till no n'.split(' '));
const MOST_LINKS = 2;
/** Spaces and signs that may stand between two words before the code, as in "Stop = 36200". */
const MOST_BETWEEN = 3;
/** A code is a short code or a number with its country, since events never have a number as it is dialled at home. */
const CODE = /^(?:[1-9]\d{3,6}|\+[1-9]\d{6,14})$/;
/** The most numbers of a text that are tried, from its end, where the STOP instruction stands. */
const MOST_NUMBERS = 3;
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
  const presets = Object.values(PRESETS);
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

const isDigit = (code: number): boolean => code >= 48 && code <= 57;
const isLetter = (code: number): boolean => (code | 32) >= 97 && (code >= 192 || (code | 32) <= 122);
const PLUS = 43;

/**
 * The last number of a text that stands behind a keyword, where a code would. It is called for most marketing
 * messages, and so walks the text instead of splitting it.
 */
const lastCode = (text: string, keywords: ReadonlySet<string>): string | undefined => {
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
