import { describe, expect, it } from 'vitest';
import { type Baseline, forecastHour, knownRate } from '../../../src/detect/statistics/baseline.ts';
import { learn } from '../../../src/detect/statistics/baseline-learning.ts';
import { DAY_SECONDS, HOUR_SECONDS } from '../../../src/events/time.ts';
import { config, dayOfWeek, hourOfDay, lived, MONDAY, paris } from '../lives.ts';
import { at, knownBaseline } from '../support.ts';

const shopHours = (when: number) => (hourOfDay(when) >= 8 && hourOfDay(when) < 20 ? 1 : 0.1);
const expectedOf = (baseline: Baseline, text: string) =>
  forecastHour(baseline, { minute: at(text) / 60, calendar: paris }, config);
/** Teaches minutes that brought `rate` where `expected` was forecast, both a second. */
const teach = (baseline: Baseline, from: string, minutes: number, rate: number, expected = rate) => {
  for (let minute = at(from) / 60, end = minute + minutes; minute < end; minute++) {
    const error = 60 * (rate - expected) ** 2;
    const seen = { minute, count: 60 * rate, expected: 60 * expected, seconds: error, tens: 10 * error };
    learn(baseline, { minute, calendar: paris }, seen, config);
  }
};

describe('the baseline of a series', () => {
  it('learns the shape of its day', () => {
    const { forecast } = lived({ first: MONDAY, until: MONDAY + 15 * DAY_SECONDS, rateAt: shopHours });
    const { baseline } = forecast;
    for (const [text, rate] of [
      ['2026-01-20T03:30:00+01:00', 0.1],
      ['2026-01-20T12:30:00+01:00', 1],
      ['2026-01-24T12:30:00+01:00', 1],
      ['2026-01-25T22:30:00+01:00', 0.1],
    ] as const) {
      const { rate: found, trust } = expectedOf(baseline, text);
      expect(found / rate).toBeGreaterThan(0.85);
      expect(found / rate).toBeLessThan(1.15);
      expect(trust).toBe('full');
    }
  });

  it('follows growth', () => {
    const growing = (when: number) => 0.3 * 1.05 ** ((when - MONDAY) / DAY_SECONDS);
    const { forecast } = lived({ first: MONDAY, until: MONDAY + 20 * DAY_SECONDS, rateAt: growing });
    const now = MONDAY + 20 * DAY_SECONDS;
    expect(forecast.hourAt(now).rate / growing(now)).toBeGreaterThan(0.85);
    expect(forecast.hourAt(now).rate / growing(now)).toBeLessThan(1.15);
  });

  it('says how young it is, and how far its forecast is to be trusted', () => {
    const ages: Array<readonly [number, string, number]> = [];
    lived({
      first: MONDAY,
      until: MONDAY + 8 * DAY_SECONDS,
      rateAt: () => 0.2,
      each: (forecast, now) => {
        const noon = now % DAY_SECONDS === 11 * HOUR_SECONDS;
        if (!noon || ![0, 1, 6, 7].includes(dayOfWeek(now) + (now - MONDAY >= 7 * DAY_SECONDS ? 7 : 0)))
          return;
        const { days, trust, scatter } = forecast.hourAt(now);
        ages.push([days, trust, scatter.least]);
      },
    });
    expect(ages).toEqual([
      [0, 'none', 0.25],
      [1, 'wide', 0.1],
      [6, 'wide', 0.1],
      [7, 'full', 0],
    ]);
  });

  it('keeps its hours when the clocks go forward', () => {
    const first = at('2026-03-09T00:00:00+01:00');
    const office = (when: number) => (hourOfDay(when) >= 9 && hourOfDay(when) < 18 ? 1 : 0.1);
    const { forecast } = lived({ first, until: at('2026-03-30T12:00:00+02:00'), rateAt: office });
    expect(expectedOf(forecast.baseline, '2026-03-30T09:30:00+02:00').rate).toBeGreaterThan(0.7);
    expect(expectedOf(forecast.baseline, '2026-03-30T17:30:00+02:00').rate).toBeGreaterThan(0.7);
    expect(expectedOf(forecast.baseline, '2026-03-30T18:30:00+02:00').rate).toBeLessThan(0.3);
  });

  it('expects the same of the hour that comes twice', () => {
    const night = knownBaseline(at('2026-10-25T00:00:00Z'), (hour) => (hour === 146 ? 3 : 1));
    const [first, again] = ['+02:00', '+01:00'].map((zone) =>
      expectedOf(night, `2026-10-25T02:30:00${zone}`),
    );
    expect(first?.rate).toBe(3);
    expect(again).toMatchObject({ rate: 3, trust: 'full' });
  });
});

