import { describe, expect, it } from 'vitest';
import { ms } from '../../src/events/event.ts';
import { localTime } from '../../src/quiet-hours/local-time.ts';

const at = (text: string) => ms(Date.parse(text));

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
