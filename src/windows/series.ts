/**
 * Series: one count to watch, a metric with its dimensions, written sent{provider=alpha,campaign=spring}.
 * In: a metric and its dimensions. Out: the key it has everywhere (process, snapshot, Redis, live view).
 */
import type { Category, MessageType } from '../events/event.ts';

export type Metric = MessageType | 'received' | 'opted_out' | 'rejected';

export interface Dimensions {
  readonly provider?: string;
  readonly category?: Category;
  readonly campaign?: string;
  /** Where it goes: ISO 3166. */
  readonly country?: string;
  /** The message's `from`, masked when it is a phone number; "other" for those beyond the first of a provider. */
  readonly sender?: string;
  /** The provider's code for what went wrong, "none" when it gave none, "other" as for senders. */
  readonly error?: string;
  /** "quiet": only messages whose recipient was in forbidden hours. */
  readonly hours?: 'quiet';
  /**
   * withdrawn: sent to people who had opted out. asked: answers that ask for STOP, and numbers taken off the base of
   * people who had asked. unrecorded: those who asked and were not taken off in time.
   */
  readonly consent?: 'withdrawn' | 'asked' | 'unrecorded';
  /** Where STOP may be sent: as a marketing message says, or as it arrived; masked and bounded as senders are. */
  readonly code?: string;
  /** Why a record was rejected. */
  readonly reason?: string;
}

export interface Series extends Dimensions {
  readonly metric: Metric;
}

declare const brand: unique symbol;
/** A series as a string; dimensions always in the order of `Dimensions`, values percent-encoded. */
export type SeriesKey = string & { readonly [brand]: 'series' };

const ORDER = [
  'provider',
  'category',
  'campaign',
  'country',
  'sender',
  'error',
  'hours',
  'consent',
  'code',
  'reason',
] as const satisfies ReadonlyArray<keyof Dimensions>;

/** `seriesKey({metric: 'sent', provider: 'alpha'})` is `sent{provider=alpha}`. */
export const seriesKey = (series: Series): SeriesKey => {
  const dimensions = ORDER.flatMap((name) => {
    const value = series[name];
    return value === undefined ? [] : [`${name}=${encodeURIComponent(value)}`];
  });
  return `${series.metric}{${dimensions.join(',')}}` as SeriesKey;
};

/** The inverse of `seriesKey`; cached by callers that do it often. */
export const parseSeries = (key: SeriesKey): Series => {
  const open = key.indexOf('{');
  const inside = key.slice(open + 1, -1);
  const pairs = inside === '' ? [] : inside.split(',').map((pair) => pair.split('=', 2));
  const dimensions = Object.fromEntries(
    pairs.map(([name, value]) => [name, decodeURIComponent(value ?? '')]),
  );
  return { metric: key.slice(0, open), ...dimensions } as Series;
};
