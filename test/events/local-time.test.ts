import { describe, expect, it } from 'vitest';
import { ms } from '../../src/events/event.ts';
import { localTime, zoneOf } from '../../src/events/local-time.ts';

const at = (text: string) => ms(Date.parse(text));
const zone = (address: string) => zoneOf(address, 'Europe/Paris').zone;

describe('where a number lives', () => {
  it.each([
    ['+33612345678', 'Europe/Paris'],
    ['+262692123456', 'Indian/Reunion'],
    ['+262693123456', 'Indian/Reunion'],
    ['+33692123456', 'Indian/Reunion'],
    ['+262639123456', 'Indian/Mayotte'],
    ['+262269123456', 'Indian/Mayotte'],
    ['+590690123456', 'America/Guadeloupe'],
    ['+594694123456', 'America/Cayenne'],
    ['+596696123456', 'America/Martinique'],
    ['+508551234', 'America/Miquelon'],
    ['+687751234', 'Pacific/Noumea'],
    ['+68987123456', 'Pacific/Tahiti'],
    ['+681821234', 'Pacific/Wallis'],
    ['+32470123456', 'Europe/Brussels'],
    ['+447700900123', 'Europe/London'],
  ])('%s lives in %s', (address, expected) => {
    expect(zone(address)).toBe(expected);
  });

  it('knows no country for short codes, sender names and numbers of many zones, and falls back', () => {
    for (const address of ['36200', 'SALON', '+12025550123', '+', '']) {
      expect(zoneOf(address, 'Europe/Madrid')).toEqual({ country: undefined, zone: 'Europe/Madrid' });
    }
  });
});

describe('local time', () => {
  it('reads weekday, minute and date where the person is', () => {
    expect(localTime('Indian/Reunion', at('2025-10-28T21:30:59Z'))).toEqual({
      weekday: 3,
      minuteOfDay: 90,
      date: '2025-10-29',
    });
  });

  it('follows the clocks in the night they change', () => {
    expect(localTime('Europe/Paris', at('2025-10-26T00:59:59Z')).minuteOfDay).toBe(179);
    expect(localTime('Europe/Paris', at('2025-10-26T01:00:00Z')).minuteOfDay).toBe(120);
    expect(localTime('Europe/Paris', at('2025-03-30T00:59:59Z')).minuteOfDay).toBe(119);
    expect(localTime('Europe/Paris', at('2025-03-30T01:00:00Z')).minuteOfDay).toBe(180);
  });

  it('agrees with the platform over a year in zones of odd offsets, more slots than it keeps', () => {
    for (const name of ['Europe/Paris', 'Asia/Kathmandu', 'Australia/Lord_Howe', 'America/St_Johns']) {
      const format = new Intl.DateTimeFormat('sv-SE', {
        timeZone: name,
        dateStyle: 'short',
        timeStyle: 'short',
      });
      for (let t = at('2025-01-01T00:07:00Z') as number; t < at('2026-01-01T00:00:00Z'); t += 3_300_000) {
        const { date, minuteOfDay } = localTime(name, ms(t));
        const clock = `${String(Math.floor(minuteOfDay / 60)).padStart(2, '0')}:${String(minuteOfDay % 60).padStart(2, '0')}`;
        expect(`${date} ${clock}`).toBe(format.format(t));
      }
    }
  });

  it('refuses a zone that does not exist', () => {
    expect(() => localTime('Europe/Atlantis', at('2025-01-01T00:00:00Z'))).toThrow(RangeError);
  });
});
