import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Forecast } from '../../../src/detect/statistics/forecast.ts';
import { thresholdFor } from '../../../src/detect/statistics/threshold.ts';
import { DAY_SECONDS, HOUR_SECONDS } from '../../../src/events/time.ts';
import { poissonCounts } from '../draws.ts';
import { dayOfWeek, forecastOn, hourOfDay, lived, MONDAY, paris } from '../lives.ts';
import { ANY, knownBaseline } from '../support.ts';

const LINE = thresholdFor(1, 1);
/** Looks at and seals every second with messages, as the engine does; answers the greatest surprise. */
const watchAll = (
  forecast: Forecast,
  counts: ArrayLike<number>,
  from: number,
  to: number,
  first = MONDAY,
) => {
  let most = 0;
  for (let at = from; at < to; at++) {
    if ((counts[at - first] ?? 0) === 0) continue;
    most = Math.max(most, forecast.look(at, ANY)?.surprise ?? 0);
    forecast.seal(at);
  }
  return most;
};
const minutes = (forecast: Forecast, to: number) =>
  Array.from({ length: 60 }, (_, i) => forecast.expected(to - 60 * (i + 1), to - 60 * i - 1));

describe('forecasts', () => {
  const seconds = 5 * HOUR_SECONDS;
  const counts = poissonCounts({ first: MONDAY, seconds, rateAt: (now) => 1 + 0.2 * hourOfDay(now) });
  const sameFor = (fresh: () => Forecast) => {
    const plain = fresh();
    watchAll(plain, counts, MONDAY, MONDAY + seconds);
    plain.reach(MONDAY + seconds);
    const chunk = fc.record({
      length: fc.integer({ min: 1, max: 1_500 }),
      looks: fc.array(fc.nat(1_499), { maxLength: 3 }),
      reach: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(chunk, { minLength: 30, maxLength: 30 }), (chunks) => {
        const cut = fresh();
        let from = MONDAY;
        for (const { length, looks, reach } of chunks) {
          const to = Math.min(from + length, MONDAY + seconds);
          for (const look of [...looks].sort((a, b) => a - b))
            if (from + look < to) cut.look(from + look, ANY);
          for (let at = from; at < to; at++) if ((counts[at - MONDAY] ?? 0) > 0) cut.seal(at);
          if (reach) cut.reach(to - 1);
          from = to;
        }
        cut.reach(MONDAY + seconds);
        expect(cut.baseline).toEqual(plain.baseline);
        expect(minutes(cut, MONDAY + seconds)).toEqual(minutes(plain, MONDAY + seconds));
      }),
      { numRuns: 25 },
    );
  };

  it('of a known series are the same however the stream is cut into looks', () => {
    sameFor(() => forecastOn(MONDAY, counts, { baseline: knownBaseline(MONDAY, 1.5) }));
  });

  it('of a new series are the same however the stream is cut into looks', () => {
    sameFor(() => forecastOn(MONDAY, counts));
  });
});

describe('a series without a past', () => {
  it('has no burst in its own steady start', () => {
    for (const rate of [1, 20]) {
      const counts = poissonCounts({ first: MONDAY, seconds: 2 * HOUR_SECONDS, rateAt: () => rate });
      const forecast = forecastOn(MONDAY, counts);
      watchAll(forecast, counts, MONDAY, MONDAY + 180);
      expect(watchAll(forecast, counts, MONDAY + 180, MONDAY + 2 * HOUR_SECONDS)).toBeLessThan(LINE);
    }
  });

  it('follows the shape of a relative at its own height', () => {
    const evening = (minute: number) => (hourOfDay(minute * 60) >= 3 ? 30 : 10);
    const counts = poissonCounts({ first: MONDAY, seconds: 3 * HOUR_SECONDS, rateAt: () => 1 });
    const forecast = forecastOn(MONDAY, counts, { related: evening });
    for (let now = MONDAY; now < MONDAY + 3 * HOUR_SECONDS; now += 60) forecast.reach(now);
    expect(forecast.hourAt(MONDAY + 3 * HOUR_SECONDS - 60).rate).toBeCloseTo(1, 0);
    const { rate, trust } = forecast.hourAt(MONDAY + 3 * HOUR_SECONDS);
    expect(rate).toBeGreaterThan(2.7);
    expect(rate).toBeLessThan(3.3);
    expect(trust).toBe('none');
  });
});

