/**
 * Traces: what a partition brought lately, by a hash of 32 bits, each with the lowest offset it was seen at and one
 * number. Two generations of open addressing in typed arrays, so that nothing is made for an event and the garbage
 * collector has nothing to walk. What was never left is taken for something that was about once in 2^32 / remembered.
 */
import type { Ms } from '../events/event.ts';

export interface Traces {
  /** Whether `hash` was left at an offset below `offset`; `value` then is what was left there. */
  has(hash: number, offset: number): boolean;
  readonly value: number;
  /** Answers as `has`, and leaves `hash` with 31 bits of `value` unless it is known: folding again changes nothing. */
  leave(hash: number, offset: number, value: number, at: Ms): boolean;
  /** The newest event time of what was forgotten; undefined while nothing was. */
  readonly forgotten: Ms | undefined;
}

/** Slots of three adjacent cells, hash (0 when empty), offset and value, in signed numbers, which are kept unboxed. */
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

/** The first cell of the slot of `hash`, or of the empty slot where it would be; hashes must be spread. */
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
    // Copied cell by cell, since a view of the slot would be an object for each.
    const place = cellOf(to, hash);
    for (let n = 0; n < CELLS; n++) to.cells[place + n] = from.cells[cell + n] ?? 0;
  }
  return to;
};

/** Offsets are kept to 32 bits; of two within 2^31 of each other it is known which is the lower. */
export const isBefore = (one: number, other: number): boolean => ((one - other) | 0) < 0;

/** A memory of `remembered` to twice as many traces, each of 12 bytes in twice as many slots. */
export const createTraces = (remembered: number): Traces => {
  let recent = newGeneration();
  let older = newGeneration();
  let forgotten: Ms | undefined;
  let value = 0;

  /** Looks for a hash in one generation: -1 when it is not there, 0 when it is, 1 when it stands below `offset`. */
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
