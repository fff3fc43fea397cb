/**
 * What is noted of a marketing text: its fingerprint, the hosts of its links, what is wrong with it. Texts come back
 * by the thousand, so that recent ones are remembered with what was found.
 */
import { faultOf, type TextFault } from './faults.ts';
import { fingerprintOf, written } from './fingerprint.ts';
import { hostsOf } from './links.ts';

export interface TextSigns {
  /** The text's fingerprint as sixteen hexadecimal digits. */
  readonly print: string;
  readonly hosts: readonly string[];
  readonly fault: TextFault | undefined;
  /** The campaign that the text came in last, and the name it is counted under there (see `entryOf`). */
  campaign: string | undefined;
  entry: string;
}

/** Each of two generations remembers this many texts, some 10 MB when all of them are long. */
const REMEMBERED = 5_000;

/** Tells the signs of a text, worked out once while the text is among the recent ones. */
export const createTextSigns = (): ((text: string) => TextSigns) => {
  let recent = new Map<string, TextSigns>();
  let older = new Map<string, TextSigns>();
  return (text) => {
    const known = recent.get(text);
    if (known) return known;
    const signs = older.get(text) ?? signsOf(text);
    if (recent.size >= REMEMBERED) {
      older = recent;
      recent = new Map();
    }
    recent.set(text, signs);
    return signs;
  };
};

const signsOf = (text: string): TextSigns => {
  const print = written(fingerprintOf(text));
  return { print, hosts: hostsOf(text), fault: faultOf(text), campaign: undefined, entry: print };
};

/** A text's fingerprint and campaign in one name, "0123456789abcdef spring", built once while the campaign stays. */
export const entryOf = (signs: TextSigns, campaign: string | undefined): string => {
  if (signs.campaign !== campaign) {
    signs.campaign = campaign;
    signs.entry = campaign === undefined ? signs.print : `${signs.print} ${campaign}`;
  }
  return signs.entry;
};

/** Takes the name that `entryOf` built apart again. */
export const readEntry = (entry: string): { print: string; campaign: string | undefined } => ({
  print: entry.slice(0, 16),
  campaign: entry.length > 16 ? entry.slice(17) : undefined,
});