describe('ordinary life', () => {
  const swelling = (now: number) => {
    const { hour, part } = paris(Math.floor(now / 60));
    return 0.1 + 0.9 * Math.max(0, Math.sin((Math.PI * ((hour % 24) + part - 6)) / 16));
  };
  const mostOfDay = (first: number, day: number, rateAt: (now: number) => number) => {
    const { forecast, counts } = lived({ first, until: day, rateAt, ahead: DAY_SECONDS });
    return watchAll(forecast, counts, day, day + DAY_SECONDS, first);
  };

  it('has no burst on a day of a rhythm that is known', () => {
    expect(mostOfDay(MONDAY, MONDAY + 15 * DAY_SECONDS, swelling)).toBeLessThan(LINE);
  });

  it('has no burst when the shop opens, on the hour as every day', () => {
    const shop = (now: number) => (hourOfDay(now) >= 8 && hourOfDay(now) < 20 ? 3 : 0.3);
    expect(mostOfDay(MONDAY, MONDAY + 15 * DAY_SECONDS, shop)).toBeLessThan(LINE);
  });

  it.each([
    ['a Thursday', 3],
    ['a Monday', 0],
  ])('has no burst on the Monday after its first Sunday, watched since %s', (_, day) => {
    const week = (now: number) => 2 * swelling(now) * (dayOfWeek(now) === 6 ? 0.05 : 1);
    expect(mostOfDay(MONDAY + day * DAY_SECONDS, MONDAY + 7 * DAY_SECONDS, week)).toBeLessThan(LINE);
  });
});

describe('what is left out', () => {
  const usual = 0.3;
  const begins = MONDAY + 8 * DAY_SECONDS + 12 * HOUR_SECONDS;
  const after = (lasts: number, leaveOut: boolean, lookAt: number) =>
    lived({
      first: MONDAY,
      until: lookAt,
      rateAt: (now) => (now >= begins && now < begins + lasts ? 10 * usual : usual),
      each: (forecast, now) => {
        if (leaveOut && now >= begins && now < begins + lasts) forecast.leaveOut(begins, now);
      },
    }).forecast;
  const rateAfter = (lasts: number, leaveOut: boolean, wait: number) => {
    const lookAt = begins + wait;
    return after(lasts, leaveOut, lookAt).hourAt(lookAt).rate / usual;
  };

  it('does not teach, neither the hour nor the level', () => {
    expect(rateAfter(HOUR_SECONDS, true, 3 * HOUR_SECONDS)).toBeLessThan(1.15);
    expect(rateAfter(HOUR_SECONDS, true, 7 * DAY_SECONDS + HOUR_SECONDS / 2)).toBeLessThan(1.15);
    expect(rateAfter(HOUR_SECONDS, false, 7 * DAY_SECONDS + HOUR_SECONDS / 2)).toBeGreaterThan(1.5);
  });

  it('teaches when it goes on for more than a day', () => {
    expect(rateAfter(3 * DAY_SECONDS, true, DAY_SECONDS)).toBeLessThan(1.3);
    expect(rateAfter(3 * DAY_SECONDS, true, 3 * DAY_SECONDS)).toBeGreaterThan(4);
  });
});

describe('a silence of the whole stream', () => {
  it('teaches nothing, and leaves the series known', () => {
    const counts = poissonCounts({ first: MONDAY, seconds: HOUR_SECONDS, rateAt: () => 2 });
    const forecast = forecastOn(MONDAY, counts, { baseline: knownBaseline(MONDAY, 2) });
    watchAll(forecast, counts, MONDAY, MONDAY + HOUR_SECONDS);
    forecast.reach(MONDAY + 5 * DAY_SECONDS);
    expect(forecast.baseline.hours).toEqual(knownBaseline(MONDAY, 2).hours);
    expect(forecast.hourAt(MONDAY + 5 * DAY_SECONDS)).toMatchObject({ rate: 2, trust: 'full' });
  });
});
