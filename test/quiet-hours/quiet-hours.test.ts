import fc from 'fast-check';
import { DateTime } from 'luxon';
import { describe, expect, it, test } from 'vitest';
import { type Config, configSchema } from '../../src/config/schema.ts';
import { type Category, ms } from '../../src/events/event.ts';
import { createHolidays } from '../../src/quiet-hours/holidays.ts';
import { type Place, PREFIXES } from '../../src/quiet-hours/places.ts';
import { QUIET_PRESETS } from '../../src/quiet-hours/presets.ts';
import { createIsQuiet } from '../../src/quiet-hours/quiet-hours.ts';

type Written = Partial<Config['detect']['quietHours']>;
const configured = (quietHours: Written = {}) => {
  const isQuiet = createIsQuiet(configSchema.parse({ detect: { quietHours } }).detect.quietHours);
  return (to: string, at: string, category: Category = 'marketing') =>
    isQuiet(to, ms(Date.parse(at)), category);
};
const quiet = configured();

const paris = '+33612345678';
const reunion = '+262692123456';
const guadeloupe = '+590690123456';
const brussels = '+32470123456';
const amsterdam = '+31612345678';
const newYork = '+12125550123';
const dallas = '+12145550123';
const toronto = '+14165550123';

describe('quiet hours in Paris', () => {
  it.each([
    ['the last allowed millisecond', '2025-10-28T19:59:59.999+01:00', false],
    ['the first forbidden one', '2025-10-28T20:00:00.000+01:00', true],
    ['the last forbidden one of the morning', '2025-10-28T07:59:59.999+01:00', true],
    ['the first allowed one', '2025-10-28T08:00:00.000+01:00', false],
    ['midnight', '2025-10-29T00:00:00+01:00', true],
    ['Saturday noon', '2025-10-25T12:00:00+02:00', false],
    ['the last of Saturday', '2025-10-25T19:59:59.999+02:00', false],
    ['Sunday noon', '2025-10-26T12:00:00+01:00', true],
    ['1 January', '2026-01-01T12:00:00+01:00', true],
    ['31 December', '2025-12-31T19:59:59+01:00', false],
    ['2 January', '2026-01-02T08:00:00+01:00', false],
    ['14 July', '2025-07-14T12:00:00+02:00', true],
    ['the day after 14 July', '2025-07-15T12:00:00+02:00', false],
    ['1 November, a Saturday', '2025-11-01T12:00:00+01:00', true],
    ['Easter Monday', '2025-04-21T12:00:00+02:00', true],
    ['Good Friday', '2026-04-03T12:00:00+02:00', false],
    ['29 February, a Thursday, before 20:00', '2024-02-29T19:59:59+01:00', false],
    ['29 February, a Thursday, at 20:00', '2024-02-29T20:00:00+01:00', true],
    ['29 February, a Sunday', '2032-02-29T12:00:00+01:00', true],
    ['1 March after a leap day', '2024-03-01T08:00:00+01:00', false],
  ])('%s (%s): forbidden is %s', (_, at, expected) => {
    expect(quiet(paris, at)).toBe(expected);
  });

  it('keeps to the wall clock on both sides of a change of clocks', () => {
    expect(quiet(paris, '2025-03-29T07:00:00Z')).toBe(false);
    expect(quiet(paris, '2025-03-31T05:59:59Z')).toBe(true);
    expect(quiet(paris, '2025-03-31T06:00:00Z')).toBe(false);
    expect(quiet(paris, '2025-10-25T17:59:59Z')).toBe(false);
    expect(quiet(paris, '2025-10-27T18:59:59Z')).toBe(false);
    expect(quiet(paris, '2025-10-27T19:00:00Z')).toBe(true);
  });

  it('has a window twice in the night that repeats an hour, and not at all in the one that skips it', () => {
    const nightly = configured({ rules: { FR: { marketing: { 'mon-sun': '02:15-02:45' } } } });
    for (const hour of ['00', '01']) {
      expect(nightly(paris, `2025-10-26T${hour}:14:59.999Z`)).toBe(true);
      expect(nightly(paris, `2025-10-26T${hour}:15:00Z`)).toBe(false);
      expect(nightly(paris, `2025-10-26T${hour}:44:59.999Z`)).toBe(false);
      expect(nightly(paris, `2025-10-26T${hour}:45:00Z`)).toBe(true);
    }
    for (let minute = 0; minute < 120; minute++) {
      const at = new Date(Date.UTC(2025, 2, 30, 0, minute)).toISOString();
      expect([at, nightly(paris, at)]).toEqual([at, true]);
    }
  });
});

