/**
 * The series of a view, put together by provider and metric: what the engine goes through. Worked out when a series
 * comes or goes, not for every second.
 */
import { booksOf, type Charge, chargesOf } from '../billing/accounts.ts';
import type { Books } from '../billing/reconcile.ts';
import { type LagCounts, lagsOf } from '../statistics/lags.ts';
import { type StopSeries, stopSeriesOf } from '../stop/series.ts';
import { type Follow, followsOf } from '../unordered/follows.ts';
import { type CampaignSaid, campaignsSaid } from '../unordered/ledger-series.ts';
import { byProvider } from './by-provider.ts';
import { createWatched, type Watched } from './classify.ts';
import type { Counts, WindowsView } from './view-port.ts';

/** A series that is watched, with its counts at hand. */
export interface Held extends Watched {
  readonly counts: Counts;
}

export interface Traffic {
  readonly provider: string;
  readonly metric: 'sent' | 'submitted';
  all?: Held;
  marketing?: Held;
  /** By category. */
  readonly quiet: Held[];
  readonly late: Held[];
  withdrawn?: Held;
  readonly campaigns: Held[];
  readonly senders: Held[];
  readonly countries: Held[];
  readonly faults: Held[];
  readonly again: Held[];
}

const newTraffic = (provider: string, metric: Traffic['metric']): Traffic => ({
  provider,
  metric,
  quiet: [],
  late: [],
  campaigns: [],
  senders: [],
  countries: [],
  faults: [],
  again: [],
});

const trafficOf = (series: Iterable<Held>): Traffic[] => {
  const found = new Map<string, Traffic>();
  for (const one of series) {
    const { provider, metric, scope } = one;
    const name = `${metric} ${provider}`;
    const traffic = found.get(name) ?? newTraffic(provider, metric);
    found.set(name, traffic);
    if (scope === 'campaign') traffic.campaigns.push(one);
    else if (scope === 'sender') traffic.senders.push(one);
    else if (scope === 'country') traffic.countries.push(one);
    else if (scope === 'quiet' || scope === 'late') traffic[scope].push(one);
    else if (scope === 'fault') traffic.faults.push(one);
    else if (scope === 'again') traffic.again.push(one);
    else traffic[scope] = one;
  }
  return [...found.values()];
};

export interface Scene {
  readonly traffic: readonly Traffic[];
  readonly byProvider: ReadonlyMap<string, readonly Traffic[]>;
  readonly providers: readonly string[];
  readonly follows: readonly Follow[];
  readonly lags: readonly LagCounts[];
  /** Of every provider, those that only report included. */
  readonly books: readonly Books[];
  readonly charges: readonly Charge[];
  readonly campaigns: readonly CampaignSaid[];
  readonly stops: readonly StopSeries[];
  /** Series that are scanned for bursts. */
  readonly scanned: number;
}

/** Of each provider what it sent; what it was given only where it does not tell what it sent. */
export const judged = (traffic: readonly Traffic[]): Traffic[] => {
  const sending = new Set(traffic.flatMap(({ metric, provider }) => (metric === 'sent' ? provider : [])));
  return traffic.filter(({ metric, provider }) => metric === 'sent' || !sending.has(provider));
};

/** Answers the same scene until the view's series change. */
export const createScenes = () => {
  const watchedOf = createWatched();
  let known: { readonly view: WindowsView; readonly generation: number; readonly scene: Scene } | undefined;

  const sceneOf = (view: WindowsView): Scene => {
    const held = [...view.series()].flatMap((key) => {
      const watched = watchedOf(key);
      const counts = view.of(key);
      return watched && counts ? [{ ...watched, counts }] : [];
    });
    const traffic = trafficOf(held);
    const ofProviders = byProvider(traffic);
    const providers = [...ofProviders.keys()];
    const scanned = held.filter(({ scope }) => scope === 'all' || scope === 'marketing').length;
    const follows = providers.flatMap((one) => followsOf(view, one));
    return {
      traffic,
      byProvider: ofProviders,
      providers,
      follows,
      lags: providers.flatMap((one) => lagsOf(view, one)),
      books: booksOf(view),
      charges: chargesOf(view),
      campaigns: campaignsSaid(view),
      stops: stopSeriesOf(view, providers),
      scanned,
    };
  };

  return {
    watchedOf,
    of: (view: WindowsView): Scene => {
      if (known?.view !== view || known.generation !== view.generation) {
        known = { view, generation: view.generation, scene: sceneOf(view) };
      }
      return known.scene;
    },
  };
};
