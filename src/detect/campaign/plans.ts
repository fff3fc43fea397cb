/** The announcements that matter: which one a campaign belongs to, and what they explain of a provider's counts. */
import { type SeriesKey, seriesKey } from '../../windows/series.ts';
import type { Announcement } from '../../windows/store/store.ts';
import type { Learned } from '../learning/learned.ts';
import type { Counts, WindowsView } from '../series/view-port.ts';
import { explainedSpan, planAt } from './campaigns.ts';
import { RUNS } from './runs.ts';

/** In seconds: windows that end so long before or after a plan may still reach into it. */
const NEAR = 6 * 3_600;

/** Seconds of a campaign's series whose messages an announcement explains; spans of one series do not overlap. */
export interface Explained {
  readonly series: SeriesKey;
  readonly counts: Counts;
  readonly from: number;
  readonly to: number;
}

/** The announcement that a campaign's messages at a second (epoch seconds) belong to. */
export const planOf = (
  view: WindowsView,
  campaign: string,
  of: { readonly at: number; readonly provider: string },
): Announcement | undefined =>
  planAt(
    [...view.announced()].filter((plan) => plan.campaign === campaign),
    of,
  );

/** Answers what is explained near `at`, by `"<metric> <provider>"`. */
export const explainedBy = (
  view: WindowsView,
  learned: Learned,
  { at, providers }: { readonly at: number; readonly providers: Iterable<string> },
): ReadonlyMap<string, readonly Explained[]> => {
  const spans = new Map<string, Explained[]>();
  for (const plan of view.announced()) {
    if (plan.start / 1000 > at + NEAR || plan.end / 1000 < at - NEAR) continue;
    for (const provider of plan.provider === undefined ? providers : [plan.provider]) {
      for (const metric of ['sent', 'submitted'] as const) {
        const series = seriesOf(plan, metric, provider);
        const counts = view.of(series);
        if (!counts) continue;
        const run = learned.of(RUNS).get(series);
        const { from, to } = explainedSpan(plan, run?.plan === plan.id ? run.usedUp : null);
        const name = `${metric} ${provider}`;
        spans.set(name, [...(spans.get(name) ?? []), { series, counts, from, to }]);
      }
    }
  }
  for (const [name, own] of spans) spans.set(name, withoutOverlaps(own));
  return spans;
};

const keysOf = new WeakMap<Announcement, Map<string, SeriesKey>>();

/** The series of an announced campaign, which is asked for at every look. */
const seriesOf = (plan: Announcement, metric: 'sent' | 'submitted', provider: string): SeriesKey => {
  const keys = keysOf.get(plan) ?? new Map<string, SeriesKey>();
  keysOf.set(plan, keys);
  const name = `${metric} ${provider}`;
  const key = keys.get(name) ?? seriesKey({ metric, provider, campaign: plan.campaign });
  keys.set(name, key);
  return key;
};

/** Joins overlapping spans: the messages of a campaign that was announced twice are explained once. */
const withoutOverlaps = (spans: readonly Explained[]): Explained[] => {
  const merged: Explained[] = [];
  for (const span of spans.toSorted((a, b) => a.from - b.from)) {
    const index = merged.findIndex(({ series, to }) => series === span.series && to >= span.from - 1);
    const before = merged[index];
    if (before) merged[index] = { ...before, to: Math.max(before.to, span.to) };
    else merged.push(span);
  }
  return merged;
};

/**
 * Counts without what is explained; by quarters of a second only where nothing is, since its quarters are not known.
 */
export const without = (source: () => Counts, explained: () => readonly Explained[]): Counts => ({
  count: (at) => {
    let left = source().count(at);
    for (const { from, to, counts } of explained()) if (at >= from && at <= to) left -= counts.count(at);
    return left;
  },
  sum: (since, until) => {
    let left = source().sum(since, until);
    for (const { from, to, counts } of explained()) {
      left -= counts.sum(Math.max(since, from), Math.min(until, to));
    }
    return left;
  },
  firstQuarters: (at, quarters) =>
    explained().some(({ from, to, counts }) => at >= from && at <= to && counts.count(at) > 0)
      ? undefined
      : source().firstQuarters?.(at, quarters),
});
