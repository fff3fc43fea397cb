/** Counts made of others. */
import type { Counts } from './view-port.ts';

/** The counts of a series of which the view holds nothing. */
export const NO_COUNTS: Counts = { count: () => 0, sum: () => 0 };

/** Several series counted as one. */
export const countsOfAll = (parts: readonly Counts[]): Counts => {
  const held = parts.filter((part) => part !== NO_COUNTS);
  const [only = NO_COUNTS, ...others] = held;
  if (others.length === 0) return { count: only.count, sum: only.sum };
  return {
    count: (at) => held.reduce((sum, part) => sum + part.count(at), 0),
    sum: (from, to) => held.reduce((sum, part) => sum + part.sum(from, to), 0),
  };
};
