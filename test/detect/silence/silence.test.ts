import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { findSilence, silentAtSoonest } from '../../../src/detect/silence/silence.ts';
import { newBaseline } from '../../../src/detect/statistics/baseline.ts';
import { thresholdFor } from '../../../src/detect/statistics/threshold.ts';
import { second } from '../../../src/events/event.ts';
import { DAY_SECONDS, HOUR_SECONDS } from '../../../src/events/time.ts';
import { countsOf, poissonCounts } from '../draws.ts';
import { forecastOn, hourOfDay, lived, MONDAY } from '../lives.ts';
import { knownBaseline } from '../support.ts';

const LINE = thresholdFor(1, 1);
/** An hour at `rate`, then nothing for `quiet` seconds, of a series known to bring `rate`. */
const silent = (rate: number, quiet: number, baseline = knownBaseline(MONDAY, rate)) => {
  const counts = poissonCounts({
    first: MONDAY,
    seconds: HOUR_SECONDS + quiet,
    rateAt: (now) => (now < MONDAY + HOUR_SECONDS ? rate : 0),
  });
  const last = MONDAY + HOUR_SECONDS + quiet - 1;
  const forecast = forecastOn(MONDAY, counts, { baseline });
  for (let now = MONDAY; now <= last; now += 60) forecast.reach(now);
  return findSilence({ forecast, counts: countsOf(MONDAY, counts), complete: second(last), threshold: LINE });
};

describe('a silent provider', () => {
  it('is found once so much nothing is beyond chance, since its last message', () => {
    expect(silent(2, 5)).toBeUndefined();
    const found = silent(2, 60);
    expect(found?.seconds).toBeGreaterThanOrEqual(60);
    expect(found?.seconds).toBeLessThan(66);
    expect(found?.since).toBe((MONDAY + HOUR_SECONDS + 60 - (found?.seconds ?? 0)) * 1000);
    expect(found?.expected).toBeCloseTo(2 * (found?.seconds ?? 0), 6);
  });

  it('is found the sooner the more it sends', () => {
    const soonest = (rate: number) => [10, 20, 40, 80, 160, 320, 640].find((quiet) => silent(rate, quiet));
    expect(soonest(5)).toBe(10);
    expect(soonest(0.1)).toBeGreaterThanOrEqual(160);
  });

  it('is not silent when a message came in the last seconds', () => {
    const counts = [...Array<number>(HOUR_SECONDS).fill(0), 1, 0, 0];
    const forecast = forecastOn(MONDAY, counts, { baseline: knownBaseline(MONDAY, 2) });
    forecast.reach(MONDAY);
    const seen = (complete: number) =>
      findSilence({
        forecast,
        counts: countsOf(MONDAY, counts),
        complete: second(MONDAY + complete),
        threshold: LINE,
      });
    expect(seen(HOUR_SECONDS - 1)).toMatchObject({ seconds: HOUR_SECONDS, since: MONDAY * 1000 });
    expect(seen(HOUR_SECONDS + 2)).toBeUndefined();
  });

  it('is never one whose hour is not known', () => {
    expect(silent(5, 600, newBaseline(MONDAY / 60))).toBeUndefined();
    const young = knownBaseline(MONDAY, 5);
    for (let hour = 0; hour < 24; hour++) young.weeks[hour] = 0;
    expect(silent(5, 600, young)).toBeUndefined();
  });

  it('is found in the same second when it is asked for no sooner than it can be', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0.02, max: 20, noNaN: true }),
        fc.integer({ min: 0, max: 120 }),
        (rate, offset) => {
          const quiet = 1_800;
          const begins = MONDAY + HOUR_SECONDS + offset;
          const counts = poissonCounts({
            first: MONDAY,
            seconds: HOUR_SECONDS + offset + quiet,
            rateAt: (now) => (now < begins ? rate : 0),
          });
          const forecast = forecastOn(MONDAY, counts, { baseline: knownBaseline(MONDAY, rate) });
          const asked = (now: number) => {
            forecast.reach(now);
            return { forecast, counts: countsOf(MONDAY, counts), complete: second(now), threshold: LINE };
          };
          const [from, until] = [MONDAY + HOUR_SECONDS - 120, begins + quiet];
          const each: number[] = [];
          const seldom: number[] = [];
          for (let now = from; now < until; now++) if (findSilence(asked(now))) each.push(now);
          for (let now: number = from; now < until; ) {
            const input = asked(now);
            const found = findSilence(input);
            if (found) seldom.push(now);
            now = found ? now + 1 : silentAtSoonest(input);
          }
          expect(seldom).toEqual(each);
        },
      ),
      { numRuns: 30 },
    );
  });

  describe('that sends from 8 to 20 and no message at night', () => {
    const rateAt = (now: number) => (hourOfDay(now) >= 8 && hourOfDay(now) < 20 ? 1 : 0);
    const until = MONDAY + 15 * DAY_SECONDS;
    /** Hours of its sixteenth day in which it is called silent. */
    const silentHours = (() => {
      const { forecast, counts } = lived({ first: MONDAY, until, rateAt, ahead: DAY_SECONDS });
      const seen = countsOf(MONDAY, counts);
      const hours = new Set<number>();
      for (let now = until; now < until + DAY_SECONDS; now += 30) {
        forecast.reach(now);
        const found = findSilence({ forecast, counts: seen, complete: second(now), threshold: LINE });
        if (found) hours.add(hourOfDay(now));
      }
      return hours;
    })();

    it('is not silent at night', () => {
      for (const hour of [0, 1, 2, 3, 4, 5, 6, 22, 23]) expect(silentHours).not.toContain(hour);
    });

    it('is not silent just before it begins, nor just after it ends', () => {
      expect([...silentHours].filter((hour) => [7, 8, 20, 21].includes(hour))).toEqual([]);
    });
  });
});
