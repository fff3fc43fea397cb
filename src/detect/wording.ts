/** How findings name a place and put numbers into words. What one detector alone says is in its own findings.ts. */
import type { WatchedSeries } from './series/classify.ts';

/** Where a finding belongs. */
export const place = ({ key, provider }: WatchedSeries) => ({ series: key, provider });

/** Evidence is rounded so that it reads well and stays the same to the byte. */
export const rounded = (value: number): number => Math.round(value * 100) / 100;

/** A length of time in seconds, as people say it. */
export const inWords = (seconds: number): string =>
  seconds < 120 ? `${seconds} s` : `${Math.round(seconds / 60)} min`;

export const plural = (count: number, one: string, many: string): string =>
  `${count} ${count === 1 ? one : many}`;

/** How a sentence about a series begins: "alpha sent", or "alpha was given" where the provider does not tell. */
export const whoSent = ({ provider, metric }: Pick<WatchedSeries, 'provider' | 'metric'>): string =>
  `${provider} ${metric === 'sent' ? 'sent' : 'was given'}`;

/** How long the provider usually takes, in seconds, as the end of a sentence; nothing where that is not known. */
export const usuallyWithin = (lag: number | undefined, does: 'sends' | 'reports'): string =>
  lag === undefined ? '' : `; it usually ${does} within ${inWords(lag)}`;
