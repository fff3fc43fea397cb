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
  /** The same, and leaves it there unless it was: folding a stretch again changes nothing. */
  leave(hash: number, offset: number, left: { readonly value: number; readonly at: Ms }): boolean;
  /** The newest event time of what was forgotten; undefined while nothing was. */
  readonly forgotten: Ms | undefined;
}

interface Generation {
  size: number;
  newest: number;
  /** 0 is an empty slot. */
  hashes: Int32Array;
  offsets: Int32Array;
  values: Int32Array;
}

const FEWEST_SLOTS = 1_024;

const newGeneration = (slots = FEWEST_SLOTS): Generation => ({
  size: 0,
  newest: 0,
  hashes: new Int32Array(slots),
  offsets: new Int32Array(slots),
  values: new Int32Array(slots),
});

/** Where `hash` is, or the empty slot where it would be. */
const slotOf = ({ hashes }: Generation, hash: number): number => {
  const last = hashes.length - 1;
  // The hash is spread already; its upper bits tell it apart from its neighbours.
  let slot = hash & last;
  while (hashes[slot] !== 0 && hashes[slot] !== hash) slot = (slot + 1) & last;
  return slot;
};

const grown = (from: Generation): Generation => {
  const to = newGeneration(2 * from.hashes.length);
  to.size = from.size;
  to.newest = from.newest;
  for (let slot = 0; slot < from.hashes.length; slot++) {
    const hash = from.hashes[slot] ?? 0;
    if (hash !== 0) put(to, hash, from.offsets[slot] ?? 0, from.values[slot] ?? 0);
  }
  return to;
};

const put = (into: Generation, hash: number, offset: number, value: number): void => {
  const slot = slotOf(into, hash);
  into.hashes[slot] = hash;
  into.offsets[slot] = offset;
  into.values[slot] = value;
};

/** Offsets are kept to 32 bits; of two within 2^31 of each other it is known which is the lower. */
const isBefore = (one: number, other: number): boolean => ((one - other) | 0) < 0;

/** At least `remembered` of them, at most twice as many: 12 bytes in twice as many slots. */
export const createTraces = (remembered: number): Traces => {
  let recent = newGeneration();
  let older = newGeneration();
  let forgotten: Ms | undefined;
  let value = 0;

  /** In `where`: -1 when it is not there at all, 0 when it is, 1 when it stands before `offset`. */
  const look = (where: Generation, hash: number, offset: number): -1 | 0 | 1 => {
    const slot = slotOf(where, hash);
    if (where.hashes[slot] === 0) return -1;
    value = where.values[slot] ?? 0;
    return isBefore(where.offsets[slot] ?? 0, offset | 0) ? 1 : 0;
  };
  const find = (hash: number, offset: number) => {
    const found = older.size === 0 ? -1 : look(older, hash, offset);
    return found === -1 ? look(recent, hash, offset) : found;
  };

  return {
    has: (hash, offset) => find(named(hash), offset) === 1,
    get value() {
      return value;
    },
    leave: (hash, offset, left) => {
      const found = find(named(hash), offset);
      if (found !== -1) return found === 1;
      if (recent.size >= remembered) {
        if (older.size > 0) forgotten = older.newest as Ms;
        older = recent;
        recent = newGeneration(older.hashes.length);
      }
      if (2 * recent.size >= recent.hashes.length) recent = grown(recent);
      recent.size += 1;
      recent.newest = Math.max(recent.newest, left.at);
      put(recent, named(hash), offset | 0, left.value);
      return false;
    },
    get forgotten() {
      return forgotten;
    },
  };
};

/** Signed, since that is what the engine keeps without a box. */
const named = (hash: number): number => hash | 0 || 1;

const FNV_PRIME = 0x01000193;
const FNV_BASIS = 0x811c9dc5;

/** FNV-1a over the characters of a text; goes on from `from`. Spread it before use. */
export const hashOn = (text: string, from = FNV_BASIS): number => {
  let hash = from;
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
