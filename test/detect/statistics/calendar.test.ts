import { describe, expect, it } from 'vitest';
import { createCalendar } from '../../../src/detect/statistics/calendar.ts';

const paris = createCalendar('Europe/Paris');
const momentAt = (text: string, calendar = paris) => calendar(Date.parse(text) / 60_000);
const hourAt = (text: string) => momentAt(text).hour;
const dayAt = (text: string) => momentAt(text).day;

describe('the hour of the local week', () => {
  it('begins on Monday at midnight, where the traffic lives', () => {
    expect(momentAt('2026-01-05T00:00:00+01:00')).toEqual({ hour: 0, part: 0, day: 'usual' });
    expect(momentAt('2026-01-11T23:45:00+01:00')).toEqual({ hour: 167, part: 0.75, day: 'usual' });
    expect(momentAt('2026-01-05T00:00:00Z', createCalendar('Asia/Tokyo')).hour).toBe(9);
  });

  it('leaves one out when the clocks go forward', () => {
    expect(hourAt('2026-03-29T01:59:00+01:00')).toBe(6 * 24 + 1);
    expect(hourAt('2026-03-29T03:00:00+02:00')).toBe(6 * 24 + 3);
  });

  it('comes twice, as the same, when the clocks go back', () => {
    expect(momentAt('2026-10-25T02:30:00+02:00')).toEqual(momentAt('2026-10-25T02:30:00+01:00'));
    expect(hourAt('2026-10-25T02:30:00+02:00')).toBe(6 * 24 + 2);
    expect(hourAt('2026-10-25T03:00:00+01:00')).toBe(6 * 24 + 3);
  });

  it('keeps a daily rhythm at its hour on both sides of a change', () => {
    for (const day of ['2026-03-27T09:00:00+01:00', '2026-04-03T09:00:00+02:00']) {
      expect(hourAt(day)).toBe(4 * 24 + 9);
    }
  });
});

describe('a day', () => {
  it('is a holiday from midnight to midnight where the zone lies', () => {
    expect(dayAt('2026-07-13T23:59:00+02:00')).toBe('usual');
    expect(dayAt('2026-07-14T00:00:00+02:00')).toBe('holiday');
    expect(dayAt('2026-07-14T23:59:00+02:00')).toBe('holiday');
    expect(dayAt('2026-07-15T00:00:00+02:00')).toBe('usual');
    expect(momentAt('2026-07-14T12:00:00+02:00', createCalendar('Europe/Berlin')).day).toBe('usual');
  });

  it('is a holiday rather than the edge of a month', () => {
    expect(dayAt('2026-05-01T12:00:00+02:00')).toBe('holiday');
  });

  it.each([
    ['2026-02-27', 'usual'],
    ['2026-02-28', 'edge'],
    ['2026-03-01', 'edge'],
    ['2026-03-02', 'usual'],
    ['2028-02-28', 'usual'],
    ['2028-02-29', 'edge'],
    ['2026-04-30', 'edge'],
    ['2026-12-31', 'edge'],
    ['2027-01-01', 'holiday'],
  ])('%s is %s', (date, day) => {
    expect(dayAt(`${date}T12:00:00+02:00`)).toBe(day);
  });

  it('has no holidays in a zone whose country is not known', () => {
    expect(momentAt('2026-12-25T12:00:00Z', createCalendar('Etc/UTC')).day).toBe('usual');
  });
});

describe('a zone that does not exist', () => {
  it('is refused', () => {
    expect(() => createCalendar('Europe/Nowhere')(0)).toThrow(RangeError);
  });
});
