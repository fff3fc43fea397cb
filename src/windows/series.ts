/**
 * Series: one count to watch, a metric with its dimensions, written sent{provider=alpha,campaign=spring}.
 * In: a metric and its dimensions. Out: the key it has everywhere (process, snapshot, Redis, live view).
 */
import type { Category, MessageType } from '../events/event.ts';
import type { TextFault } from '../events/text/faults.ts';
import type { Lag } from './lags.ts';

export type Metric = MessageType | 'received' | 'opted_out' | 'opted_in' | 'probe' | 'usage' | 'rejected';

/**
 * quiet: submitted, or sent, in hours forbidden to its category where its recipient lives.
 * late: sent in them, but submitted before, when it was allowed. Only what its partition brought before it tells.
 */
export type Hours = 'quiet' | 'late';

export interface Dimensions {
  readonly provider?: string;
  readonly category?: Category;
  readonly campaign?: string;
  /** Where it goes: ISO 3166. */
  readonly country?: string;
  /** The message's `from`, masked when it is a phone number; "(other)" for those that are too many (cardinality.ts). */
  readonly sender?: string;
  /** The provider's code for what went wrong, "none" when it gave none, "(other)" as for senders. */
  readonly error?: string;
  /** Only messages whose recipient was in forbidden hours: "quiet", or "late" when submitted before them. */
  readonly hours?: Hours;
  /** "none": without an order. "twice": its order had gone to the same person before, under another id. */
  readonly order?: 'none' | 'twice';
  /**
   * Whether it was submitted before: told only where that is remembered far enough back. "late": of those with none,
   * the ones whose submission came after all.
   */
  readonly submission?: 'known' | 'none' | 'late';
  /** Only those known to be submitted before, by how long before, in seconds: a step of windows/lags.ts. */
  readonly lag?: Lag;
  /** "segments": not messages, but the parts they were sent in. */
  readonly unit?: 'segments';
  /** What is billed for, as `<start>-<end>` in epoch seconds. */
  readonly period?: string;
  /** Only messages whose text is wrong, by what is. */
  readonly text?: TextFault;
  /**
   * again: only what had gone to the same person a short while ago. text, link: not counts but tallies of marketing,
   * by fingerprint and campaign, and by host. quarters: not a count but how it falls on the quarters of a second
   * (quarters.ts).
   */
  readonly part?: 'again' | 'text' | 'link' | 'quarters';
  /**
   * withdrawn: sent to people who had opted out. asked: answers that ask for STOP, and numbers taken off the base of
   * people who had asked. unrecorded: those who asked and were not taken off in time.
   */
  readonly consent?: 'withdrawn' | 'asked' | 'unrecorded';
  /** Where STOP may be sent: as a marketing message says, or as it arrived; masked and bounded as senders are. */
  readonly code?: string;
  /** Of the probe's test number: its answers as they arrive, and its opt-outs. */
  readonly step?: 'arrived' | 'recorded';
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
  'order',
  'submission',
  'lag',
  'unit',
  'period',
  'text',
  'part',
  'consent',
  'code',
  'step',
  'reason',
] as const satisfies ReadonlyArray<keyof Dimensions>;

/** `seriesKey({metric: 'sent', provider: 'alpha'})` is `sent{provider=alpha}`. */
export const seriesKey = (series: Series): SeriesKey => {
  let dimensions = '';
  for (const name of ORDER) {
    const value = series[name];
    if (value === undefined) continue;
    dimensions += `${dimensions === '' ? '' : ','}${name}=${encodeURIComponent(value)}`;
  }
  return `${series.metric}{${dimensions}}` as SeriesKey;
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
