/** Series that one detector alone needs: found in the view once a generation, not at every look. */
import type { IndexedWindows, SeriesIndex } from './series-index.ts';

/** Answers what was worked out before until series come or go; counts found in the view stand as long. */
export const perGeneration = <T>(
  workOut: (snapshot: IndexedWindows) => T,
): ((snapshot: IndexedWindows) => T) => {
  let known: { readonly index: SeriesIndex; readonly value: T } | undefined;
  return (snapshot) => {
    // A generation has an index of its own.
    if (known?.index !== snapshot.index) known = { index: snapshot.index, value: workOut(snapshot) };
    return known.value;
  };
};
