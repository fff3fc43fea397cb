import { describe, expect, it } from 'vitest';
import {
  addDestination,
  type Destination,
  judgeDestination,
} from '../../../src/detect/destination/destinations.ts';
import { DAY_SECONDS, HOUR_SECONDS } from '../../../src/events/time.ts';
import { MONDAY } from '../lives.ts';

/** A provider watched for ten days. */
const judged = (known: Destination | undefined, inAnHour: number, at = MONDAY + 10 * DAY_SECONDS) =>
  judgeDestination(known, { at, watched: MONDAY, inAnHour });
const seen = (...times: readonly number[]): Destination | undefined =>
  times.reduce<Destination | undefined>((known, at) => addDestination(known, at), undefined);

describe('a country never used', () => {
  it('is a warning from twenty messages in an hour on, and strong from two hundred on', () => {
    expect(judged(undefined, 19)).toBeUndefined();
    expect(judged(undefined, 20)).toBe('warn');
    expect(judged(undefined, 199)).toBe('warn');
    expect(judged(undefined, 200)).toBe('strong');
  });

  it('stays a finding for the rest of its first day', () => {
    const first = MONDAY + 10.5 * DAY_SECONDS;
    expect(judged(seen(first, first + HOUR_SECONDS), 50, first + HOUR_SECONDS)).toBe('warn');
  });

  it('is not known because its night went past midnight, wherever midnight is taken', () => {
    for (let hour = 0; hour < 24; hour++) {
      const first = MONDAY + 10 * DAY_SECONDS + hour * HOUR_SECONDS - 60;
      expect(judged(seen(first, first + 120), 50, first + 120)).toBe('warn');
    }
  });

  it('is known once messages went there on two days', () => {
    expect(judged(seen(MONDAY + 9 * DAY_SECONDS, MONDAY + 10 * DAY_SECONDS), 500)).toBeUndefined();
    expect(judged(seen(MONDAY + 9.5 * DAY_SECONDS, MONDAY + 9.5 * DAY_SECONDS + HOUR_SECONDS), 500)).toBe(
      'strong',
    );
  });

  it('is none of a provider watched for less than a day, nor later one of those it began with', () => {
    expect(judged(undefined, 500, MONDAY + DAY_SECONDS - 1)).toBeUndefined();
    expect(judged(undefined, 500, MONDAY + DAY_SECONDS)).toBe('strong');
    expect(judged(seen(MONDAY + HOUR_SECONDS), 500)).toBeUndefined();
  });
});
