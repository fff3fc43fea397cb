/**
 * What earlier campaigns were like, shared by the detectors that judge by them, and worked out once until more is
 * learned.
 */
import type { Learned } from '../learning/learned.ts';
import { FEWEST, isRecurring, RUNS, type Run } from './runs.ts';

export interface Histories {
  of(metric: Run['metric']): History;
  /** Something of a campaign was learned: its history is brought up to date. */
  learned(run: Run): void;
  /** Campaigns were restored or forgotten: histories are worked out anew. */
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
    learned: (run) => {
      const history = known.get(run.metric);
      if (!history) return;
      // What has come to recur leaves the single ones, and who is the largest of those left is not known.
      if (isRecurring(run) && history.single.has(run)) known.delete(run.metric);
      else add(history, run);
    },
    forget: () => known.clear(),
  };
};

/** What the campaigns of one metric were like. */
export interface History {
  /** The campaigns large enough to count; and of these the ones that went out on a day or two only. */
  readonly known: Set<Run>;
  readonly single: Set<Run>;
  /**
   * The two single ones with the most messages, and with the most in a minute: a campaign is judged by one that it is
   * not.
   */
  largest: readonly Run[];
  fastest: readonly Run[];
}

export const historyOf = (metric: Run['metric'], runs: Iterable<Run>): History => {
  const history: History = { known: new Set(), single: new Set(), largest: [], fastest: [] };
  for (const run of runs) if (run.metric === metric) add(history, run);
  return history;
};

/** Takes a run in, or what it has grown by. Changes `history`. */
const add = (history: History, run: Run): void => {
  if (run.total < FEWEST) return;
  history.known.add(run);
  if (isRecurring(run)) return;
  history.single.add(run);
  history.largest = topTwo(history.largest, run, totalOf);
  history.fastest = topTwo(history.fastest, run, peakOf);
};

export const totalOf = ({ total }: Run): number => total;

export const peakOf = ({ peak }: Run): number => peak;

const topTwo = (top: readonly Run[], run: Run, of: (run: Run) => number): readonly Run[] => {
  const [first, next] = top.filter((one) => one !== run);
  if (first && next && of(run) <= of(next)) return [first, next];
  return first && of(run) <= of(first) ? [first, run] : first ? [run, first] : [run];
};

/** The most that any of the top two but the run itself had. */
export const mostOf = (top: readonly Run[], than: Run, of: (run: Run) => number): number =>
  Math.max(0, ...top.filter((run) => run !== than).map(of));

/** How many runs there are besides one. */
export const others = (runs: ReadonlySet<Run>, than: Run): number => runs.size - (runs.has(than) ? 1 : 0);