describe('where a person lives', () => {
  it('it is evening in La Réunion when it is still afternoon in Paris', () => {
    const at = '2025-10-28T17:30:00+01:00';
    expect(quiet(paris, at)).toBe(false);
    expect(quiet(reunion, at)).toBe(true);
    expect(quiet('+33692123456', at)).toBe(true);
    expect(quiet(reunion, '2025-10-28T16:59:59.999+01:00')).toBe(false);
  });

  it('it is still night in Guadeloupe on a Paris morning, and afternoon on a Paris evening', () => {
    expect(quiet(guadeloupe, '2025-10-28T10:00:00+01:00')).toBe(true);
    expect(quiet(guadeloupe, '2025-10-28T21:00:00+01:00')).toBe(false);
    expect(quiet(guadeloupe, '2025-10-29T01:00:00+01:00')).toBe(true);
  });

  it('its own holidays hold', () => {
    expect(quiet(reunion, '2025-12-20T12:00:00+04:00')).toBe(true);
    expect(quiet(paris, '2025-12-20T12:00:00+01:00')).toBe(false);
    expect(quiet(guadeloupe, '2025-05-27T12:00:00-04:00')).toBe(true);
    expect(quiet(brussels, '2025-07-21T12:00:00+02:00')).toBe(true);
    expect(quiet(brussels, '2025-07-14T12:00:00+02:00')).toBe(false);
  });

  it('the day turns by its own clock', () => {
    // 14 July has begun in Nouméa's and Wallis's night, and goes on in Guadeloupe when Paris sleeps.
    expect(quiet('+681821234', '2025-07-14T00:00:00+12:00')).toBe(true);
    expect(quiet('+681821234', '2025-07-13T22:00:00Z')).toBe(true);
    expect(quiet('+681821234', '2025-07-14T22:00:00Z')).toBe(false);
  });

  it('Alsace and Moselle have two more holidays, for numbers that are said to be theirs', () => {
    const alsace: Written = {
      places: { '+33388': { country: 'FR', region: '67', zone: 'Europe/Paris' } },
    };
    const everywhere: Written = {
      places: { '+33': { country: 'FR', region: '67', zone: 'Europe/Paris' } },
    };
    for (const at of ['2026-04-03T12:00:00+02:00', '2026-12-26T12:00:00+01:00']) {
      expect(configured(alsace)('+33388123456', at)).toBe(true);
      expect(configured(alsace)(paris, at)).toBe(false);
      expect(configured(everywhere)(paris, at)).toBe(true);
      // An overseas number is not taken along, nor are its own holidays lost.
      expect(configured(everywhere)(reunion, at)).toBe(false);
    }
    expect(configured(everywhere)(reunion, '2025-12-20T12:00:00+04:00')).toBe(true);
    expect(configured(everywhere)(paris, '2026-04-07T12:00:00+02:00')).toBe(false);
  });
});

