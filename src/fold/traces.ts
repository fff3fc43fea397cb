/**
 * Traces: what a partition brought lately, by a hash of 32 bits, each with the lowest offset it was seen at and one
 * number. Two generations of open addressing in typed arrays, so that nothing is made for an event and the garbage
 * collector has nothing to walk. What was never left is taken for something that was about once in 2^32 / remembered.
 */
import type { Ms } from '../events/event.ts';

export interface Traces {
  /** Whether `hash` was left at an offset before `offset`; `value` then is what was left there. */
  has(hash: number, offset: number): boolean;
  readonly value: number;
  /** The same, and leaves it there unless it was: folding a stretch again changes nothing. `value` has 31 bits. */
  leave(hash: number, offset: number, value: number, at: Ms): boolean;
  /** The newest event time of what was forgotten; undefined while nothing was. */
  readonly forgotten: Ms | undefined;
}

/** Each slot has three cells side by side: hash (0: empty), offset, value. Signed, since those are kept unboxed. */
interface TraceGeneration {
  size: number;
  newest: number;
  readonly last: number;
  readonly cells: Int32Array;
}

const CELLS = 3;
const FEWEST_SLOTS = 1_024;

const newGeneration = (slots = FEWEST_SLOTS): TraceGeneration => ({
  size: 0,
  newest: 0,
  last: slots - 1,
  cells: new Int32Array(CELLS * slots),
});

/** The first cell of `hash`, or of the empty slot where it would be. Hashes are spread: their lower bits will do. */
const cellOf = ({ cells, last }: TraceGeneration, hash: number): number => {
  let slot = hash & last;
  for (;;) {
    const cell = CELLS * slot;
    const there = cells[cell];
    if (there === 0 || there === hash) return cell;
    slot = (slot + 1) & last;
  }
};

const grown = (from: TraceGeneration): TraceGeneration => {
  const to = newGeneration(2 * (from.last + 1));
  to.size = from.size;
  to.newest = from.newest;
  for (let cell = 0; cell < from.cells.length; cell += CELLS) {
    const hash = from.cells[cell] ?? 0;
    if (hash === 0) continue;
    // Cell by cell: a view of the slot would be an object for each.
    const place = cellOf(to, hash);
    for (let n = 0; n < CELLS; n++) to.cells[place + n] = from.cells[cell + n] ?? 0;
  }
  return to;
};

/** Offsets are kept to 32 bits; of two within 2^31 of each other it is known which is the lower. */
export const isBefore = (one: number, other: number): boolean => ((one - other) | 0) < 0;

/** At least `remembered` of them, at most twice as many: 12 bytes in twice as many slots. */
export const createTraces = (remembered: number): Traces => {
  let recent = newGeneration();
  let older = newGeneration();
  let forgotten: Ms | undefined;
  let value = 0;

  /** In a generation: -1 when it is not there at all, 0 when it is, 1 when it stands before `offset`. */
  const look = (where: TraceGeneration, hash: number, offset: number): number => {
    const cell = cellOf(where, hash);
    if (where.cells[cell] === 0) return -1;
    value = where.cells[cell + 2] ?? 0;
    return isBefore(where.cells[cell + 1] ?? 0, offset | 0) ? 1 : 0;
  };
  const find = (hash: number, offset: number): number => {
    const found = older.size === 0 ? -1 : look(older, hash, offset);
    return found === -1 ? look(recent, hash, offset) : found;
  };

  return {
    has: (hash, offset) => find(named(hash), offset) === 1,
    get value() {
      return value;
    },
    leave: (hash, offset, left, at) => {
      const name = named(hash);
      const found = find(name, offset);
      if (found !== -1) return found === 1;
      if (recent.size >= remembered) {
        if (older.size > 0) forgotten = older.newest as Ms;
        older = recent;
        recent = newGeneration(older.last + 1);
      }
      if (2 * recent.size > recent.last) recent = grown(recent);
      recent.size += 1;
      if (at > recent.newest) recent.newest = at;
      const cell = cellOf(recent, name);
      recent.cells[cell] = name;
      recent.cells[cell + 1] = offset | 0;
      recent.cells[cell + 2] = left;
      return false;
    },
    get forgotten() {
      return forgotten;
    },
  };
};

const named = (hash: number): number => hash | 0 || 1;

export const FNV_PRIME = 0x01000193;
export const FNV_BASIS = 0x811c9dc5 | 0;

/** FNV-1a over the characters of a text; goes on from `from`. Spread it before use. */
export const hashOn = (text: string, from: number = FNV_BASIS): number => {
  let hash = from | 0;
  for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), FNV_PRIME);
  return hash;
};

/** Every bit of a hash told to every other (the finish of MurmurHash3). */
export const spread = (hash: number): number => {
  let mixed = hash ^ (hash >>> 16);
  mixed = Math.imul(mixed, 0x85ebca6b);
  mixed ^= mixed >>> 13;
  mixed = Math.imul(mixed, 0xc2b2ae35);
  return mixed ^ (mixed >>> 16);
};
