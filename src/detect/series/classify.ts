/** Tells which series the detectors look at, and what each of them counts. */
import { OTHERS } from '../../fold/cardinality.ts';
import { parseSeries, type SeriesKey } from '../../windows/series.ts';

export interface WatchedSeries {
  readonly key: SeriesKey;
  readonly provider: string;
  readonly metric: 'sent' | 'submitted';
  /**
   * all: everything of a provider. marketing: that part of it. quiet, late: what came in forbidden hours, with its
   * category as its name. campaign, sender, country: parts that explain, each with its name. fault: messages whose text
   * is wrong, named by what is. again: marketing that had gone to the same person just before, of a campaign or of all.
   * withdrawn: marketing to people who had opted out.
   */
  readonly scope:
    | 'all'
    | 'marketing'
    | 'quiet'
    | 'late'
    | 'withdrawn'
    | 'campaign'
    | 'sender'
    | 'country'
    | 'fault'
    | 'repeated';
  readonly name?: string;
}

const CACHE_LIMIT = 20_000;

const classify = (key: SeriesKey): WatchedSeries | undefined => {
  const { metric, provider, category, campaign, sender, country, hours, text, part, consent, code, ...more } =
    parseSeries(key);
  if ((metric !== 'sent' && metric !== 'submitted') || provider === undefined) return undefined;
  // Beyond a limit all campaigns are counted as one, which nobody can pause.
  if (campaign === OTHERS) return undefined;
  // Series by order, submission or unit are watched as shares and held against bills, by those detectors themselves.
  if (Object.keys(more).length > 0) return undefined;
  const one = { key, provider, metric } as const;
  if (text !== undefined) return { ...one, scope: 'fault', name: text };
  if (part !== undefined) return part === 'again' ? { ...one, scope: 'repeated', name: campaign } : undefined;
  if (code !== undefined) return undefined;
  if (consent !== undefined) return { ...one, scope: 'withdrawn' };
  if (campaign !== undefined) return hours ? undefined : { ...one, scope: 'campaign', name: campaign };
  if (sender !== undefined) return { ...one, scope: 'sender', name: sender };
  if (country !== undefined) return { ...one, scope: 'country', name: country };
  if (hours !== undefined) return { ...one, scope: hours, name: category };
  if (category !== undefined && category !== 'marketing') return undefined;
  return { ...one, scope: category === undefined ? 'all' : 'marketing' };
};

/** Answers what a series is watched for, undefined when it is not. Each key is parsed once. */
export const createClassify = () => {
  const known = new Map<SeriesKey, WatchedSeries | undefined>();
  return (key: SeriesKey): WatchedSeries | undefined => {
    if (known.has(key)) return known.get(key);
    if (known.size >= CACHE_LIMIT) known.clear();
    const watched = classify(key);
    known.set(key, watched);
    return watched;
  };
};
