/**
 * What was worked out of a text, at hand for the next of the same: campaigns, and bursts above all, say the same thing
 * to everybody. In: a function of a text. Out: the same function, with a short memory.
 */

/** The number of texts remembered, one for each remainder of their length: a longer memory would cost a hash a text. */
const REMEMBERED = 64;

/** Remembers what `workOut` answered for recent texts; it must follow from the text alone, since answers are shared. */
export const withRecentTexts = <T>(workOut: (text: string) => T): ((text: string) => T) => {
  const recent = Array<{ readonly text: string; readonly found: T } | undefined>(REMEMBERED);
  return (text) => {
    const place = text.length % REMEMBERED;
    const known = recent[place];
    if (known?.text === text) return known.found;
    const found = workOut(text);
    recent[place] = { text, found };
    return found;
  };
};
