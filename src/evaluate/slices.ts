/**
 * Slices: changes that span much event time are taken in piece by piece, since the view holds little more than an hour.
 * In: what changed in the store. Out: the same in stretches, in order of time, each with the slots that begin in it.
 */
import { type Ms, second, startOf } from '../events/event.ts';
import type { WindowChanges } from '../windows/store/store.ts';

/** The longest stretch of event time that is taken in before it is looked at, in seconds. */
const SLICE_SECONDS = 120;

/** Cuts changes that span more event time than the view should take at once. */
export function* slices(changes: WindowChanges): Generator<WindowChanges> {
  if (changes.counts.size <= 1) {
    yield changes;
    return;
  }
  const seconds = [...changes.counts.keys()].sort((a, b) => a - b);
  const first = seconds[0];
  const last = seconds.at(-1);
  if (first === undefined || last === undefined || last - first <= SLICE_SECONDS) {
    yield changes;
    return;
  }
  for (let from: number = first; from <= last; ) {
    const start = from;
    const end = start + SLICE_SECONDS;
    const inside = seconds.filter((at) => at >= start && at < end);
    const startsBefore = <T>(slots: ReadonlyMap<`${string}@${number}`, T>) =>
      new Map([...slots].filter(([key]) => Number(key.slice(key.lastIndexOf('@') + 1)) < end * 1000));
    const edge = startOf(second(inside.at(-1) ?? start));
    yield {
      ...changes,
      counts: new Map(inside.map((at) => [at, changes.counts.get(at) ?? new Map()])),
      distinct: startsBefore(changes.distinct) as WindowChanges['distinct'],
      tallies: startsBefore(changes.tallies) as WindowChanges['tallies'],
      partitions:
        end > last
          ? changes.partitions
          : changes.partitions.map((p) => ({ ...p, watermark: Math.min(p.watermark, edge) as Ms })),
    };
    from = seconds.find((at) => at >= end) ?? last + 1;
  }
}
