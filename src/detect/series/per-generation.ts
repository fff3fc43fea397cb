/** Series that one detector alone needs: found in the view once a generation, not at every look. */
import type { IndexedWindows, SeriesIndex } from './series-index.ts';

/** Answers what was worked out before until series come or go; counts found in the view stand as long. */
export const perGeneration = <T>(
  workOut: (snapshot: IndexedWindows) => T,
): ((snapshot: IndexedWindows) => T) => {
  // A generation of a view has an index of its own.
  const known = new WeakMap<SeriesIndex, { readonly value: T }>();
  return (snapshot) => {
    const before = known.get(snapshot.index);
    if (before) return before.value;
    const value = workOut(snapshot);
    known.set(snapshot.index, { value });
    return value;
  };
};
