/**
 * A text as a reader sees it, whatever its letters are made of: full-width or circled letters, accents, letters of
 * another alphabet that look the same, signs that cannot be seen. In: a text. Out: it in plain lower case. Pure.
 */

/** Accents, and signs that nobody sees: joiners, marks of direction, soft hyphens. */
const UNSEEN = /[\p{M}\p{Cf}]/gu;
/** Signs that join two words into one, as in "opt-out" and "d'abo". */
const JOINTS = /[-'’]/g;
const FOREIGN = /\P{ASCII}/u;
/** A zero that stands for the letter it looks like, as in "ST0P". */
const ZERO_AS_LETTER = /(?<=\p{L})0(?=\p{L})/gu;

/** Latin letters by those that look the same: Cyrillic, Greek, the i of Turkish without its dot, the l of Polish. */
const SAME_LOOK: Readonly<Record<string, string>> = Object.fromEntries(
  (
    [
      ['аеорсухктмвніѕј', 'aeopcyxktmbhisj'],
      ['αορτκνι', 'aoptkvi'],
      ['ıłøđ', 'ilod'],
    ] as const
  ).flatMap(([foreign, latin]) => [...foreign].map((letter, at) => [letter, latin[at] ?? letter])),
);

/** A text in lower case without accents, and without signs that join words. */
export const folded = (text: string): string => {
  const lower = FOREIGN.test(text) ? plain(text) : text.toLowerCase();
  return lower.replace(JOINTS, '');
};

const plain = (text: string): string =>
  text
    .normalize('NFKD')
    .replace(UNSEEN, '')
    .toLowerCase()
    .replace(/\P{ASCII}/gu, (letter) => SAME_LOOK[letter] ?? letter);

/** A text as `folded` answers it, with zeros among letters as the letters they are meant for. */
export const lettered = (text: string): string => folded(text).replace(ZERO_AS_LETTER, 'o');
