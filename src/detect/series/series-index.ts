/**
 * The series of a view, put together by provider and metric: what all detectors go through. Worked out when a series
 * comes or goes, not for every second. What one detector alone needs, it finds by itself (per-generation.ts).
 */

import type { SeriesKey } from '../../windows/series.ts';
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
  /** Whether it is what the provider sent, or what it was given where it does not tell what it sent. */
  readonly isJudged: boolean;
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

const newGroup = (provider: string, metric: SeriesGroup['metric'], isJudged: boolean): SeriesGroup => ({
  provider,
  metric,
  isJudged,
  quiet: [],
  late: [],
  campaigns: [],
  senders: [],
  countries: [],
  faults: [],
  repeated: [],
});

const groupsOf = (series: readonly HeldSeries[]): Map<HeldSeries, SeriesGroup> => {
  const sending = new Set(series.flatMap(({ metric, provider }) => (metric === 'sent' ? provider : [])));
  const found = new Map<string, SeriesGroup>();
  const groupOf = new Map<HeldSeries, SeriesGroup>();
  for (const one of series) {
    const { provider, metric, scope } = one;
    const name = `${metric} ${provider}`;
    const group = found.get(name) ?? newGroup(provider, metric, metric === 'sent' || !sending.has(provider));
    found.set(name, group);
    groupOf.set(one, group);
    if (scope === 'campaign') group.campaigns.push(one);
    else if (scope === 'sender') group.senders.push(one);
    else if (scope === 'country') group.countries.push(one);
    else if (scope === 'quiet' || scope === 'late') group[scope].push(one);
    else if (scope === 'fault') group.faults.push(one);
    else if (scope === 'repeated') group.repeated.push(one);
    else group[scope] = one;
  }
  return groupOf;
};

/** A series with the group it is in. */
export interface GroupedSeries {
  readonly one: HeldSeries;
  readonly group: SeriesGroup;
}

export interface SeriesIndex {
  readonly groups: readonly SeriesGroup[];
  readonly byKey: ReadonlyMap<SeriesKey, GroupedSeries>;
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
    const groupOf = groupsOf(held);
    const groups = [...new Set(groupOf.values())];
    const byKey = new Map([...groupOf].map(([one, group]) => [one.key, { one, group }]));
    const ofProviders = byProvider(groups);
    const providers = [...ofProviders.keys()];
    const scanned = held.filter(({ scope }) => scope === 'all' || scope === 'marketing').length;
    return { groups, byKey, byProvider: ofProviders, providers, scanned };
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
