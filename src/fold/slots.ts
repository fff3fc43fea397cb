/** Sums by slot of event time. In: a series and an instant. Out: the sums of its slot, to be added to. */
import type { Ms } from '../events/event.ts';
import type { SeriesKey } from '../windows/series.ts';
import type { SlotKey } from '../windows/store/store.ts';

/** Sums by series and slot of `length` ms. The last slot of each series is kept, since time moves slowly in a batch. */
export const createSlots = <K>(length: number) => {
  const all = new Map<SlotKey, Map<K, number>>();
  const latest = new Map<SeriesKey, { start: number; sums: Map<K, number> }>();
  const of = (series: SeriesKey, at: Ms): Map<K, number> => {
    const start = at - (at % length);
    const last = latest.get(series);
    if (last?.start === start) return last.sums;
    const key: SlotKey = `${series}@${start}`;
    const sums = all.get(key) ?? new Map<K, number>();
    all.set(key, sums);
    latest.set(series, { start, sums });
    return sums;
  };
  return { all, of };
};
