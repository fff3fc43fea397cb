/**
 * The traffic of a log as it was: messages of each provider, second by second, marketing and other. In: events as
 * they are counted. Out: sums for what a pause would have spared, and points for a picture.
 */
import type { Category, MessageEvent, SmsEvent } from '../../events/event.ts';
import { HOUR_SECONDS } from '../../events/time.ts';
import type { Point } from './picture.ts';

/** The messages that a pause would have kept in. */
export interface SparedTraffic {
  readonly marketing: number;
  readonly other: number;
}

/** What was expected of a provider in one minute, counted from the epoch. */
export interface ExpectedMinute {
  readonly minute: number;
  /** The messages a second that were expected. */
  readonly rate: number;
  /** The messages a second that would be called a burst, over one second and over one minute. */
  readonly upper: Readonly<Record<1 | 60, number>>;
}

/** The messages of each second of an hour: seconds are kept so since a log may have long holes, or one bad date. */
interface HourTraffic {
  readonly marketing: Uint32Array;
  readonly other: Uint32Array;
}
type TrafficMetric = 'sent' | 'submitted';

/** The traffic of a log, to which events are added as they are counted. */
export const createTraffic = (categoryOf: (event: MessageEvent) => Category) => {
  const all: Record<TrafficMetric, Map<string, Map<number, HourTraffic>>> = {
    sent: new Map(),
    submitted: new Map(),
  };

  const add = (event: SmsEvent): void => {
    if (event.type !== 'sent' && event.type !== 'submitted') return;
    const hours = all[event.type].get(event.provider) ?? new Map<number, HourTraffic>();
    all[event.type].set(event.provider, hours);
    const at = Math.floor(event.at / 1000);
    const start = at - (at % HOUR_SECONDS);
    const hour = hours.get(start) ?? {
      marketing: new Uint32Array(HOUR_SECONDS),
      other: new Uint32Array(HOUR_SECONDS),
    };
    hours.set(start, hour);
    const lane = categoryOf(event) === 'marketing' ? hour.marketing : hour.other;
    lane[at - start] = (lane[at - start] ?? 0) + 1;
  };

  /** The metric a provider is drawn by: what it says it sent or, where it never says, what it was given. */
  const metricOf = (provider: string): TrafficMetric => (all.sent.has(provider) ? 'sent' : 'submitted');

  const sum = (provider: string, from: number, to: number): SparedTraffic => {
    const total = { marketing: 0, other: 0 };
    for (const [start, hour] of all[metricOf(provider)].get(provider) ?? []) {
      for (let at = Math.max(from, start); at <= Math.min(to, start + HOUR_SECONDS - 1); at++) {
        total.marketing += hour.marketing[at - start] ?? 0;
        total.other += hour.other[at - start] ?? 0;
      }
    }
    return total;
  };

  return {
    add,
    metricOf,
    providers: (): string[] => [...new Set([...all.sent.keys(), ...all.submitted.keys()])].sort(),
    /** The messages from one second to another (epoch s), both included. */
    sum,
    /** A point for every `step` seconds of the hours that have any message. */
    points: (provider: string, step: 1 | 60, expected: readonly ExpectedMinute[]): Point[] => {
      const byMinute = new Map(expected.map((one) => [one.minute, one]));
      const hours = [...(all[metricOf(provider)].get(provider) ?? [])].sort(([a], [b]) => a - b);
      return hours.flatMap(([start, { marketing, other }]) =>
        Array.from({ length: HOUR_SECONDS / step }, (_, index) => {
          let value = 0;
          for (let at = index * step; at < (index + 1) * step; at++)
            value += (marketing[at] ?? 0) + (other[at] ?? 0);
          const at = start + index * step;
          const known = byMinute.get(Math.floor(at / 60));
          return { at: at * 1000, value, ...(known ? bandOf(known, step) : {}) };
        }),
      );
    },
  };
};

/** The band of usual values, as far below what is expected as the threshold of a burst lies above it. */
const bandOf = ({ rate, upper }: ExpectedMinute, step: 1 | 60) => ({
  expected: rate * step,
  low: Math.max(0, (2 * rate - upper[step]) * step),
  high: upper[step] * step,
});
