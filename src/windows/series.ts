/**
 * Series: one count to watch, a metric with its dimensions, written sent{provider=alpha,campaign=spring}.
 * In: a metric and its dimensions. Out: the key it has everywhere (process, snapshot, Redis, live view).
 */
import type { Channel } from '../events/channels.ts';
import type { Category, MessageType } from '../events/event.ts';
import type { TextFault } from '../events/text/faults.ts';
import type { Lag } from './lags.ts';

/** What is counted: events by type, the probe's own events, what is billed, what is no SMS, and rejected records. */
export type Metric =
  | MessageType
  | 'received'
  | 'opted_out'
  | 'opted_in'
  | 'probe'
  | 'usage'
  | 'other'
  | 'rejected';

/**
 * quiet: submitted, or sent, in hours forbidden to its category where its recipient lives. late: sent in such hours,
 * but submitted when it was allowed, as far as its partition brought the submission before it.
 */
export type Hours = 'quiet' | 'late';

export interface Dimensions {
  readonly provider?: string;
  readonly category?: Category;
  readonly campaign?: string;
  /** The ISO 3166 country of the recipient's number. */
  readonly country?: string;
  /** The message's `from`, masked when it is a phone number; "(other)" for those too many to tell apart. */
  readonly sender?: string;
  /** The provider's code for what went wrong, "none" when it gave none, "(other)" as for senders. */
  readonly error?: string;
  /** Marks messages that reached their recipient in forbidden hours: "quiet", or "late" when submitted before them. */
  readonly hours?: Hours;
  /** "none": sent without an order. "twice": its order had gone to the same person before, under another id. */
  readonly order?: 'none' | 'twice';
  /**
   * Whether a message was submitted before it was sent, told only where memory reaches back far enough. "late": those
   * first counted as "none" whose submission came after all.
   */
  readonly submission?: 'known' | 'none' | 'late';
  /** How many seconds before it was sent a message was submitted, as a step of windows/lags.ts. */
  readonly lag?: Lag;
  /** "segments": the count is of the parts that messages were sent in, not of messages. */
  readonly unit?: 'segments';
  /** The stretch of time that is billed for, as `<start>-<end>` in epoch seconds. */
  readonly period?: string;
  /** What is wrong with the messages' text. */
  readonly text?: TextFault;
  /**
   * again: only messages whose text or campaign had gone to the same person a short while ago. text, link: not a count
   * but a tally of marketing, by fingerprint and campaign, and by host. quarters: not a count but how it falls on the
   * quarters of a second (quarters.ts).
   */
  readonly part?: 'again' | 'text' | 'link' | 'quarters';
  /**
   * withdrawn: sent to people who had opted out. asked: answers that ask for STOP, and numbers taken off the base of
   * people who had asked. probable: answers that probably ask for STOP, of which a person must judge. unrecorded: those
   * who asked and were not taken off in time. blocked: messages that the provider refused since their recipient had
   * told it STOP.
   */
  readonly consent?: 'withdrawn' | 'asked' | 'probable' | 'unrecorded' | 'blocked';
  /** The code for STOP that marketing names, or that an answer arrived at; masked and bounded as senders are. */
  readonly code?: string;
  /** What came of the probe's STOP: its answer arrived, or its opt-out was recorded. */
  readonly step?: 'arrived' | 'recorded';
  /**
   * "late": came when the windows of its provider held its time no more, and is counted once more, in the newest second
   * of its provider.
   */
  readonly arrival?: 'late';
  /** Of what is no SMS, the channel it came by. */
  readonly channel?: Channel;
  /** The reason for which records were rejected, as parsing gives it. */
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
  'arrival',
  'channel',
  'reason',
] as const satisfies ReadonlyArray<keyof Dimensions>;

/** The key of a series: `seriesKey({metric: 'sent', provider: 'alpha'})` is `sent{provider=alpha}`. */
export const seriesKey = (series: Series): SeriesKey => {
  let dimensions = '';
  for (const name of ORDER) {
    const value = series[name];
    if (value === undefined) continue;
    dimensions += `${dimensions === '' ? '' : ','}${name}=${encodeURIComponent(value)}`;
  }
  return `${series.metric}{${dimensions}}` as SeriesKey;
};

/** Takes a key that `seriesKey` wrote apart again; callers that do it often keep the outcome. */
export const parseSeries = (key: SeriesKey): Series => {
  const open = key.indexOf('{');
  const inside = key.slice(open + 1, -1);
  const pairs = inside === '' ? [] : inside.split(',').map((pair) => pair.split('=', 2));
  const dimensions = Object.fromEntries(
    pairs.map(([name, value]) => [name, decodeURIComponent(value ?? '')]),
  );
  return { metric: key.slice(0, open), ...dimensions } as Series;
};
