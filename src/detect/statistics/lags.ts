/**
 * Lags: how long a provider usually takes from what we submit to what it says of it, learned from messages whose
 * submission is remembered by id. In: complete seconds. Out: the step that 99 in 100 of them keep to.
 *
 * Messages are counted by the steps of windows/lags.ts, in sums that halve in a day of traffic: a lag that grows is
 * followed within the hour, one that shrinks within a week. Between the two lies nothing but a longer wait.
 */
import { LAG_NAMES, LAGS } from '../../windows/lags.ts';
import { type SeriesKey, seriesKey } from '../../windows/series.ts';
import type { LearnedKind } from '../learning/learned.ts';
import type { Counts, WindowsView } from '../series/view-port.ts';

/** What a provider says of a message: that it sent it; or, where it never says that, that it delivered it or failed. */
export type ReportKind = 'sent' | 'reported';

/** One provider's messages by how long they took: for each step, the series of it that the windows hold. */
export interface LagCounts {
  readonly name: string;
  readonly provider: string;
  readonly steps: readonly (readonly Counts[])[];
}

export interface LagState {
  /** The last block learned, as epoch seconds / 600. */
  through: number;
  /** Messages by how long they took, in the steps of windows/lags.ts. */
  steps: number[];
}

export const USUAL_LAGS: LearnedKind<LagState> = {
  name: 'lag',
  days: 60,
  most: 2_000,
  seenAt: ({ through }) => through * BLOCK,
};

const BLOCK = 600;
/** The windows hold so many blocks. */
const HELD = 6;
const DECAY = 2 ** (-1 / 144);
const KNOWN = 1_000;
const NEARLY_ALL = 0.99;
/** What takes longer is a queue, not a lag. */
const LONGEST = Math.max(...LAGS);

export const newLag = (): LagState => ({ through: -1, steps: LAG_NAMES.map(() => 0) });

/** The usual lag in seconds, at most half an hour; undefined until a thousand messages have shown it. */
export const usualLag = (state: LagState | undefined): number | undefined => {
  const total = state?.steps.reduce((sum, n) => sum + n, 0) ?? 0;
  if (!state || total < KNOWN) return undefined;
  let within = 0;
  for (const [step, most] of LAGS.entries()) {
    within += state.steps[step] ?? 0;
    if (within >= NEARLY_ALL * total) return most;
  }
  return LONGEST;
};

/** Learns the ten minutes that are complete by `at`; `isLeftOut` tells which teach nothing. Changes `state`. */
export const learnLag = (
  state: LagState,
  parts: {
    readonly steps: LagCounts['steps'];
    readonly at: number;
    readonly isLeftOut: (from: number, to: number) => boolean;
  },
): void => {
  const newest = Math.floor((parts.at + 1) / BLOCK) - 1;
  state.through = Math.max(state.through, newest - HELD);
  while (state.through < newest) {
    state.through += 1;
    const from = state.through * BLOCK;
    const to = from + BLOCK - 1;
    const counts = parts.steps.map((of) => of.reduce((sum, one) => sum + one.sum(from, to), 0));
    if (counts.every((n) => n === 0) || parts.isLeftOut(from, to)) continue;
    state.steps = counts.map((n, step) => DECAY * (state.steps[step] ?? 0) + n);
  }
};

export const lagName = (said: ReportKind, provider: string): string => `${said} ${provider}`;

/** The counts found stand for one generation of the view. */
export const lagsOf = (view: WindowsView, provider: string): LagCounts[] => {
  const of = (said: ReportKind, metrics: readonly ('sent' | 'delivered' | 'failed')[]): LagCounts => ({
    name: lagName(said, provider),
    provider,
    steps: LAG_NAMES.map((lag) =>
      metrics.flatMap((metric) => held(view, seriesKey({ metric, provider, lag }))),
    ),
  });
  return [of('sent', ['sent']), of('reported', ['delivered', 'failed'])];
};

const held = (view: WindowsView, key: SeriesKey): Counts[] => {
  const counts = view.of(key);
  return counts ? [counts] : [];
};
