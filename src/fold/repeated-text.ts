/**
 * Whether the same went to the same person a short while ago. In: who, what, and where it stands in its partition.
 * Out: yes or no, for a few nanoseconds a character: what is sent once, which is nearly all, must not reach the store.
 *
 * One table of fixed size for the whole process, a cell a pair of person and text, found by a hash that never leaves
 * it. A pair takes the cell of another, which is then forgotten: with 2^18 cells half of what was sent once is still
 * known after 180,000 other messages. So is a pair that a restart or a new owner of the partition has not seen. Either
 * way its next message counts as the first: repeats are missed then, never made up.
 */
import { FNV_BASIS, FNV_PRIME, spread } from '../events/text/hash.ts';
import type { Offset } from '../windows/store/store.ts';

/** The cells of the table, a power of two; each lies in 24 adjacent bytes, since most are in no cache. */
const CELLS = 2 ** 18;
const MARK = 0;
const OFFSET = 1;
const TIME = 2;
const FIELDS = 3;
/** How long after the first (ms of event time) the same counts as repeated: the length of two tallies. */
export const REPEATED_WITHIN = 1_200_000;

/** 64 bits of a text, so that its characters are walked once for all that is asked of it. */
export interface TextHash {
  readonly one: number;
  readonly other: number;
}

/** Two FNV-1a hashes in one walk, each from a beginning of its own, which the processor computes side by side. */
const hashesOn = (text: string, from: number, otherFrom: number): TextHash => {
  let one = from;
  let other = otherFrom;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    one = Math.imul(one ^ code, FNV_PRIME);
    other = Math.imul(other ^ code, FNV_PRIME);
  }
  return { one, other };
};

/** The 64 bits of a text that `createRepeatedText` compares. */
export const hashOfText = (text: string): TextHash => hashesOn(text, FNV_BASIS, text.length ^ 0x2545f491);

/** A table of pairs; of their two hashes, one finds the cell and the other tells pairs in it apart. */
export const createRepeatedText = (cells = CELLS) => {
  const table = new Float64Array(FIELDS * cells).fill(-1);

  /**
   * True when the same `who` and `what` under the same seed stand at a lower offset, within twenty minutes. The first
   * of them is kept, so that folding a stretch again gives the same result.
   */
  return (seed: number, who: string, what: TextHash, offset: Offset, at: number): boolean => {
    const { one, other } = hashesOn(who, seed ^ what.one, ~seed ^ what.other);
    const cell = FIELDS * (spread(one) & (cells - 1));
    const mark = spread(other);
    const first = table[cell + OFFSET] ?? -1;
    if (
      table[cell + MARK] === mark &&
      first >= 0 &&
      Math.abs(at - (table[cell + TIME] ?? 0)) <= REPEATED_WITHIN
    ) {
      if (first < offset) return true;
      if (first === offset) return false;
    }
    table[cell + MARK] = mark;
    table[cell + OFFSET] = offset;
    table[cell + TIME] = at;
    return false;
  };
};
