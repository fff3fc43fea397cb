/**
 * The cardinality limit: which campaigns, senders and the like a partition tells apart, so that names made up without
 * end fill neither memory nor Redis. In: names in offset order, each with its owner and its event time. Out: whether
 * each has a series of its own, or goes with all the others into one.
 *
 * Of one kind and owner, at most so many names are told apart in two hours of event time that follow each other: first
 * come, and what comes again in the next hour keeps its place. What is idle for a whole hour makes room. It follows
 * from the partition's events in order alone, so that a replay finds the same; folding a stretch again does too, since
 * what was admitted stays so from its offset on, and what was not finds no room later either.
 */
import type { NameKind, NameLimits } from '../config/name-limits.ts';
import type { Ms } from '../events/event.ts';
import { HOUR } from '../events/time.ts';
import type { Offset, PartitionId } from '../windows/store/store.ts';

/** The name under which all are counted that have no series of their own. */
export const OTHERS = '(other)';

/** The hours whose names are known: those that the windows keep, and one more. Names in older events have no series. */
const HOURS = 4;

interface NameSlot {
  readonly hour: number;
  /** The lowest offset at which each name was told apart. */
  readonly since: Map<string, Offset>;
  /** The number of names of the hour before that have not come in this one, whose places stay theirs. */
  idle: number;
  /** The lowest offset at which a name found no room; Infinity while every one has. */
  fullAt: Offset;
}

/** The names of one kind that belong to one owner. */
interface Roll {
  slots: NameSlot[];
  last: NameSlot | undefined;
}

/** Names of one kind and owner that are too many to tell apart. */
export interface Crowd {
  readonly kind: NameKind;
  /** The provider whose names they are; '' of the providers' own names. */
  readonly owner: string;
}

export interface CardinalityLimit {
  /** Says where the next event stands; call it once an event, before asking for its names. */
  standAt(partition: PartitionId, offset: Offset, at: Ms): void;
  /** Whether a name is told apart where the last event stands. */
  has(kind: NameKind, owner: string, name: string): boolean;
  /** The kinds and owners that have had too many names within the last hour of event time. */
  crowds(): Crowd[];
  /** Events counted under `OTHERS` since the start, once for each name; what is folded again counts again. */
  readonly others: number;
}

/** Tells people of a crowd; `limits` are those that it has passed. */
export const crowdSays = ({ kind, owner }: Crowd, limits: NameLimits): string =>
  `more than ${limits[kind]} ${kind}${owner === '' ? '' : ` of ${owner}`} within two hours: those beyond are counted together as ${OTHERS}, and not told apart (windows.names.${kind})`;

/** A limit that tells apart, of each kind and owner, as many names as `limits` says. */
export const createCardinalityLimit = (limits: NameLimits): CardinalityLimit => {
  const books = new Map<PartitionId, Map<NameKind, Map<string, Roll>>>();
  let book = new Map<NameKind, Map<string, Roll>>();
  let partition: PartitionId | undefined;
  let offset: Offset = 0;
  let hour = 0;
  let newest = 0;
  let others = 0;

  const rollOf = (kind: NameKind, owner: string): Roll => {
    let rolls = book.get(kind);
    if (!rolls) {
      rolls = new Map();
      book.set(kind, rolls);
    }
    let roll = rolls.get(owner);
    if (!roll) {
      roll = { slots: [], last: undefined };
      rolls.set(owner, roll);
    }
    return roll;
  };

  return {
    standAt: (at, where, instant) => {
      if (at !== partition) {
        partition = at;
        book = books.get(at) ?? new Map();
        books.set(at, book);
      }
      offset = where;
      hour = Math.floor(instant / HOUR);
      if (hour > newest) newest = hour;
    },
    has: (kind, owner, name) => {
      const roll = rollOf(kind, owner);
      const slot = roll.last?.hour === hour ? roll.last : slotAt(roll, hour);
      roll.last = slot;
      if (slot && isAdmitted(roll, slot, { name, offset, most: limits[kind] })) return true;
      others += 1;
      return false;
    },
    crowds: () => {
      const found = new Map<string, Crowd>();
      for (const rolls of books.values())
        for (const [kind, owners] of rolls)
          for (const [owner, { slots }] of owners) {
            const isFull = slots.some(
              (slot) => slot.hour >= newest - 1 && slot.fullAt < Number.POSITIVE_INFINITY,
            );
            if (isFull) found.set(`${kind} ${owner}`, { kind, owner });
          }
      return [...found.values()];
    },
    get others() {
      return others;
    },
  };
};

/** The names of one hour, begun when it is new; undefined for an hour too far back. */
const slotAt = (roll: Roll, hour: number): NameSlot | undefined => {
  const known = roll.slots.find((slot) => slot.hour === hour);
  if (known) return known;
  const newest = Math.max(hour, ...roll.slots.map((slot) => slot.hour));
  if (hour <= newest - HOURS) return undefined;
  const before = roll.slots.find((slot) => slot.hour === hour - 1);
  const idle = before?.since.size ?? 0;
  const slot = { hour, since: new Map(), idle, fullAt: Number.POSITIVE_INFINITY };
  roll.slots = [...roll.slots.filter((one) => one.hour > newest - HOURS), slot];
  return slot;
};

const isAdmitted = (
  { slots }: Roll,
  slot: NameSlot,
  { name, offset, most }: { readonly name: string; readonly offset: Offset; readonly most: number },
): boolean => {
  const known = slot.since.get(name);
  if (known !== undefined) {
    if (known <= offset) return true;
    // The store went back to before what was read: there was room then, unless it is known that there was none.
    if (offset >= slot.fullAt) return false;
    slot.since.set(name, offset);
    return true;
  }
  const before = slots.find((one) => one.hour === slot.hour - 1);
  const came = before?.since.get(name);
  const isBack = came !== undefined && came <= offset;
  if (!isBack && slot.since.size + slot.idle >= most) {
    slot.fullAt = Math.min(slot.fullAt, offset);
    return false;
  }
  slot.since.set(name, offset);
  if (came !== undefined) slot.idle -= 1;
  const after = slots.find((one) => one.hour === slot.hour + 1);
  if (after && !after.since.has(name)) after.idle += 1;
  return true;
};
