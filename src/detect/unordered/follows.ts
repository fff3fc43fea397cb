/**
 * What follows what: the shares that are watched (shares.ts), provider by provider. In: a view. Out: each count with
 * the count it follows, for the engine to judge and to learn.
 */
import { type Dimensions, parseSeries, type SeriesKey, seriesKey } from '../../windows/series.ts';
import { countsOfAll, NO_COUNTS } from '../series/counts.ts';
import type { Counts, WindowsView } from '../series/view-port.ts';
import { type LagState, lagName, usualLag } from '../statistics/lags.ts';
import { type ShareSettings, type ShareState, shareOf } from '../statistics/shares.ts';
import { type OrderSign, SIGN_SETTINGS } from './orders.ts';

export interface Follow {
  readonly name: string;
  readonly detector: 'unordered' | 'failures' | 'replies' | 'stop_surge';
  /** The sign it is told by (orders.ts); absent when it is told by counts alone. */
  readonly sign?: OrderSign;
  readonly provider: string;
  readonly series: SeriesKey;
  readonly counted: Counts;
  /** What is learned from: the counts as they looked at first, before what came late was taken off. */
  readonly taught: Counts;
  readonly base: Counts;
  readonly settings: ShareSettings;
}

const SETTINGS = {
  /**
   * Messages are sent within a minute of being asked for, until the lag is learned. The prior weighs much: it is what
   * ought to be.
   */
  unordered: { prior: 1, weight: 500, lag: 60, kappa: 0.0004 },
  failures: { prior: 0.05, weight: 200, lag: 60, kappa: 0.02 },
  /** Answers come within half an hour of what was sent. */
  replies: { prior: 0.01, weight: 1_000, lag: 1_800, kappa: 0.02 },
  /** People who ask for STOP, or are taken off, are fewer than all who answer, so that a surge of them shows sooner. */
  stop_surge: { prior: 0.005, weight: 1_000, lag: 1_800, kappa: 0.02 },
} as const satisfies Record<Follow['detector'], ShareSettings>;

/** The part of what a provider is given that it usually sends; undefined until that is known. */
export const usuallySent = (
  shares: ReadonlyMap<string, ShareState>,
  provider: string,
): number | undefined => {
  const state = shares.get(`unordered ${provider}`);
  const settings = SETTINGS.unordered;
  return state && state.base >= settings.weight ? shareOf(state, settings) : undefined;
};

/**
 * Counts less others, at least nothing. By the second it is rough: what came late is taken off where that was counted.
 */
const difference = (of: Counts, less: Counts): Counts => ({
  count: (at) => Math.max(0, of.count(at) - less.count(at)),
  sum: (from, to) => Math.max(0, of.sum(from, to) - less.sum(from, to)),
});

/** The counts found stand for one generation of the view. */
export const followsOf = (view: WindowsView, provider: string): Follow[] => {
  const of = (key: SeriesKey) => view.of(key) ?? NO_COUNTS;
  const sent = seriesKey({ metric: 'sent', provider });
  const failed = seriesKey({ metric: 'failed', provider });
  const received = seriesKey({ metric: 'received', provider });
  const asked = seriesKey({ metric: 'received', provider, consent: 'asked' });
  const optedOut = of(seriesKey({ metric: 'opted_out', provider }));
  const marketing = of(seriesKey({ metric: 'sent', provider, category: 'marketing' }));
  const reports = countsOfAll([of(failed), of(seriesKey({ metric: 'delivered', provider }))]);
  const submitted = of(seriesKey({ metric: 'submitted', provider }));
  const follow = (
    detector: Follow['detector'],
    series: SeriesKey,
    counted: Counts,
    base: Counts,
  ): Follow => ({
    name: `${detector} ${provider}`,
    detector,
    provider,
    series,
    counted,
    taught: counted,
    base,
    settings: SETTINGS[detector],
  });
  return [
    follow('unordered', sent, of(sent), submitted),
    follow('failures', failed, of(failed), reports),
    follow('replies', received, countsOfAll([of(received), optedOut]), marketing),
    follow('stop_surge', asked, countsOfAll([of(asked), optedOut]), marketing),
    ...signsOf(of, provider),
  ];
};

/** How long after what it follows a count usually comes, in seconds, where that is learned. By ids there is no lag. */
export const lagOf = (
  { detector, sign, provider }: Pick<Follow, 'detector' | 'sign' | 'provider'>,
  lags: ReadonlyMap<string, LagState>,
): number | undefined =>
  detector === 'unordered' && sign === undefined ? usualLag(lags.get(lagName('sent', provider))) : undefined;

/** The four signs of messages that nobody asked for. */
const signsOf = (of: (key: SeriesKey) => Counts, provider: string): Follow[] => {
  const key = (metric: 'sent' | 'delivered' | 'failed', by: Dimensions = {}) =>
    seriesKey({ metric, provider, ...by });
  const sign = (
    name: OrderSign,
    series: SeriesKey,
    parts: Pick<Follow, 'counted' | 'taught' | 'base'>,
  ): Follow => ({
    name: `unordered_${name} ${provider}`,
    detector: 'unordered',
    sign: name,
    provider,
    series,
    ...parts,
    settings: SIGN_SETTINGS,
  });
  const sent = of(key('sent'));
  const [noOrder, twice] = [key('sent', { order: 'none' }), key('sent', { order: 'twice' })];
  const unsubmitted = key('sent', { submission: 'none' });
  const judged = (metric: 'sent' | 'delivered' | 'failed') =>
    (['known', 'none'] as const).map((submission) => of(key(metric, { submission })));
  const withoutSubmission = of(unsubmitted);
  const reports = (submission: 'none' | 'late') =>
    countsOfAll((['delivered', 'failed'] as const).map((one) => of(key(one, { submission }))));
  const reported = reports('none');
  return [
    sign('order', noOrder, { counted: of(noOrder), taught: of(noOrder), base: sent }),
    sign('submission', unsubmitted, {
      counted: difference(withoutSubmission, of(key('sent', { submission: 'late' }))),
      taught: withoutSubmission,
      base: countsOfAll(judged('sent')),
    }),
    sign('report', key('delivered', { submission: 'none' }), {
      counted: difference(reported, reports('late')),
      taught: reported,
      base: countsOfAll([...judged('delivered'), ...judged('failed')]),
    }),
    sign('twice', twice, { counted: of(twice), taught: of(twice), base: difference(sent, of(noOrder)) }),
  ];
};

/** Answers the error that more than half the failures of a stretch had, if one had. */
export const mainError = (
  view: WindowsView,
  provider: string,
  stretch: { readonly from: number; readonly to: number },
): string | undefined => {
  const all = view.of(seriesKey({ metric: 'failed', provider }))?.sum(stretch.from, stretch.to) ?? 0;
  for (const key of view.series()) {
    if (!key.startsWith('failed{')) continue;
    const { provider: of, error } = parseSeries(key);
    if (of !== provider || error === undefined) continue;
    if ((view.of(key)?.sum(stretch.from, stretch.to) ?? 0) > all / 2) return error;
  }
  return undefined;
};
