/**
 * Whether the same went to the same person a short while ago. In: who, what, and where it stands in its partition.
 * Out: yes or no, for a few nanoseconds a character: what is sent once, which is nearly all, must not reach the store.
 *
 * One table of fixed size for the whole process, a cell a pair of person and text, found by a hash that never leaves
 * it. A pair takes the cell of another, which is then forgotten: with 2^18 cells half of what was sent once is still
 * known after 180,000 other messages. So is a pair that a restart or a new owner of the partition has not seen. Either
 * way its next message counts as the first: repeats are missed then, never made up.
 */
import type { Offset } from './store.ts';
import { hashOn, spread } from './traces.ts';

/** 24 bytes each, side by side: most are far from what the processor has at hand. A power of two. */
const CELLS = 2 ** 18;
const MARK = 0;
const OFFSET = 1;
const TIME = 2;
const FIELDS = 3;
/** What comes later, in ms of event time, is not the same again: two tallies. */
export const AGAIN_WITHIN = 1_200_000;

/** 64 bits of a text, so that its characters are walked once for all that is asked of it. */
export interface TextHash {
  readonly one: number;
  readonly other: number;
}
export const hashOfText = (text: string): TextHash => ({
  one: hashOn(text),
  other: hashOn(text, text.length ^ 0x2545f491),
});

/** Of two hashes one finds the cell, and the other tells pairs in it apart. */
export const createAgain = (cells = CELLS) => {
  const table = new Float64Array(FIELDS * cells).fill(-1);

  /**
   * True when the same `who` and `what` under the same seed stand at a lower offset, within twenty minutes. The first
   * of them is kept, so that folding a stretch again gives the same result.
   */
  return (seed: number, who: string, what: TextHash, offset: Offset, at: number): boolean => {
    const cell = FIELDS * (spread(hashOn(who, seed ^ what.one)) & (cells - 1));
    const mark = spread(hashOn(who, ~seed ^ what.other));
    const first = table[cell + OFFSET] ?? -1;
    if (
      table[cell + MARK] === mark &&
      first >= 0 &&
      Math.abs(at - (table[cell + TIME] ?? 0)) <= AGAIN_WITHIN
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
