/**
 * What a provider, or a campaign, is known to write: fingerprints of its marketing texts and the hosts of its links.
 * Texts of one template lie near each other (events/text/fingerprint.ts) and are known by one of them, their head. Its
 * only state; learned from tallies of ten minutes that are complete, from the largest entries of each.
 */
import { distance, type Fingerprint, NEAR, readFingerprint } from '../../events/text/fingerprint.ts';
import { readEntry } from '../../events/text/signs.ts';
import type { Tally } from '../../windows/store/store.ts';
import type { LearnedKind } from '../learning/learned.ts';

/** When a text or a host was first and last seen, in epoch seconds, and how often. */
interface Sighting {
  readonly first: number;
  last: number;
  count: number;
}
export interface Head extends Sighting, Fingerprint {}
export interface HostSighting extends Sighting {
  readonly host: string;
}

export interface TextBook {
  /** When the tallies began from which the book was first taught, and last. */
  readonly first: number;
  through: number;
  /** On how many days the book was taught, and when the last of them began. */
  days: number;
  day: number;
  heads: Head[];
  hosts: HostSighting[];
}

export const TEXT_BOOKS: LearnedKind<TextBook> = {
  name: 'texts',
  days: 100,
  most: 2_000,
  seenAt: ({ through }) => through,
};

/** The most templates kept of a provider and of a campaign, and the most hosts; those idle longest go. */
export const PROVIDER_HEADS = 200;
export const CAMPAIGN_HEADS = 20;
const HOSTS = 200;
/** Seconds after which what was first seen is no news any more: a night has passed over it. */
const SETTLED = 12 * 3_600;
/** Seconds, and days with marketing, until a provider's texts are known well enough to miss one. */
const WATCHED = 3 * 86_400;
const FEWEST_DAYS = 2;
/** Seconds after which it is another day: one night across midnight is one. */
const ANOTHER_DAY = 20 * 3_600;

export const newTextBook = (at: number): TextBook => ({
  first: at,
  through: at - 1,
  days: 1,
  day: at,
  heads: [],
  hosts: [],
});

/** Answers the head nearest to a fingerprint, undefined when none is within `NEAR`. */
export const nearest = <T extends Fingerprint>(heads: readonly T[], print: Fingerprint): T | undefined => {
  let best: T | undefined;
  let least = NEAR + 1;
  for (const head of heads) {
    const bits = distance(head, print);
    if (bits >= least) continue;
    best = head;
    least = bits;
  }
  return best;
};

const seen = (sight: Sighting, at: number, count: number): void => {
  sight.last = at;
  sight.count += count;
};

const kept = <T extends Sighting>(all: T[], most: number): T[] =>
  all.length <= most ? all : all.toSorted((a, b) => b.last - a.last || b.count - a.count).slice(0, most);

/**
 * Takes in the texts and links of the tallies that began at `at`; those it knows, as after a restart, change nothing.
 */
export const teachTexts = (
  book: TextBook,
  at: number,
  found: {
    readonly texts: ReadonlyArray<{ readonly print: Fingerprint; readonly count: number }>;
    readonly hosts: Tally['top'];
    readonly most: number;
  },
): void => {
  if (at <= book.through) return;
  book.through = at;
  if (at - book.day >= ANOTHER_DAY) {
    book.days += 1;
    book.day = at;
  }
  for (const { print, count } of found.texts) {
    const head = nearest(book.heads, print);
    if (head) seen(head, at, count);
    else book.heads.push({ ...print, first: at, last: at, count });
  }
  for (const [host, count] of found.hosts) {
    const known = book.hosts.find((one) => one.host === host);
    if (known) seen(known, at, count);
    else book.hosts.push({ host, first: at, last: at, count });
  }
  book.heads = kept(book.heads, found.most);
  book.hosts = kept(book.hosts, HOSTS);
};

/** Whether it was first seen so long ago that it is what is usual. */
const isUsual = (sight: Sighting | undefined, at: number): boolean =>
  sight !== undefined && at - sight.first >= SETTLED;

export const knowsText = (book: TextBook, print: Fingerprint, at: number): boolean =>
  isUsual(nearest(book.heads, print), at);
export const knowsHost = (book: TextBook, host: string, at: number): boolean =>
  isUsual(
    book.hosts.find((one) => one.host === host),
    at,
  );

/** Whether so much is known that what is not known is news. */
export const isWellKnown = (book: TextBook | undefined, at: number): book is TextBook =>
  book !== undefined && at - book.first >= WATCHED && book.days >= FEWEST_DAYS;
/** A campaign is known from the night after it began. */
export const hasUsual = (book: TextBook | undefined, at: number): book is TextBook =>
  book?.heads.some((head) => isUsual(head, at)) === true;

export interface TextEntry {
  readonly print: Fingerprint;
  readonly campaign: string | undefined;
  readonly count: number;
}

/** The entries of tallies, those of one text and campaign as one; in a defined order. */
export const entriesOf = (tallies: ReadonlyArray<Tally | undefined>): TextEntry[] =>
  [...tallySums(tallies)].map(([entry, count]) => {
    const { print, campaign } = readEntry(entry);
    return { print: readFingerprint(print), campaign, count };
  });

export const tallySums = (tallies: ReadonlyArray<Tally | undefined>): Map<string, number> => {
  const sums = new Map<string, number>();
  for (const tally of tallies)
    for (const [entry, count] of tally?.top ?? []) sums.set(entry, (sums.get(entry) ?? 0) + count);
  return sums;
};
