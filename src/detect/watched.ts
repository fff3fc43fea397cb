/** Which series the detectors look at, and as what. */
import { parseSeries, type SeriesKey } from '../windows/series.ts';

export interface Watched {
  readonly key: SeriesKey;
  readonly provider: string;
  readonly metric: 'sent' | 'submitted';
  /**
   * all: everything of a provider. marketing: that part of it. quiet: marketing in forbidden hours.
   * withdrawn: marketing to people who had opted out.
   * campaign, sender, country: parts that explain, each with its name.
   */
  readonly scope: 'all' | 'marketing' | 'quiet' | 'withdrawn' | 'campaign' | 'sender' | 'country';
  readonly name?: string;
}

const CACHE_LIMIT = 20_000;

const classify = (key: SeriesKey): Watched | undefined => {
  const { metric, provider, category, campaign, sender, country, hours, consent, code } = parseSeries(key);
  if ((metric !== 'sent' && metric !== 'submitted') || provider === undefined) return undefined;
  const one = { key, provider, metric } as const;
  if (code !== undefined) return undefined;
  if (consent !== undefined) return { ...one, scope: 'withdrawn' };
  if (campaign !== undefined) return hours ? undefined : { ...one, scope: 'campaign', name: campaign };
  if (sender !== undefined) return { ...one, scope: 'sender', name: sender };
  if (country !== undefined) return { ...one, scope: 'country', name: country };
  if (category !== undefined && category !== 'marketing') return undefined;
  if (hours === 'quiet') return { ...one, scope: 'quiet' };
  return { ...one, scope: category === undefined ? 'all' : 'marketing' };
};

/** Tells what a key is watched for, undefined when it is not; parses each key once. */
export const createWatched = () => {
  const known = new Map<SeriesKey, Watched | undefined>();
  return (key: SeriesKey): Watched | undefined => {
    if (known.has(key)) return known.get(key);
    if (known.size >= CACHE_LIMIT) known.clear();
    const watched = classify(key);
    known.set(key, watched);
    return watched;
  };
};
