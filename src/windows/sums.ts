/** Sums by key, which every batch comes down to: they are only ever added to, and so merge in any order. */

/** Adds `n` to the sum of a key. */
export const add = <K>(sums: Map<K, number>, key: K, n: number): void => {
  sums.set(key, (sums.get(key) ?? 0) + n);
};
