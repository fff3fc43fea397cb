/**
 * What is noted of a marketing text: its fingerprint, the hosts of its links, what is wrong with it. Texts come back
 * by the thousand, so that recent ones are remembered with what was found.
 */
import { faultOf, type TextFault } from './faults.ts';
import { fingerprintOf, written } from './fingerprint.ts';
import { hostsOf } from './links.ts';

export interface TextSigns {
  /** As `written`. */
  readonly print: string;
  readonly hosts: readonly string[];
  readonly fault: TextFault | undefined;
  /** What it is counted under, in the campaign it came in last. */
  campaign: string | undefined;
  entry: string;
}

/** Texts remembered, in two generations of this many: some 10 MB when all are full of long ones. */
const REMEMBERED = 5_000;

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

/** A fingerprint and its campaign in one: "0123456789abcdef spring", built once while the campaign is the same. */
export const entryOf = (signs: TextSigns, campaign: string | undefined): string => {
  if (signs.campaign !== campaign) {
    signs.campaign = campaign;
    signs.entry = campaign === undefined ? signs.print : `${signs.print} ${campaign}`;
  }
  return signs.entry;
};

/** The inverse of `entryOf`. */
export const readEntry = (entry: string): { print: string; campaign: string | undefined } => ({
  print: entry.slice(0, 16),
  campaign: entry.length > 16 ? entry.slice(17) : undefined,
});
