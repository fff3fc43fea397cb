/** What is plainly wrong with a text that goes out, whoever wrote it. */

export const TEXT_FAULTS = ['unfilled', 'blank', 'garbled'] as const;
/**
 * unfilled: a place for a value that was never filled in, or filled with a program's word for nothing. blank: no
 * letter to read. garbled: characters lost or read in the wrong encoding.
 */
export type TextFault = (typeof TEXT_FAULTS)[number];

/** What templates call their places, where brackets alone may be a brand: [MAISON] is one. */
const PLACE =
  '(?:(?:first|last|full|user|customer|client)[ _-]?)?name|pr[eé]nom|nom|date|hour|heure|code|link|lien|url|price|prix|amount|montant|city|ville|shop|magasin';
/** "null" is a number in German, and void elsewhere: it counts after a greeting, as one, twice, or in a link. */
const GREETING =
  'bonjour|bonsoir|salut|ch[eè]re?|hi|hello|hey|dear|hallo|liebe|lieber|hola|estimad[oa]|ciao|caro|cara|ol[aá]';
const UNFILLED = new RegExp(
  [
    '\\{\\{?\\s*[\\p{L}_$][\\p{L}\\p{N}_.$ |-]{0,40}\\}',
    '(?<!\\p{N} ?)%[\\p{L}_][\\p{L}\\p{N}_]{1,30}%',
    `[[<](?:${PLACE})[\\]>]`,
    '\\[object object\\]',
    '\\(null\\)',
    `(?<![\\p{L}\\p{N}_])(?:undefined|(?:${GREETING}) null|null null)(?![\\p{L}\\p{N}_])`,
    '^\\s*null\\s*[,!:]',
    '[/=]null(?![\\p{L}\\p{N}_-])',
  ].join('|'),
  'iu',
);
/** NaN counts in its own case only, since "nan" is a word. */
const NOT_A_NUMBER = /(?<![\p{L}\p{N}_])NaN(?![\p{L}\p{N}_])/u;
/** The replacement character, and UTF-8 read as Latin-1: "Ã©" for é, "â€™" for ’, "Â°" for °. */
const GARBLED = /\ufffd|[ÃÂ][\u0080-\u00bf]|â€/;
const BLANK = /^(?:\s|\u200b|\u200c|\u200d|\u2060)*$/;
/** A text without one of these characters can have no fault but being blank, so that most texts are done with here. */
const SUSPECT = /[{%<[(ÃÂâ\ufffd]|[uU](?:ll|LL|nd|ND)|NaN/;

/** The first fault of a text in the order of `TEXT_FAULTS`; undefined when nothing is wrong with it. */
export const faultOf = (text: string): TextFault | undefined => {
  if (!SUSPECT.test(text)) return BLANK.test(text) ? 'blank' : undefined;
  if (UNFILLED.test(text) || NOT_A_NUMBER.test(text)) return 'unfilled';
  return GARBLED.test(text) ? 'garbled' : undefined;
};
