/**
 * The series of a view, put together by provider and metric: what all detectors go through. Worked out when a series
 * comes or goes, not for every second. What one detector alone needs, it finds by itself (per-generation.ts).
 */
import { byProvider } from './by-provider.ts';
import { createClassify, type WatchedSeries } from './classify.ts';
import type { Counts, WindowsView } from './view-port.ts';

/** A series that is watched, with its counts, which stand for one generation of the view. */
export interface HeldSeries extends WatchedSeries {
  readonly counts: Counts;
}

export interface SeriesGroup {
  readonly provider: string;
  readonly metric: 'sent' | 'submitted';
  all?: HeldSeries;
  marketing?: HeldSeries;
  /** One series for each category that has messages in forbidden hours. */
  readonly quiet: HeldSeries[];
  readonly late: HeldSeries[];
  withdrawn?: HeldSeries;
  readonly campaigns: HeldSeries[];
  readonly senders: HeldSeries[];
  readonly countries: HeldSeries[];
  readonly faults: HeldSeries[];
  readonly repeated: HeldSeries[];
}

const newGroup = (provider: string, metric: SeriesGroup['metric']): SeriesGroup => ({
  provider,
  metric,
  quiet: [],
  late: [],
  campaigns: [],
  senders: [],
  countries: [],
  faults: [],
  repeated: [],
});

const groupsOf = (series: Iterable<HeldSeries>): SeriesGroup[] => {
  const found = new Map<string, SeriesGroup>();
  for (const one of series) {
    const { provider, metric, scope } = one;
    const name = `${metric} ${provider}`;
    const group = found.get(name) ?? newGroup(provider, metric);
    found.set(name, group);
    if (scope === 'campaign') group.campaigns.push(one);
    else if (scope === 'sender') group.senders.push(one);
    else if (scope === 'country') group.countries.push(one);
    else if (scope === 'quiet' || scope === 'late') group[scope].push(one);
    else if (scope === 'fault') group.faults.push(one);
    else if (scope === 'repeated') group.repeated.push(one);
    else group[scope] = one;
  }
  return [...found.values()];
};

export interface SeriesIndex {
  readonly groups: readonly SeriesGroup[];
  readonly byProvider: ReadonlyMap<string, readonly SeriesGroup[]>;
  readonly providers: readonly string[];
  /** How many series are scanned for bursts: they share the budget of false alarms. */
  readonly scanned: number;
}

/** The windows, and what is in them by provider. */
export interface IndexedWindows {
  readonly view: WindowsView;
  readonly index: SeriesIndex;
}

/** Keeps what each provider sent; what it was given is kept only where it does not tell what it sent. */
export const judged = (group: readonly SeriesGroup[]): SeriesGroup[] => {
  const sending = new Set(group.flatMap(({ metric, provider }) => (metric === 'sent' ? provider : [])));
  return group.filter(({ metric, provider }) => metric === 'sent' || !sending.has(provider));
};

/** Answers the same index of a view until its series change. */
export const createSeriesIndexes = () => {
  const watchedOf = createClassify();
  const known = new WeakMap<WindowsView, { readonly generation: number; readonly index: SeriesIndex }>();

  const indexOf = (view: WindowsView): SeriesIndex => {
    const held = [...view.series()].flatMap((key) => {
      const watched = watchedOf(key);
      const counts = view.of(key);
      return watched && counts ? [{ ...watched, counts }] : [];
    });
    const groups = groupsOf(held);
    const ofProviders = byProvider(groups);
    const providers = [...ofProviders.keys()];
    const scanned = held.filter(({ scope }) => scope === 'all' || scope === 'marketing').length;
    return { groups, byProvider: ofProviders, providers, scanned };
  };

  return {
    watchedOf,
    of: (view: WindowsView): SeriesIndex => {
      const { generation } = view;
      const before = known.get(view);
      if (before?.generation === generation) return before.index;
      const index = indexOf(view);
      known.set(view, { generation, index });
      return index;
    },
  };
};
