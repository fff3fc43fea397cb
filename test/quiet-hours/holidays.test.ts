import Holidays from 'date-holidays';
import { describe, expect, it } from 'vitest';
import { createHolidays, isHolidayRegion } from '../../src/quiet-hours/holidays.ts';

const holidays = createHolidays();
const of = (country: string, region: string | undefined, date: string) =>
  holidays({ country, region, zone: 'Europe/Paris' }, date.slice(0, 4)).has(date);

describe('public holidays', () => {
  it.each([
    ['FR', undefined],
    ['FR', '67'],
    ['FR', 'RE'],
    ['DE', undefined],
    ['IT', undefined],
  ])('of %s %s are those of the calendar, on every day of a leap year', (country, region) => {
    const calendar = new Holidays({ country, state: region }, { types: ['public'] });
    for (let day = Date.UTC(2028, 0, 1); day < Date.UTC(2029, 0, 1); day += 86_400_000) {
      // Noon at Greenwich is within the same day in all of these.
      const slow = calendar.isHoliday(new Date(day + 43_200_000)) !== false;
      const date = new Date(day).toISOString().slice(0, 10);
      expect([date, of(country, region, date)]).toEqual([date, slow]);
    }
  });

  it('has Good Friday and 26 December in Alsace and Moselle alone', () => {
    for (const date of ['2026-04-03', '2026-12-26']) {
      for (const region of ['57', '67', '68']) expect(of('FR', region, date)).toBe(true);
      for (const region of [undefined, 'RE']) expect(of('FR', region, date)).toBe(false);
    }
  });

  it('has none where no country is known', () => {
    expect(holidays({ country: undefined, zone: 'Asia/Kathmandu' }, '2025').size).toBe(0);
  });

  it('tells which regions have holidays of their own', () => {
    expect(isHolidayRegion('FR', '67')).toBe(true);
    expect(isHolidayRegion('FR', 'A')).toBe(false);
    expect(isHolidayRegion('PT', '67')).toBe(false);
  });
});
