/**
 * What arrived lately, as it arrived: how many records, how many of them could not be read, and how the time of the
 * messages compares with the clock. In: batches. Out: sums over the last five minutes, and over the last one.
 */
import type { Duration, Ms, SmsEvent } from '../events/event.ts';
import { add } from '../windows/sums.ts';

/** Arrivals are summed in slots of this length, and looked at over a long and a short stretch; in ms. */
const SLOT = 10_000;
const LONG = 300_000;
const SHORT = 60_000;

const SENDERS = 50;

interface ArrivalSlot {
  readonly start: number;
  records: number;
  rejected: number;
  messages: number;
  /** The messages dated further ahead of the clock than the limit. */
  ahead: number;
  /** How far the newest message was behind the clock, in ms; negative when it was ahead. */
  behind: number;
  /** By who sent them, '' for ourselves, how many more messages were in time than ahead; of the first so many. */
  readonly senders: Map<string, number>;
}

/** What arrived lately. */
export interface Arrived {
  /** The records of the last five minutes, rejected ones included. */
  readonly records: number;
  /** The rejected records of the last five minutes. */
  readonly rejected: number;
  /** The messages sent or submitted of the last minute; reports are left out, since they come late by nature. */
  readonly messages: number;
  /** The messages of the last minute dated further ahead of the clock than the limit. */
  readonly ahead: number;
  /** By how many, ourselves and providers, most messages of the last minute were not ahead. */
  readonly inTime: number;
  /** How far the newest message of the last minute was behind the clock, in ms; Infinity without any. */
  readonly behind: number;
}

export interface Arrivals {
  /** Takes in a batch that arrived at `now`. */
  note(events: readonly SmsEvent[], rejected: number, now: Ms): void;
  /** What arrived in the five minutes before `now`. */
  lately(now: Ms): Arrived;
}

/**
 * Sums arrivals; a message dated further ahead of the clock than `limit` counts as ahead. `usual`: by how much a
 * provider's reports always come late, in ms, which is left out.
 */
export const createArrivals = (limit: Duration, usual: (provider: string) => number = () => 0): Arrivals => {
  let slots: ArrivalSlot[] = [];

  const slotAt = (now: Ms): ArrivalSlot => {
    const start = now - (now % SLOT);
    const last = slots.at(-1);
    if (last?.start === start) return last;
    const none = { records: 0, rejected: 0, messages: 0, ahead: 0, behind: Number.POSITIVE_INFINITY };
    const slot = { start, ...none, senders: new Map() };
    slots = [...slots.filter((one) => one.start > now - LONG && one.start < start), slot];
    return slot;
  };

  return {
    note: (events, rejected, now) => {
      const slot = slotAt(now);
      slot.records += events.length + rejected;
      slot.rejected += rejected;
      for (const { type, at, provider } of events) {
        if (type !== 'sent' && type !== 'submitted') continue;
        const sender = type === 'sent' ? (provider ?? '') : '';
        const behind = now - at - (sender === '' ? 0 : usual(sender));
        const isAhead = behind < -limit;
        slot.messages += 1;
        if (isAhead) slot.ahead += 1;
        if (behind < slot.behind) slot.behind = behind;
        const { senders } = slot;
        if (senders.has(sender) || senders.size < SENDERS)
          senders.set(sender, (senders.get(sender) ?? 0) + (isAhead ? -1 : 1));
      }
    },
    lately: (now) => {
      const long = slots.filter(({ start }) => start > now - LONG);
      const short = long.filter(({ start }) => start > now - SHORT);
      const sum = (of: readonly ArrivalSlot[], what: 'records' | 'rejected' | 'messages' | 'ahead') =>
        of.reduce((total, one) => total + one[what], 0);
      return {
        records: sum(long, 'records'),
        rejected: sum(long, 'rejected'),
        messages: sum(short, 'messages'),
        ahead: sum(short, 'ahead'),
        inTime: inTimeOf(short),
        behind: Math.min(...short.map(({ behind }) => behind)),
      };
    },
  };
};

const inTimeOf = (slots: readonly ArrivalSlot[]): number => {
  const sums = new Map<string, number>();
  for (const { senders } of slots) for (const [sender, more] of senders) add(sums, sender, more);
  return [...sums.values()].filter((more) => more >= 0).length;
};
