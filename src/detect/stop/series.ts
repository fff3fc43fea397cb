/** The series that tell how STOP is heeded, put together by provider. Stands for one generation of the view. */
import { parseSeries, type SeriesKey, seriesKey } from '../../windows/series.ts';
import { NO_COUNTS } from '../series/counts.ts';
import type { Counts, WindowsView } from '../series/view-port.ts';
import type { Code } from './stop-codes.ts';

/** People who asked for STOP through one provider, and the codes its texts name. */
export interface StopSeries {
  readonly provider: string;
  readonly series: SeriesKey;
  readonly unrecorded: Counts;
  readonly recorded: Counts;
  readonly codes: ReadonlyArray<Code & { readonly series: SeriesKey }>;
}

/** The name under which codes beyond a provider's first ones are counted together. */
const OTHER = 'other';

export const stopSeriesOf = (view: WindowsView, providers: readonly string[]): StopSeries[] => {
  const codes = codesByProvider(view);
  return providers.map((provider) => {
    const of = (key: SeriesKey) => view.of(key) ?? NO_COUNTS;
    const series = seriesKey({ metric: 'received', provider, consent: 'unrecorded' });
    const reported = of(seriesKey({ metric: 'opted_out', provider }));
    const codeOf = (code: string) => {
      const sent = seriesKey({ metric: 'sent', provider, code });
      const submitted = seriesKey({ metric: 'submitted', provider, code });
      const key = view.of(sent) ? sent : submitted;
      const arrived = of(seriesKey({ metric: 'received', provider, code }));
      const asked = of(seriesKey({ metric: 'received', provider, consent: 'asked', code }));
      return { code, series: key, named: of(key), arrived, asked, reported };
    };
    return {
      provider,
      series,
      unrecorded: of(series),
      recorded: of(seriesKey({ metric: 'opted_out', provider, consent: 'asked' })),
      codes: [...(codes.get(provider) ?? [])].sort().map(codeOf),
    };
  });
};

const codesByProvider = (view: WindowsView): Map<string, Set<string>> => {
  const found = new Map<string, Set<string>>();
  for (const key of view.series()) {
    if (!key.includes(',code=')) continue;
    const { provider, code } = parseSeries(key);
    if (provider === undefined || code === undefined || code === OTHER) continue;
    found.set(provider, (found.get(provider) ?? new Set()).add(code));
  }
  return found;
};
