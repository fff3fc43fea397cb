/**
 * What earlier campaigns were like, shared by the detectors that judge by them, and worked out once until more is
 * learned.
 */
import type { Learned } from '../learning/learned.ts';
import { FEWEST, isRecurring, RUNS, type Run } from './runs.ts';

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

/** What the campaigns of one metric were like. */
export interface History {
  /** The campaigns large enough to count; and of these the ones that went out on a day or two only. */
  readonly known: ReadonlySet<Run>;
  readonly single: ReadonlySet<Run>;
  /**
   * The two single ones with the most messages, and with the most in a minute: a campaign is judged by one that it is
   * not.
   */
  readonly largest: readonly Run[];
  readonly fastest: readonly Run[];
}

export const historyOf = (metric: Run['metric'], runs: Iterable<Run>): History => {
  const known = new Set<Run>();
  const single = new Set<Run>();
  let largest: readonly Run[] = [];
  let fastest: readonly Run[] = [];
  for (const run of runs) {
    if (run.metric !== metric || run.total < FEWEST) continue;
    known.add(run);
    if (isRecurring(run)) continue;
    single.add(run);
    largest = topTwo(largest, run, totalOf);
    fastest = topTwo(fastest, run, peakOf);
  }
  return { known, single, largest, fastest };
};

export const totalOf = ({ total }: Run): number => total;

export const peakOf = ({ peak }: Run): number => peak;

const topTwo = (top: readonly Run[], run: Run, of: (run: Run) => number): readonly Run[] => {
  const [first, next] = top;
  if (first && next && of(run) <= of(next)) return top;
  return first && of(run) <= of(first) ? [first, run] : first ? [run, first] : [run];
};

/** The most that any of the top two but the run itself had. */
export const mostOf = (top: readonly Run[], than: Run, of: (run: Run) => number): number =>
  Math.max(0, ...top.filter((run) => run !== than).map(of));

/** How many runs there are besides one. */
export const others = (runs: ReadonlySet<Run>, than: Run): number => runs.size - (runs.has(than) ? 1 : 0);
