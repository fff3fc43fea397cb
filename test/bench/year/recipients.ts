/**
 * Who got marketing: how many distinct people a minute, and how often the same in ten. Of those who got one each,
 * a handful stands for all.
 */
import { ms } from '../../../src/events/event.ts';
import type { SeriesKey } from '../../../src/windows/series.ts';
import {
  DISTINCT_SLOT,
  type RecipientKey,
  type SlotKey,
  TALLY_SLOT,
  TALLY_TOP,
  type Tally,
} from '../../../src/windows/store/store.ts';

/** People with one message that a tally names: more tell nothing, and cost. */
const NAMED_ONCE = 4;

/** All times in epoch seconds. */
export interface Recipients {
  /** A person who got nothing else these minutes. */
  once(series: SeriesKey, at: number): void;
  /** The same person as the `once` of this series at `first`. */
  again(series: SeriesKey, at: number, first: number): void;
  /** A certain person. */
  person(series: SeriesKey, at: number, key: RecipientKey): void;
  /** Totals so far of what the minute changed, and of its own slot. Nothing may be written before its end then. */
  take(minute: number): {
    readonly tallies: ReadonlyMap<SlotKey, Tally>;
    readonly distinct: ReadonlyMap<SlotKey, number>;
  };
}

interface Slot {
  readonly start: number;
  once: number;
  twice: number;
  readonly persons: Map<RecipientKey, number>;
  changed: boolean;
}

export const createRecipients = (): Recipients => {
  const minutes = new Map<SlotKey, Slot>();
  const tens = new Map<SlotKey, Slot>();

  const both = (series: SeriesKey, at: number): readonly [Slot, Slot] => [
    slotOf(minutes, series, at, DISTINCT_SLOT),
    slotOf(tens, series, at, TALLY_SLOT),
  ];

  return {
    once: (series, at) => {
      for (const slot of both(series, at)) slot.once += 1;
    },
    again: (series, at, first) => {
      const before = both(series, first);
      both(series, at).forEach((slot, i) => {
        // Beyond the slot's end the person is seen for the first time.
        const isSame = slot === before[i];
        slot.once += isSame ? -1 : 1;
        slot.twice += isSame ? 1 : 0;
      });
    },
    person: (series, at, key) => {
      for (const { persons } of both(series, at)) persons.set(key, (persons.get(key) ?? 0) + 1);
    },
    take: (minute) => {
      const end = ms((minute + 60) * 1000);
      const distinct = new Map<SlotKey, number>();
      for (const [key, slot] of minutes) {
        if (slot.start >= end) continue;
        distinct.set(key, slot.once + slot.twice + slot.persons.size);
        minutes.delete(key);
      }
      return { tallies: takeTallies(tens, end), distinct };
    },
  };
};

const slotOf = (slots: Map<SlotKey, Slot>, series: SeriesKey, at: number, length: number): Slot => {
  const start = Math.floor((at * 1000) / length) * length;
  const key: SlotKey = `${series}@${start}`;
  const slot = slots.get(key) ?? { start, once: 0, twice: 0, persons: new Map(), changed: true };
  slot.changed = true;
  slots.set(key, slot);
  return slot;
};

const takeTallies = (tens: Map<SlotKey, Slot>, end: number): Map<SlotKey, Tally> => {
  const tallies = new Map<SlotKey, Tally>();
  for (const [key, slot] of tens) {
    if (slot.start >= end) continue;
    if (slot.changed) tallies.set(key, tallyOf(slot));
    slot.changed = false;
    if (slot.start + TALLY_SLOT <= end) tens.delete(key);
  }
  return tallies;
};

/** Those with two and with one are others in each slot: they have not got more than that. */
const tallyOf = ({ start, once, twice, persons }: Slot): Tally => {
  const named = (kind: string, n: number, most: number): [RecipientKey, number][] =>
    Array.from({ length: Math.min(n, most) }, (_, i) => [`${kind}-${start.toString(36)}-${i}`, 1]);
  const everybody = [
    ...persons,
    ...named('twice', twice, TALLY_TOP).map(([key]): [RecipientKey, number] => [key, 2]),
    ...named('once', once, NAMED_ONCE),
  ];
  return { top: everybody.sort((a, b) => b[1] - a[1]).slice(0, TALLY_TOP), untracked: 0 };
};
