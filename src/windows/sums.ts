/** Sums by key, which is what every batch comes down to. Adding is their only operation, so that they merge in any order. */
export const add = <K>(sums: Map<K, number>, key: K, n: number): void => {
  sums.set(key, (sums.get(key) ?? 0) + n);
};
