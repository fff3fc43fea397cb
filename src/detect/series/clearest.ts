/** Of several findings on one provider that show the same, one is told. */
import type { WatchedSeries } from './classify.ts';

/**
 * What we submitted and what the provider sent show the same trouble: the heavier is kept, on a tie the first by key.
 */
export const clearestOfProvider = <T>(
  found: readonly T[],
  weigh: (one: T) => [WatchedSeries, number],
): T[] => {
  const best = new Map<string, T>();
  for (const one of found) {
    const [watched, weight] = weigh(one);
    const rival = best.get(watched.provider);
    const [other, otherWeight] = rival === undefined ? [undefined, Number.NEGATIVE_INFINITY] : weigh(rival);
    const wins =
      weight > otherWeight || (weight === otherWeight && other !== undefined && watched.key < other.key);
    if (wins) best.set(watched.provider, one);
  }
  return [...best.values()];
};
