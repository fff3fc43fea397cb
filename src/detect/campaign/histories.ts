/**
 * What earlier campaigns were like, shared by the detectors that judge by them, and worked out once until more is
 * learned.
 */
import type { Learned } from '../learning/learned.ts';
import { type History, historyOf, RUNS, type Run } from './campaigns.ts';

export interface Histories {
  of(metric: Run['metric']): History;
  /** Call it when campaigns were learned or restored: histories are worked out anew from then on. */
  forget(): void;
}

export const createHistories = (learned: Learned): Histories => {
  const runs = learned.of(RUNS);
  const known = new Map<Run['metric'], History>();
  return {
    of: (metric) => {
      const history = known.get(metric) ?? historyOf(metric, runs.values());
      known.set(metric, history);
      return history;
    },
    forget: () => known.clear(),
  };
};
