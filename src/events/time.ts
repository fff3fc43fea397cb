/** Lengths of time, each in the two units that tocsin counts in. */
import { type Duration, duration } from './event.ts';

export const MINUTE: Duration = duration(60_000);
export const HOUR: Duration = duration(3_600_000);
export const DAY: Duration = duration(86_400_000);

/** Lengths in seconds, the unit of buckets. */
export const MINUTE_SECONDS = 60;
export const HOUR_SECONDS = 3_600;
export const DAY_SECONDS = 86_400;

/** An instant (epoch ms) as RFC 3339 in UTC, to the millisecond. */
export const rfc3339 = (at: number): string => new Date(at).toISOString();
