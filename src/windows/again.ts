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

/** 20 bytes each. */
const CELLS = 2 ** 18;
/** What comes later, in ms of event time, is not the same again: two tallies. */
export const AGAIN_WITHIN = 1_200_000;

const OFFSET_BASIS = 0x811c9dc5;
const PRIME = 0x01000193;

/** Of two hashes one finds the cell, and the other tells pairs in it apart. */
export const createAgain = (cells = CELLS) => {
  const marks = new Int32Array(cells);
  const offsets = new Float64Array(cells).fill(-1);
  const times = new Float64Array(cells);

  /**
   * True when the same `who` and `what` under the same seed stand at a lower offset, within twenty minutes. The first
   * of them is kept, so that folding a stretch again gives the same result.
   */
  return (seed: number, who: string, what: string, offset: Offset, at: number): boolean => {
    let one = seed ^ OFFSET_BASIS;
    let other = Math.imul(seed ^ what.length, 0x9e3779b1);
    for (let i = 0; i < who.length; i++) {
      const code = who.charCodeAt(i);
      one = Math.imul(one ^ code, PRIME);
      other = ((other << 5) - other + code) | 0;
    }
    for (let i = 0; i < what.length; i++) {
      const code = what.charCodeAt(i);
      one = Math.imul(one ^ code, PRIME);
      other = ((other << 5) - other + code) | 0;
    }
    const cell = ((one ^ (one >>> 15)) >>> 0) % cells;
    const mark = other ^ (other >>> 13);
    const first = offsets[cell] ?? -1;
    if (marks[cell] === mark && first >= 0 && Math.abs(at - (times[cell] ?? 0)) <= AGAIN_WITHIN) {
      if (first < offset) return true;
      if (first === offset) return false;
    }
    marks[cell] = mark;
    offsets[cell] = offset;
    times[cell] = at;
    return false;
  };
};
