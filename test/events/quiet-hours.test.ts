import { describe, expect, it } from 'vitest';
import { configSchema } from '../../src/config/schema.ts';
import { ms } from '../../src/events/event.ts';
import { createIsQuiet } from '../../src/events/quiet-hours.ts';

const defaults = configSchema.parse({}).detect.quietHours;
const isQuiet = createIsQuiet(defaults);
const quiet = (to: string, at: string) => isQuiet(to, ms(Date.parse(at)));

const paris = '+33612345678';
const reunion = '+262692123456';
const guadeloupe = '+590690123456';

describe('quiet hours', () => {
  it.each([
    ['the last allowed second', '2025-10-28T19:59:59.999+01:00', false],
    ['the first forbidden second', '2025-10-28T20:00:00+01:00', true],
    ['the last forbidden second of the morning', '2025-10-28T07:59:59.999+01:00', true],
    ['the first allowed second', '2025-10-28T08:00:00+01:00', false],
    ['midnight', '2025-10-29T00:00:00+01:00', true],
    ['Saturday noon', '2025-10-25T12:00:00+02:00', false],
    ['Sunday noon', '2025-10-26T12:00:00+01:00', true],
    ['14 July', '2025-07-14T12:00:00+02:00', true],
    ['1 November, a Saturday', '2025-11-01T12:00:00+01:00', true],
    ['Easter Monday', '2025-04-21T12:00:00+02:00', true],
    ['the day after 14 July', '2025-07-15T12:00:00+02:00', false],
  ])('in Paris, %s (%s): forbidden is %s', (_, at, expected) => {
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

  it('is evening in La Réunion when it is still afternoon in Paris', () => {
    const at = '2025-10-28T17:30:00+01:00';
    expect(quiet(paris, at)).toBe(false);
    expect(quiet(reunion, at)).toBe(true);
  });

  it('is still night in Guadeloupe on a Paris morning, and afternoon on a Paris evening', () => {
    expect(quiet(guadeloupe, '2025-10-28T10:00:00+01:00')).toBe(true);
    expect(quiet(guadeloupe, '2025-10-28T21:00:00+01:00')).toBe(false);
  });

  it('knows the holidays that only an overseas department has', () => {
    expect(quiet(reunion, '2025-12-20T12:00:00+04:00')).toBe(true);
    expect(quiet(paris, '2025-12-20T12:00:00+01:00')).toBe(false);
    expect(quiet(guadeloupe, '2025-05-27T12:00:00-04:00')).toBe(true);
  });

  it('knows the holidays of a neighbour', () => {
    expect(quiet('+32470123456', '2025-07-21T12:00:00+02:00')).toBe(true);
    expect(quiet('+32470123456', '2025-07-14T12:00:00+02:00')).toBe(false);
  });

  it('judges short codes and unknown countries by the fallback', () => {
    for (const to of ['36200', '+12025550123']) {
      expect(quiet(to, '2025-10-28T12:00:00+01:00')).toBe(false);
      expect(quiet(to, '2025-10-28T20:00:00+01:00')).toBe(true);
      expect(quiet(to, '2025-07-14T12:00:00+02:00')).toBe(true);
    }
  });

  it('allows holidays and other days when the configuration says so', () => {
    const lenient = createIsQuiet({ ...defaults, to: '24:00', days: ['sun', 'mon'], publicHolidays: false });
    expect(lenient(paris, ms(Date.parse('2025-07-14T23:59:59+02:00')))).toBe(false);
    expect(lenient(paris, ms(Date.parse('2025-10-26T12:00:00+01:00')))).toBe(false);
    expect(lenient(paris, ms(Date.parse('2025-10-28T12:00:00+01:00')))).toBe(true);
  });

  it('refuses hours that end before they begin, and a zone that does not exist', () => {
    expect(() => createIsQuiet({ ...defaults, from: '20:00', to: '08:00' })).toThrow(/before/);
    expect(() => createIsQuiet({ ...defaults, fallbackZone: 'Nowhere' })).toThrow(/Nowhere/);
  });
});
