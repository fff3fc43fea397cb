/** Finds in a view the series that accounts are kept from, and the bills they are held against. */
import { type Metric, parseSeries, type Series, type SeriesKey, seriesKey } from '../../windows/series.ts';
import { countsOfAll, NO_COUNTS } from '../series/counts.ts';
import type { Counts, WindowsView } from '../series/view-port.ts';
import type { Bill, ProviderBooks } from './reconcile.ts';

/** A bill of a provider; `counts` has what is billed in the second in which it was reported. */
export interface Charge extends Omit<Bill, 'count'> {
  readonly provider: string;
  readonly series: SeriesKey;
  readonly counts: Counts;
}

const MESSAGES: ReadonlySet<Metric> = new Set(['submitted', 'sent', 'delivered', 'failed']);

/** The counts found stand for one generation of the view. */
export const booksOf = (view: WindowsView): ProviderBooks[] => {
  const providers = new Set<string>();
  for (const key of view.series()) {
    if (key.includes(',')) continue;
    const { metric, provider } = parseSeries(key);
    if (provider !== undefined && MESSAGES.has(metric)) providers.add(provider);
  }
  return [...providers].sort().map((provider) => {
    const of = (series: Omit<Series, 'provider'>) => view.of(seriesKey({ ...series, provider })) ?? NO_COUNTS;
    return {
      provider,
      sent: of({ metric: 'sent' }),
      submitted: of({ metric: 'submitted' }),
      sentSegments: of({ metric: 'sent', unit: 'segments' }),
      submittedSegments: of({ metric: 'submitted', unit: 'segments' }),
      noOrder: of({ metric: 'sent', order: 'none' }),
      reports: countsOfAll([of({ metric: 'delivered' }), of({ metric: 'failed' })]),
    };
  });
};

export const chargesOf = (view: WindowsView): Charge[] => {
  const found: Charge[] = [];
  for (const series of view.series()) {
    const counts = series.startsWith('usage{') ? view.of(series) : undefined;
    if (!counts) continue;
    const { provider, unit, period = '' } = parseSeries(series);
    const [from, to] = period.split('-').map(Number);
    if (provider === undefined || from === undefined || to === undefined) continue;
    found.push({ provider, series, counts, unit: unit ?? 'messages', from, to });
  }
  return found;
};
