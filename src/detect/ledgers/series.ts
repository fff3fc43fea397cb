/** Finds the series of each campaign in a view, from which its ledgers are kept. */
import type { MessageType } from '../../events/event.ts';
import { parseSeries, type Series, type SeriesKey, seriesKey } from '../../windows/series.ts';
import { countsOfAll } from '../series/counts.ts';
import type { WindowsView } from '../series/view-port.ts';
import type { ReportKind } from '../statistics/lags.ts';
import type { LedgerCounts } from './ledgers.ts';

export interface CampaignSaid extends LedgerCounts {
  /** The series by which the ledger is named. */
  readonly series: SeriesKey;
  /** The series in which what is said of it is counted. */
  readonly countedIn: readonly SeriesKey[];
  readonly provider: string;
  readonly campaign: string;
  readonly said: ReportKind;
}

/**
 * Series by provider and campaign alone, what came too late among them. The one in which campaigns beyond the limit are
 * counted has no ledger.
 */
const BY_CAMPAIGN =
  /^(?:submitted|sent|delivered|failed)\{(provider=[^,}]*,campaign=(?!\(other\))[^,}]*)(?:,arrival=late)?\}$/;

/** The counts found stand for one generation of the view. */
export const campaignsSaid = (view: WindowsView): CampaignSaid[] => {
  const names = new Set<string>();
  for (const key of view.series()) {
    const name = key.includes(',campaign=') ? BY_CAMPAIGN.exec(key)?.[1] : undefined;
    if (name !== undefined) names.add(name);
  }
  return [...names].sort().flatMap((name) => saidOf(view, parseSeries(`sent{${name}}` as SeriesKey)));
};

const saidOf = (
  view: WindowsView,
  { provider = '', campaign = '' }: Pick<Series, 'provider' | 'campaign'>,
): CampaignSaid[] => {
  const key = (metric: MessageType) => seriesKey({ metric, provider, campaign });
  const keysOf = (metric: MessageType) => [
    key(metric),
    seriesKey({ metric, provider, campaign, arrival: 'late' }),
  ];
  const of = (metric: MessageType) => countsOfAll(keysOf(metric).flatMap((one) => view.of(one) ?? []));
  const submitted = of('submitted');
  const said = (how: ReportKind, series: SeriesKey, metrics: readonly MessageType[]): CampaignSaid => ({
    series,
    countedIn: metrics.flatMap(keysOf),
    provider,
    campaign,
    said: how,
    counted: countsOfAll(metrics.map(of)),
    submitted,
  });
  return [said('sent', key('sent'), ['sent']), said('reported', key('delivered'), ['delivered', 'failed'])];
};
