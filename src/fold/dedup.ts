/**
 * What each partition brought lately, message by message: providers deliver the same event twice, and what is sent is
 * held against its submission. In: events in offset order. Out: whether one is a repeat, and what of its message came
 * before it. An event counts at the lowest offset it was seen at, so that folding a stretch again gives the same.
 *
 * A message is known by 64 bits of a hash of its provider and id, in two generations of open addressing in typed
 * arrays: nothing is made for an event, and the garbage collector has nothing to walk. A message that is new is taken
 * for one that is remembered, and not counted, once in 2^64 / 262,144 = 7 * 10^13: at a billion messages a day, one in
 * two centuries.
 */
import { type Ms, type Second, type SmsEvent, secondOf } from '../events/event.ts';
import type { Offset, PartitionId } from '../windows/store/store.ts';
import { isBefore } from './traces.ts';

/** The fewest messages remembered of a partition; twice as many at most, 64 bytes each. */
const REMEMBERED = 131_072;

/** What one partition brought lately; all but `isRepeat` answers about the message of the event it was last given. */
export interface Past {
  /** Takes an event in; true when the same event stands at a lower offset. */
  isRepeat(offset: Offset, event: SmsEvent): boolean;
  /** The second in which the message was submitted, when its submission stands at a lower offset. */
  submittedBefore(offset: Offset): Second | undefined;
  /** Notes that the message was submitted in allowed hours. */
  allow(): void;
  /** Whether the message was submitted in allowed hours, at a lower offset. */
  wasAllowed(offset: Offset): boolean;
  /** The low 32 bits of the message's hash, which tell it from others. */
  readonly hash: number;
  /** The newest event time of the submissions that were forgotten; undefined while none was. */
  readonly forgotten: Ms | undefined;
}

export interface Dedup {
  of(partition: PartitionId): Past;
  /** Repeats found since the start; a stretch that was folded again has its repeats counted again. */
  repeats(): number;
}

/**
 * The cells of a slot: the hash, which of the message's events came, at which offset each stands, and the second of the
 * submission. What is no message has its type hashed with its id, and its one event takes the first place.
 */
const HIGH = 0;
const LOW = 1;
const FLAGS = 2;
const OFFSETS = 3;
const SUBMITTED_IN = 7;
const CELLS = 8;
const FEWEST_SLOTS = 1_024;
const PLACES: ReadonlyMap<string, number> = new Map([
  ['submitted', 0],
  ['sent', 1],
  ['delivered', 2],
  ['failed', 3],
]);
const ALLOWED = 16;

interface DedupGeneration {
  size: number;
  /** The event time (ms) of the newest submission. */
  newest: number;
  readonly last: number;
  /** The slots' cells, in signed numbers since the engine keeps those unboxed. */
  readonly cells: Int32Array;
}

const newGeneration = (slots = FEWEST_SLOTS): DedupGeneration => ({
  size: 0,
  newest: 0,
  last: slots - 1,
  cells: new Int32Array(CELLS * slots),
});

/** The first cell of a message's slot, or of the empty slot where it would be. */
const cellOf = ({ cells, last }: DedupGeneration, high: number, low: number): number => {
  for (let slot = low & last; ; slot = (slot + 1) & last) {
    const cell = CELLS * slot;
    if (cells[cell + FLAGS] === 0 || (cells[cell + LOW] === low && cells[cell + HIGH] === high)) return cell;
  }
};

/** Copies a slot cell by cell, since a view of it would be an object for each. */
const copySlot = (from: Int32Array, at: number, to: Int32Array, place: number): void => {
  for (let n = 0; n < CELLS; n++) to[place + n] = from[at + n] ?? 0;
};

const grown = (from: DedupGeneration): DedupGeneration => {
  const to = newGeneration(2 * (from.last + 1));
  to.size = from.size;
  to.newest = from.newest;
  for (let cell = 0; cell < from.cells.length; cell += CELLS) {
    if (from.cells[cell + FLAGS] === 0) continue;
    const place = cellOf(to, from.cells[cell + HIGH] ?? 0, from.cells[cell + LOW] ?? 0);
    copySlot(from.cells, cell, to.cells, place);
  }
  return to;
};