describe('America', () => {
  it.each([
    ['New York, 21:00', newYork, '2025-10-28T20:59:59.999-04:00', false],
    ['New York, 21:00', newYork, '2025-10-28T21:00:00-04:00', true],
    ['New York, 08:00 on the day clocks go forward', newYork, '2025-03-09T11:59:59.999Z', true],
    ['New York, 08:00 on the day clocks go forward', newYork, '2025-03-09T12:00:00Z', false],
    ['New York, 08:00 on the day clocks go back', newYork, '2025-11-02T12:59:59.999Z', true],
    ['New York, 08:00 on the day clocks go back', newYork, '2025-11-02T13:00:00Z', false],
    ['New York, 21:00 on the day clocks go back', newYork, '2025-11-03T01:59:59.999Z', false],
    ['New York, 21:00 on the day clocks go back', newYork, '2025-11-03T02:00:00Z', true],
    ['New York, Thanksgiving', newYork, '2025-11-27T12:00:00-05:00', false],
    ['Miami, 20:00', '+13055550123', '2025-10-28T20:00:00-04:00', true],
    ['Oklahoma City, 20:00', '+14055550123', '2025-10-28T20:00:00-05:00', true],
    ['Seattle, 20:00', '+12065550123', '2025-10-28T20:00:00-07:00', true],
    ['Portland, 20:00', '+15035550123', '2025-10-28T20:00:00-07:00', false],
    ['Dallas, 08:59 on a Tuesday', dallas, '2025-10-28T08:59:59-05:00', true],
    ['Dallas, 09:00 on a Tuesday', dallas, '2025-10-28T09:00:00-05:00', false],
    ['Dallas, 11:59 on a Sunday', dallas, '2025-11-02T11:59:59-06:00', true],
    ['Dallas, 12:00 on a Sunday', dallas, '2025-11-02T12:00:00-06:00', false],
    ['El Paso, an hour behind Dallas', '+19155550123', '2025-10-28T09:00:00-05:00', true],
    ['Phoenix, which keeps no summer time', '+16025550123', '2025-07-01T15:00:00Z', false],
    ['Toronto, 21:30 on a Friday', toronto, '2025-10-31T21:29:59-04:00', false],
    ['Toronto, 21:30 on a Friday', toronto, '2025-10-31T21:30:00-04:00', true],
    ['Toronto, 18:00 on a Saturday', toronto, '2025-11-01T18:00:00-04:00', true],
    ['an area code nobody has, 21:00 in Chicago', '+15555550123', '2025-10-28T21:00:00-05:00', true],
  ])('%s: %s at %s: forbidden is %s', (_, to, at, expected) => {
    expect(quiet(to, at)).toBe(expected);
  });
});

describe('numbers that tell nothing', () => {
  it('are judged as if they were at the fallback, by its clock and its holidays', () => {
    for (const to of ['36200', 'SALON', '', '+', '+79161234567', '0612345678', '33612345678']) {
      expect(quiet(to, '2025-10-28T12:00:00+01:00')).toBe(false);
      expect(quiet(to, '2025-10-28T20:00:00+01:00')).toBe(true);
      expect(quiet(to, '2025-07-14T12:00:00+02:00')).toBe(true);
    }
    const british = configured({ fallback: { country: 'GB', zone: 'Europe/London' } });
    expect(british('36200', '2025-10-28T20:59:59Z')).toBe(false);
    expect(british('36200', '2025-10-28T21:00:00Z')).toBe(true);
  });

  it('a country without a rule has that of the fallback, by its own clock and holidays', () => {
    expect(quiet(amsterdam, '2025-10-28T19:59:59+01:00')).toBe(false);
    expect(quiet(amsterdam, '2025-10-28T20:00:00+01:00')).toBe(true);
    expect(quiet(amsterdam, '2025-07-14T12:00:00+02:00')).toBe(false);
    // Koningsdag, a day early in 2025 because of Sunday.
    expect(quiet(amsterdam, '2025-04-26T12:00:00+02:00')).toBe(true);
  });
});

describe('categories', () => {
  it('codes and transactional messages have no rule, so they are never forbidden', () => {
    for (const category of ['otp', 'transactional'] as const) {
      expect(quiet(paris, '2025-10-28T03:00:00+01:00', category)).toBeUndefined();
    }
  });

  it('have the rule they are given, and only they', () => {
    const reminders = configured({ rules: { FR: { transactional: { 'mon-sun': '07:00-22:00' } } } });
    expect(reminders(paris, '2025-10-26T21:59:59+01:00', 'transactional')).toBe(false);
    expect(reminders(paris, '2025-10-26T22:00:00+01:00', 'transactional')).toBe(true);
    expect(reminders(paris, '2025-10-26T22:00:00+01:00', 'otp')).toBeUndefined();
    expect(reminders(paris, '2025-10-28T20:00:00+01:00')).toBe(true);
    expect(reminders(amsterdam, '2025-10-28T23:00:00+01:00', 'transactional')).toBe(true);
  });
});

