/**
 * How often somebody may come: token buckets, full at first, that fill again over a minute.
 * In: a key, such as an address, and the time. Out: how long it has to wait. Memory is bounded.
 */
import type { Ms } from '../events/event.ts';
import { MINUTE } from '../events/time.ts';

export interface Limit {
  /** Takes a token and answers 0; when there is none, answers in how many seconds there is. */
  take(key: string, now: Ms): number;
  /** Answers as `take`, and takes nothing. */
  wait(key: string, now: Ms): number;
}

/** The most keys held; beyond it the one that was quiet for longest is forgotten. */
const MOST = 10_000;

/** A limit of so many a minute for each key, with at most `most` keys in memory. */
export const createLimit = (perMinute: number, most: number = MOST): Limit => {
  const buckets = new Map<string, { readonly left: number; readonly at: Ms }>();

  const leftOf = (key: string, now: Ms): number => {
    const bucket = buckets.get(key);
    if (!bucket) return perMinute;
    const filled = (Math.max(0, now - bucket.at) * perMinute) / MINUTE;
    return Math.min(perMinute, bucket.left + filled);
  };
  const secondsFor = (left: number): number =>
    left >= 1 ? 0 : Math.ceil(((1 - left) * MINUTE) / perMinute / 1_000);

  return {
    take: (key, now) => {
      const left = leftOf(key, now);
      const wait = secondsFor(left);
      buckets.delete(key);
      buckets.set(key, { left: wait === 0 ? left - 1 : left, at: now });
      const [oldest] = buckets.keys();
      if (buckets.size > most && oldest !== undefined) buckets.delete(oldest);
      return wait;
    },
    wait: (key, now) => secondsFor(leftOf(key, now)),
  };
};

/** The requests allowed a minute to each token and to each address, and the wrong tokens to each address. */
export const PER_MINUTE = { reads: 600, orders: 30, failures: 10 };
export type PerMinute = typeof PER_MINUTE;
