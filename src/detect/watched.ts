/** Which series the detectors look at, by provider. */
import { parseSeries, type SeriesKey } from '../windows/series.ts';

export interface Watched {
  readonly key: SeriesKey;
  readonly provider: string;
  readonly metric: 'sent' | 'submitted';
  /** all: everything of a provider. marketing and campaign: a part of it. quiet: marketing in forbidden hours. */
  readonly scope: 'all' | 'marketing' | 'campaign' | 'quiet';
  readonly campaign?: string;
}

const CACHE_LIMIT = 20_000;

const classify = (key: SeriesKey): Watched | undefined => {
  const { metric, provider, category, campaign, hours, reason } = parseSeries(key);
  if ((metric !== 'sent' && metric !== 'submitted') || provider === undefined || reason !== undefined)
    return undefined;
  if (category !== undefined && category !== 'marketing') return undefined;
  if (hours === 'quiet')
    return campaign === undefined ? { key, provider, metric, scope: 'quiet' } : undefined;
  if (campaign !== undefined) return { key, provider, metric, scope: 'campaign', campaign };
  return { key, provider, metric, scope: category === undefined ? 'all' : 'marketing' };
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