const createPast = (remembered: number, onRepeat: () => void): Past => {
  let recent = newGeneration();
  let older = newGeneration();
  let forgotten: Ms | undefined;
  let high = 0;
  let low = 0;
  /** The generation and the first cell at which the current message was found, or would be. */
  let cells = recent.cells;
  let cell = 0;

  /** Goes on with two hashes over a text so that every character moves all of their bits. */
  const take = (text: string): void => {
    // Locals stay in registers while the characters go by; what outlives the call is written to memory each time.
    let one = high;
    let other = low;
    for (let at = 0; at < text.length; at++) {
      const code = text.charCodeAt(at);
      one = Math.imul(one ^ (one >>> 15) ^ code, 0x2c1b3c6d);
      other = Math.imul(other ^ (other >>> 13) ^ code, 0x297a2d39);
    }
    // No name has this character: "ab" and "c" are not "a" and "bc".
    high = Math.imul(one ^ (one >>> 15), 0x2c1b3c6d);
    low = Math.imul(other ^ (other >>> 13), 0x297a2d39);
  };
  const nameOf = (event: SmsEvent, place: number | undefined): void => {
    high = 0x9e3779b9 | 0;
    low = 0x85ebca6b | 0;
    take(event.provider ?? '');
    if (place === undefined) take(event.type);
    take(event.id);
    low ^= low >>> 16;
  };

  const isThere = (): boolean => (cells[cell + FLAGS] ?? 0) !== 0;
  const find = (): void => {
    cells = recent.cells;
    cell = cellOf(recent, high, low);
    if (isThere() || older.size === 0) return;
    cells = older.cells;
    cell = cellOf(older, high, low);
  };

  /** Gives the message a slot among the recent ones, and moves there what was known of it. */
  const renew = (): void => {
    if (cells === recent.cells && isThere()) return;
    const known = isThere() ? cells : undefined;
    const stood = cell;
    if (recent.size >= remembered) {
      if (older.newest > 0) forgotten = Math.max(forgotten ?? 0, older.newest) as Ms;
      older = recent;
      recent = newGeneration(older.last + 1);
    }
    if (2 * recent.size > recent.last) recent = grown(recent);
    recent.size += 1;
    cells = recent.cells;
    cell = cellOf(recent, high, low);
    if (known) copySlot(known, stood, cells, cell);
    cells[cell + HIGH] = high;
    cells[cell + LOW] = low;
  };

  const stands = (place: number, offset: Offset): boolean =>
    ((cells[cell + FLAGS] ?? 0) & (1 << place)) !== 0 &&
    isBefore(cells[cell + OFFSETS + place] ?? 0, offset | 0);

  return {
    isRepeat: (offset, event) => {
      const known = PLACES.get(event.type);
      const place = known ?? 0;
      nameOf(event, known);
      find();
      const flags = cells[cell + FLAGS] ?? 0;
      if ((flags & (1 << place)) !== 0) {
        const first = cells[cell + OFFSETS + place] ?? 0;
        if (first === (offset | 0)) return false;
        if (isBefore(first, offset | 0)) {
          onRepeat();
          return true;
        }
      }
      renew();
      cells[cell + FLAGS] = flags | (1 << place);
      cells[cell + OFFSETS + place] = offset | 0;
      if (known !== 0) return false;
      cells[cell + SUBMITTED_IN] = secondOf(event.at);
      if (event.at > recent.newest) recent.newest = event.at;
      return false;
    },
    submittedBefore: (offset) =>
      stands(0, offset) ? ((cells[cell + SUBMITTED_IN] ?? 0) as Second) : undefined,
    allow: () => {
      cells[cell + FLAGS] = (cells[cell + FLAGS] ?? 0) | ALLOWED;
    },
    wasAllowed: (offset) => ((cells[cell + FLAGS] ?? 0) & ALLOWED) !== 0 && stands(0, offset),
    get hash() {
      return low;
    },
    get forgotten() {
      return forgotten;
    },
  };
};

/** A memory of each partition's messages, of at least `remembered` of them. */
export const createDedup = (remembered = REMEMBERED): Dedup => {
  const partitions = new Map<PartitionId, Past>();
  let repeats = 0;
  const onRepeat = () => {
    repeats += 1;
  };
  return {
    of: (partition) => {
      const known = partitions.get(partition) ?? createPast(remembered, onRepeat);
      partitions.set(partition, known);
      return known;
    },
    repeats: () => repeats,
  };
};