describe('rules that are configured', () => {
  it('replace a preset, and anytime takes it away', () => {
    const lenient = configured({
      rules: {
        FR: { marketing: { 'mon-sat': '08:00-20:30', sun: '10:00-12:00' } },
        US: { marketing: 'anytime' },
        NL: { marketing: 'anytime' },
      },
    });
    expect(lenient(paris, '2025-10-28T20:29:59.999+01:00')).toBe(false);
    expect(lenient(paris, '2025-10-28T20:30:00+01:00')).toBe(true);
    expect(lenient(paris, '2025-10-26T11:00:00+01:00')).toBe(false);
    expect(lenient(paris, '2025-07-14T12:00:00+02:00')).toBe(false);
    expect(lenient(amsterdam, '2025-10-26T03:00:00+01:00')).toBeUndefined();
    expect(lenient(newYork, '2025-10-26T03:00:00-04:00')).toBeUndefined();
    // A state keeps its own until it is named as well.
    expect(lenient(dallas, '2025-10-26T03:00:00-05:00')).toBe(true);
  });

  it('hold for a part of a country, before those of the country', () => {
    const overseas = configured({ rules: { 'FR-RE': { marketing: { 'mon-sun': '10:00-16:00' } } } });
    expect(overseas(reunion, '2025-10-26T10:00:00+04:00')).toBe(false);
    expect(overseas(reunion, '2025-10-28T09:59:59+04:00')).toBe(true);
    expect(overseas(paris, '2025-10-28T09:59:59+01:00')).toBe(false);
  });

  it('go to midnight, through it when the next day begins there, and to any minute', () => {
    const night = configured({ rules: { FR: { marketing: { mon: '22:07-24:00', tue: '00:00-00:01' } } } });
    expect(night(paris, '2025-10-27T22:06:59.999+01:00')).toBe(true);
    expect(night(paris, '2025-10-27T22:07:00+01:00')).toBe(false);
    expect(night(paris, '2025-10-27T23:59:59.999+01:00')).toBe(false);
    expect(night(paris, '2025-10-28T00:00:00+01:00')).toBe(false);
    expect(night(paris, '2025-10-28T00:00:59.999+01:00')).toBe(false);
    expect(night(paris, '2025-10-28T00:01:00+01:00')).toBe(true);
  });

  it('a region that the holiday calendar does not know is refused: its holidays would be missed in silence', () => {
    const places = { '+33388': { country: 'FR', region: 'A', zone: 'Europe/Paris' } };
    expect(() => configured({ places })).toThrow(/no region A of FR/);
  });
});

/** The rule as a person would read it off the preset, with luxon for the clock. */
const slowly = (place: Place, at: number): boolean => {
  const names = [`${place.country}-${place.region}`, `${place.country}`, 'FR'];
  const rule = names.map((name) => QUIET_PRESETS[name]?.marketing).find((one) => one !== undefined) ?? {};
  const local = DateTime.fromMillis(at, { zone: place.zone });
  const date = local.toFormat('yyyy-MM-dd');
  if (rule.holidays === false && holidays(place, date.slice(0, 4)).has(date)) return true;
  const week = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'];
  const allowed = Object.entries(rule).some(([days, hours]) => {
    const [first = '', last = first] = days.split('-');
    const [from = '', to = ''] = `${hours}`.split('-');
    const now = local.toFormat('HH:mm');
    const day = local.weekday - 1;
    return day >= week.indexOf(first) && day <= week.indexOf(last) && now >= from && now < to;
  });
  return !allowed;
};
const holidays = createHolidays();

test('at every place of the tables, at any instant, it agrees with a calendar worked out slowly', () => {
  const isQuiet = createIsQuiet(configSchema.parse({}).detect.quietHours);
  const places = [...new Map(PREFIXES.map(([digits, place]) => [place, `+${digits}5550123`]))];
  // One year, a leap year: working out the holidays of a country takes longer than all else.
  const instant = fc.integer({ min: Date.UTC(2028, 0, 2), max: Date.UTC(2028, 11, 30) });
  fc.assert(
    fc.property(instant, (at) => {
      for (const [place, number] of places) {
        expect([number, isQuiet(number, ms(at), 'marketing')]).toEqual([number, slowly(place, at)]);
      }
    }),
    { numRuns: 30 },
  );
});
