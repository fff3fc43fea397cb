/**
 * What detection has learned, by kind and name: baselines, shares, and what else a detector keeps. Its only state that
 * outlives the windows; saved as entries, so that only those that changed are written, each with the version of its
 * shape.
 */
import { DAY_SECONDS } from '../../events/time.ts';

/** Entries of another version are not understood, and learned anew. */
export const LEARNED_VERSION = 1;

/**
 * One kind of entry; declared by what keeps it, beside the type of its entries. They are plain objects, kept as JSON.
 */
export interface LearnedKind<T> {
  /** What the names of saved entries begin with: it stays as it is, or running installations learn anew. */
  readonly name: string;
  /** Days without anything after which an entry goes. */
  readonly days: number;
  /** The most entries: of more, the longest idle go first. */
  readonly most: number;
  /** When anything of it was last seen, in epoch seconds. */
  seenAt(entry: T): number;
}

export interface Learned {
  /**
   * The entries of a kind, to be read and changed in place. The kind is known from then on: ask for it before anything
   * is restored, since entries of a kind that is not known are left out.
   */
  of<T extends object>(kind: LearnedKind<T>): Map<string, T>;
  /** Forgets what has been idle for long. `at` in epoch seconds. */
  prune(at: number): void;
  /** Entries that changed since the last call, as JSON; '' for one that is gone. */
  changes(): ReadonlyMap<string, string>;
  /** Takes entries back. Answers how many were of another version or an unknown kind, and were left out. */
  restore(entries: ReadonlyMap<string, string>): number;
}

interface Shelf {
  readonly kind: LearnedKind<object>;
  readonly entries: Map<string, object>;
}

export const createLearned = (): Learned => {
  /** By the name of their kind. */
  const shelves = new Map<string, Shelf>();
  const saved = new Map<string, string>();

  const shelfOf = (kind: LearnedKind<object>): Shelf => {
    const shelf = shelves.get(kind.name) ?? { kind, entries: new Map() };
    shelves.set(kind.name, shelf);
    return shelf;
  };

  return {
    of: <T extends object>(kind: LearnedKind<T>) => shelfOf(kind).entries as Map<string, T>,
    prune: (at) => {
      for (const shelf of shelves.values()) pruneShelf(shelf, at);
    },
    changes: () => {
      const changed = new Map<string, string>();
      for (const { kind, entries } of shelves.values()) {
        for (const [name, one] of entries) {
          const text = JSON.stringify({ version: LEARNED_VERSION, ...one });
          if (saved.get(`${kind.name} ${name}`) !== text) changed.set(`${kind.name} ${name}`, text);
        }
      }
      for (const full of saved.keys()) {
        const { kind, name } = parseName(full);
        if (!shelves.get(kind)?.entries.has(name)) changed.set(full, '');
      }
      for (const [full, text] of changed) {
        if (text === '') saved.delete(full);
        else saved.set(full, text);
      }
      return changed;
    },
    restore: (entries) => {
      let unknown = 0;
      for (const [full, text] of entries) {
        const { kind, name } = parseName(full);
        const { version, ...one } = JSON.parse(text) as { version: number };
        const shelf = shelves.get(kind);
        if (version !== LEARNED_VERSION || !shelf) unknown += 1;
        else {
          shelf.entries.set(name, one);
          saved.set(full, text);
        }
      }
      return unknown;
    },
  };
};

const pruneShelf = ({ kind, entries }: Shelf, at: number): void => {
  for (const [name, one] of entries) {
    if (at - kind.seenAt(one) > kind.days * DAY_SECONDS) entries.delete(name);
  }
  if (entries.size <= kind.most) return;
  const idleFirst = [...entries].sort(
    ([a, x], [b, y]) => kind.seenAt(x) - kind.seenAt(y) || (a < b ? -1 : 1),
  );
  for (const [name] of idleFirst.slice(0, entries.size - kind.most)) entries.delete(name);
};

/** A kind's name is one word; what follows it is the entry's own, spaces included. */
const parseName = (full: string): { readonly kind: string; readonly name: string } => {
  const space = full.indexOf(' ');
  return space < 0 ? { kind: full, name: '' } : { kind: full.slice(0, space), name: full.slice(space + 1) };
};