describe('an hour that is not known', () => {
  it('is taken to be as the busiest day at that hour, so that a first Monday is no news', () => {
    const young = knownBaseline(MONDAY, (hour) => (hour >= 6 * 24 ? 0.2 : hour >= 5 * 24 ? 4 : 9));
    for (let hour = 0; hour < 5 * 24; hour++) young.weeks[hour] = 0;
    expect(expectedOf(young, '2026-01-05T10:30:00+01:00')).toMatchObject({ rate: 4, trust: 'wide' });
  });

  it('is nothing a relative could follow', () => {
    const known = knownBaseline(MONDAY, 2);
    const moment = { minute: MONDAY / 60 + 630, calendar: paris };
    expect(knownRate(known, moment)).toBe(2);
    known.weeks.fill(0);
    expect(knownRate(known, moment)).toBeUndefined();
  });
});

describe('a holiday', () => {
  const noon = '2026-07-14T12:30:00+02:00';
  const tuesday = 24 + 12;
  const sunday = 6 * 24 + 12;
  const known = (rates: Record<number, number>) => knownBaseline(at(noon), (hour) => rates[hour] ?? 1);

  it('expects no less than a Sunday, and no less than its weekday', () => {
    expect(expectedOf(known({ [tuesday]: 1, [sunday]: 5 }), noon).rate).toBe(5);
    expect(expectedOf(known({ [tuesday]: 5, [sunday]: 1 }), noon).rate).toBe(5);
    expect(expectedOf(known({ [tuesday]: 1, [sunday]: 5 }), '2026-07-21T12:30:00+02:00').rate).toBe(1);
  });

  it('teaches nothing', () => {
    const before = known({});
    const after = known({});
    teach(after, '2026-07-14T00:00:00+02:00', 1_440, 50);
    teach(after, '2026-07-15T00:00:00+02:00', 1, 1);
    expect(after.hours).toEqual(before.hours);
    expect(expectedOf(after, '2026-07-15T12:30:00+02:00').rate).toBeCloseTo(1, 1);
  });
});

describe('the first and the last days of months', () => {
  it('have a factor of their own', () => {
    const baseline = knownBaseline(at('2026-01-31T00:00:00+01:00'), 1);
    teach(baseline, '2026-01-31T00:00:00+01:00', 1_440, 2, 1);
    expect(expectedOf(baseline, '2026-02-01T12:30:00+01:00').rate).toBeCloseTo(1.97, 1);
    expect(expectedOf(baseline, '2026-02-02T12:30:00+01:00').rate).toBeCloseTo(1, 2);
    expect(expectedOf(baseline, '2026-02-28T12:30:00+01:00').rate).toBeGreaterThan(1.9);
  });

  it('teach the hours of other days nothing', () => {
    const baseline = knownBaseline(at('2026-01-31T00:00:00+01:00'), 1);
    teach(baseline, '2026-01-31T00:00:00+01:00', 2_881, 9, 1);
    expect(baseline.hours).toEqual(Array(168).fill(1));
  });

  it('are never expected to bring less than other days', () => {
    const baseline = knownBaseline(at('2026-01-31T00:00:00+01:00'), 1);
    teach(baseline, '2026-01-31T00:00:00+01:00', 1_440, 0.2, 1);
    expect(expectedOf(baseline, '2026-02-01T12:30:00+01:00').rate).toBeCloseTo(1, 6);
  });
});

describe('a known hour', () => {
  const known = () => knownBaseline(MONDAY, 1);

  it('is moved by no week by more than three times what it was', () => {
    const baseline = known();
    teach(baseline, '2026-01-05T00:00:00+01:00', 61, 100, 1);
    expect(baseline.hours[0]).toBeCloseTo((1 + 1 + 3) / 3, 4);
    expect(baseline.weeks[0]).toBe(3);
  });

  it('learns nothing when most of it was left out', () => {
    const baseline = known();
    teach(baseline, '2026-01-05T00:00:00+01:00', 19, 2, 1);
    teach(baseline, '2026-01-05T01:00:00+01:00', 1, 1);
    expect(baseline.hours[0]).toBe(1);
  });

  it('never expects nothing at all', () => {
    const { rate } = expectedOf(knownBaseline(MONDAY, 0), '2026-01-05T10:30:00+01:00');
    expect(rate).toBeGreaterThan(0);
    expect(rate).toBeLessThan(0.05);
  });
});
