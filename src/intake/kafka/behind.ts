/**
 * Which partitions are behind, why, and since when. In: how far each is read, looked at once a second. Out: one
 * sentence a reason, for people. Pure.
 */
import { type Duration, type Ms, ms } from '../../events/event.ts';
import type { Offset } from '../../windows/store/store.ts';

/**
 * hidden: an open transaction keeps what follows from being read. stuck: it could be read, and nothing of it is. slow: it
 * is read, and what waits has waited for too long.
 */
export const REASONS = ['hidden', 'stuck', 'slow'] as const;
export type Reason = (typeof REASONS)[number];

/** A partition whose oldest unread record has waited for longer than is put up with. */
export interface Behind {
  readonly partition: number;
  readonly reason: Reason;
  readonly since: Ms;
  readonly unread: number;
}

/** What is seen of a partition at an instant. */
export interface Standing {
  readonly at: Ms;
  /** For how long its oldest unread record has waited, in ms. */
  readonly waiting: number;
  readonly read: Offset;
  /** Where its log ends, hidden or not. */
  readonly high: Offset;
}

/** A partition that is behind, before it is known whether it could be read. */
export interface Lagging extends Standing {
  readonly partition: number;
  /** When it began to be behind. */
  readonly since: Ms;
  /** When something of it was read last, as far as it has been watched. */
  readonly moved: Ms;
}

/** Watches one partition, look by look; each answers undefined while nothing has waited for longer than `patience`. */
export const createLagWatch = (partition: number, patience: Duration) => {
  let last: { readonly read: Offset; readonly moved: Ms } | undefined;
  let since: Ms | undefined;
  return (now: Standing): Lagging | undefined => {
    if (now.read !== last?.read) last = { read: now.read, moved: now.at };
    if (now.waiting <= patience) {
      since = undefined;
      return undefined;
    }
    since ??= ms(now.at - now.waiting);
    return { ...now, partition, since, moved: last.moved };
  };
};

/** Whether nothing was read since the look before, so that it is worth asking how far it can be read. */
export const isStill = ({ at, moved }: Lagging): boolean => moved < at;

/** Says why a partition is behind. `stable`: up to where it can be read, when that was asked for. */
export const behindOf = (lagging: Lagging, patience: Duration, stable: Offset | undefined): Behind => {
  const { partition, at, waiting, read, high, since, moved } = lagging;
  const about = { partition, unread: high - read };
  const oldest = ms(at - waiting);
  if (stable !== undefined && stable <= read) return { ...about, reason: 'hidden', since: oldest };
  const still = ms(Math.max(oldest, moved));
  if (at - still > patience) return { ...about, reason: 'stuck', since: still };
  return { ...about, reason: 'slow', since };
};

/** So many partitions are named in one sentence, those that have been behind for longest. */
const NAMED = 3;

/** Puts those that are behind for one reason in a sentence; undefined when there are none. */
export const behindSays = (topic: string, all: readonly Behind[], reason: Reason): string | undefined => {
  const those = all
    .filter((one) => one.reason === reason)
    .sort((a, b) => a.since - b.since || a.partition - b.partition);
  const [first] = those;
  if (first === undefined) return undefined;
  const who = `${namesOf(those.map(({ partition }) => partition))} of ${topic}`;
  const from = `since ${new Date(first.since).toISOString().slice(11, 16)} UTC`;
  if (reason === 'stuck') return `${who}: nothing has been read ${from}, though there are records to read`;
  if (reason === 'slow') return `${who}: behind ${from}, though it is read`;
  const unread = those.reduce((sum, one) => sum + one.unread, 0);
  return (
    `${who}: ${atLeast(unread)} wait in and behind an open transaction ${from}: ` +
    'nothing after it can be read until its producer ends it, or kafka-transactions.sh aborts it'
  );
};

const namesOf = (partitions: readonly number[]): string => {
  const named = partitions.slice(0, NAMED).join(', ');
  const more = partitions.length > NAMED ? ' and others' : '';
  return `${partitions.length > 1 ? 'partitions' : 'partition'} ${named}${more}`;
};

/** Grows by tens, so that the sentence is not another one with every look. */
const atLeast = (records: number): string => {
  const least = 10 ** (String(records).length - 1);
  return `${least} or more records`;
};
