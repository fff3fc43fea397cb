/**
 * Local weekday, minute and date in a time zone. In: a zone and an instant. Out: what the clock and the calendar say
 * there. Called for every second that is learned, so nothing here makes a date object per call.
 */
import { IANAZone } from 'luxon';
import type { Ms } from '../events/event.ts';

export interface LocalTime {
  /** 1 is Monday, 7 is Sunday. */
  readonly weekday: number;
  readonly minuteOfDay: number;
  /** The local date, as yyyy-mm-dd. */
  readonly date: string;
}

/** A quarter of an hour in ms: everywhere clocks change, and days begin, on one, so that within it time only runs. */
export const SLOT = 900_000;
const SLOTS_KEPT = 5_000;
interface TimeSlot {
  readonly weekday: number;
  readonly firstMinute: number;
  readonly date: string;
}
const slots = new Map<string, Map<number, TimeSlot>>();
let kept = 0;

const slotAt = (zone: string, index: number): TimeSlot => {
  const offset = IANAZone.create(zone).offset(index * SLOT);
  if (Number.isNaN(offset)) throw new RangeError(`unknown time zone ${zone}`);
  const local = new Date(index * SLOT + Math.round(offset) * 60_000);
  return {
    weekday: local.getUTCDay() || 7,
    firstMinute: local.getUTCHours() * 60 + local.getUTCMinutes(),
    date: local.toISOString().slice(0, 10),
  };
};

/** Local weekday, minute and date in an IANA zone. Throws RangeError for a zone that does not exist. */
export const localTime = (zone: string, at: Ms): LocalTime => {
  const index = Math.floor(at / SLOT);
  let ofZone = slots.get(zone);
  let slot = ofZone?.get(index);
  if (!ofZone || !slot) {
    slot = slotAt(zone, index);
    if (kept++ >= SLOTS_KEPT) {
      slots.clear();
      kept = 1;
      ofZone = undefined;
    }
    ofZone ??= new Map();
    slots.set(zone, ofZone.set(index, slot));
  }
  const minuteOfDay = slot.firstMinute + Math.floor((at - index * SLOT) / 60_000);
  return { weekday: slot.weekday, minuteOfDay, date: slot.date };
};
