/**
 * A fingerprint of a text: 64 bits that differ in few places when texts differ in few words, so that the same
 * template with another name, date, price or link token is found again though its text is stored nowhere.
 *
 * SimHash (Charikar 2002): every word, and every pair of neighbours, votes with the bits of its hash; a bit of the
 * fingerprint is what most of them say. Before, case and accents are folded, and what differs from person to person
 * is replaced: words with digits by a placeholder, links by their host. Which distance is near was measured, as
 * Manku, Jain and Das Sarma (2007) did for web pages (there it is 3); texts of twenty words scatter more.
 */
import { FNV_BASIS, FNV_PRIME, spread } from './hash.ts';
import { linkPattern } from './links.ts';

/** The 64 bits of a text as two unsigned 32-bit words. */
export interface Fingerprint {
  readonly high: number;
  readonly low: number;
}

/**
 * Fingerprints of one template differ in at most this many of their 64 bits, which is half of what those of two
 * templates differ in. Measured in fingerprint.test.ts.
 */
export const NEAR = 15;
const BITS = 32;
/** Every word with a digit in it has this hash, so that prices, dates and codes do not tell texts apart. */
const DIGITS = 0x2545f491;
/** Puts each link's host in its place, as one word: paths and tokens differ from person to person. */
const withHosts = (text: string): string =>
  text.includes('.')
    ? text.replace(linkPattern, (_link, scheme, bare) => ` ${String(scheme ?? bare).replaceAll('.', 'x')} `)
    : text;

/** Characters up to here have an entry of their own: Latin with its accents, Greek and Cyrillic. */
const FOLDED = 0x530;
const SEPARATOR = 0;
const DIGIT = 1;
/** The letter that a character is once case and accent are gone; DIGIT or SEPARATOR for what is no letter. */
const letters = Uint16Array.from({ length: FOLDED }, (_, code) => {
  const [letter = ''] = String.fromCharCode(code).normalize('NFKD').toLowerCase();
  if (/\p{N}/u.test(letter)) return DIGIT;
  return /\p{L}/u.test(letter) ? letter.charCodeAt(0) : SEPARATOR;
});
/** Combining accents belong to the letter before them and are skipped. */
const isAccent = (code: number): boolean => code >= 0x300 && code < 0x370;

/** Outside the folded range all but general punctuation is taken for a letter, pictures too. */
const letterOf = (code: number): number => {
  if (code < FOLDED) return letters[code] ?? SEPARATOR;
  return (code >= 0x2000 && code < 0x2070) || (code >= 0x3000 && code < 0x3030) ? SEPARATOR : code;
};

/** The FNV-1a hash of each word, in order; every word with a digit has the same one. */
const hashesOf = (text: string): number[] => {
  const hashes: number[] = [];
  let hash = FNV_BASIS;
  let digits = false;
  for (let i = 0; i <= text.length; i++) {
    const code = i < text.length ? text.charCodeAt(i) : 0;
    if (isAccent(code)) continue;
    const letter = letterOf(code);
    if (letter !== SEPARATOR) {
      if (letter === DIGIT) digits = true;
      hash = Math.imul(hash ^ letter, FNV_PRIME);
    } else if (hash !== FNV_BASIS) {
      hashes.push(digits ? DIGITS : hash);
      hash = FNV_BASIS;
      digits = false;
    }
  }
  return hashes;
};

/** The four bits of a nibble, each in a byte of its own, so that one addition moves four counters. */
const SPREAD = Uint32Array.from(
  { length: 16 },
  (_, nibble) => (nibble & 1) | ((nibble & 2) << 7) | ((nibble & 4) << 14) | ((nibble & 8) << 21),
);
/** How many features have each of the 64 bits, four counters of a byte in each number; hence at most 255 features. */
const votes = new Uint32Array(BITS / 2);
const MOST_FEATURES = 255;

const vote = (feature: number): void => {
  let high = spread(feature);
  let low = spread(feature ^ 0x9e3779b9);
  for (let nibble = 0; nibble < BITS / 4; nibble++) {
    votes[nibble] = (votes[nibble] ?? 0) + (SPREAD[high & 15] ?? 0);
    votes[BITS / 4 + nibble] = (votes[BITS / 4 + nibble] ?? 0) + (SPREAD[low & 15] ?? 0);
    high >>>= 4;
    low >>>= 4;
  }
};

/** The bits that more than half of the features have. */
const bitsFrom = (first: number, features: number): number => {
  let bits = 0;
  for (let bit = 0; bit < BITS; bit++) {
    const counters = votes[first + (bit >> 2)] ?? 0;
    if (2 * ((counters >>> (8 * (bit & 3))) & 255) > features) bits |= 1 << bit;
  }
  return bits >>> 0;
};

/** The fingerprint of a text by its first 128 words; zero for a text without words. */
export const fingerprintOf = (text: string): Fingerprint => {
  votes.fill(0);
  let features = 0;
  let before: number | undefined;
  for (const hash of hashesOf(withHosts(text))) {
    if (features > MOST_FEATURES - 2) break;
    vote(hash);
    features += 1;
    if (before !== undefined) {
      vote(Math.imul(before, 31) ^ hash);
      features += 1;
    }
    before = hash;
  }
  return { high: bitsFrom(0, features), low: bitsFrom(BITS / 4, features) };
};

/** The number of one bits in a 32-bit word. */
const ones = (value: number): number => {
  let bits = value - ((value >>> 1) & 0x55555555);
  bits = (bits & 0x33333333) + ((bits >>> 2) & 0x33333333);
  return Math.imul((bits + (bits >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
};

/** The number of bits, 0 to 64, in which two fingerprints differ. */
export const distance = (a: Fingerprint, b: Fingerprint): number =>
  ones(a.high ^ b.high) + ones(a.low ^ b.low);

const hex = (word: number): string => word.toString(16).padStart(8, '0');
/** A fingerprint as sixteen hexadecimal digits, which is how it is stored and compared by name. */
export const written = ({ high, low }: Fingerprint): string => hex(high) + hex(low);
/** The inverse of `written`. */
export const readFingerprint = (text: string): Fingerprint => ({
  high: Number.parseInt(text.slice(0, 8), 16),
  low: Number.parseInt(text.slice(8, 16), 16),
});
