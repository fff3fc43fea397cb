import fc from 'fast-check';
import { DateTime } from 'luxon';
import { describe, expect, it } from 'vitest';
import { readDate, toMs } from '../../src/events/dates.ts';
import { createWallClock } from '../../src/events/wall-clock.ts';

const BEYOND = Date.UTC(2101, 0, 1);
const digits = (length: number) => fc.nat(10 ** length - 1).map((n) => String(n).padStart(length, '0'));

it('reads every instant as the library does, in each of the usual forms', () => {
  const instant = fc.integer({ min: Date.UTC(2000, 0, 1), max: BEYOND - 1 });
  fc.assert(
    fc.property(instant, (at) => {
      const text = new Date(at).toISOString();
      expect(toMs(text)).toBe(at);
      expect(toMs(`${text.slice(0, 19)}Z`)).toBe(at - (at % 1000));
      expect(toMs(DateTime.fromMillis(at, { zone: 'UTC+5:30' }).toISO() ?? '')).toBe(at);
    }),
  );
});

it('refuses what is no date, as the library does', () => {
  const text = fc
    .tuple(digits(4), digits(2), digits(2), digits(2), digits(2), digits(2), digits(3))
    .map(([year, month, day, ...time]) => ({
      date: `20${year.slice(2)}-0${month.slice(1)}-${Number(day) % 4}${day.slice(1)}`,
      time: `${Number(time[0]) % 3}${time[0].slice(1)}:${Number(time[1]) % 7}${time[1].slice(1)}:${Number(time[2]) % 7}${time[2].slice(1)}.${time[3]}Z`,
    }));
  fc.assert(
    fc.property(text, ({ date, time }) => {
      // 24:00:00.000 is the library's next day.
      const known = DateTime.fromISO(`${date}T${time}`, { zone: 'utc' });
      expect(toMs(`${date}T${time}`)).toBe(known.isValid ? known.toMillis() : undefined);
    }),
    { numRuns: 1_000 },
  );
});

it.each([
  ['2028-02-29T23:59:59.999Z', Date.UTC(2028, 1, 29, 23, 59, 59, 999)],
  ['2027-02-29T00:00:00Z', undefined],
  ['2027-02-28T00:00:00Z', Date.UTC(2027, 1, 28)],
  ['2028-03-01T00:00:00Z', Date.UTC(2028, 2, 1)],
  ['2100-02-28T00:00:00Z', Date.UTC(2100, 1, 28)],
  ['2100-02-29T00:00:00Z', undefined],
  ['2100-03-01T00:00:00Z', Date.UTC(2100, 2, 1)],
  ['2027-04-31T00:00:00Z', undefined],
  ['2027-12-31T00:00:00Z', Date.UTC(2027, 11, 31)],
  ['2027-00-10T00:00:00Z', undefined],
  ['2027-13-10T00:00:00Z', undefined],
  ['2027-10-10T00:60:00Z', undefined],
  ['2027-10-10T00:00:60Z', undefined],
  ['2027-10-10T00:00:0:Z', undefined],
  ['2027-10-10T00:00:00.00/Z', undefined],
  ['2027-10-10T00:00:00.000z', Date.UTC(2027, 9, 10)],
  ['1999-12-31T23:59:59.999Z', undefined],
  ['2101-01-01T00:00:00.000Z', undefined],
])('%s', (text, at) => {
  expect(toMs(text)).toBe(at);
});

/** One instant as languages, databases and providers write it, by the library and not by the code under test. */
const writings = (at: number): unknown[] => {
  const utc = DateTime.fromMillis(at, { zone: 'utc' });
  const paris = utc.setZone('Europe/Paris');
  const delhi = utc.setZone('Asia/Kolkata');
  return [
    at,
    String(at),
    at / 1_000,
    (at / 1_000).toFixed(3),
    utc.toFormat("yyyy-MM-dd'T'HH:mm:ss.SSS'+0000'"),
    utc.toFormat("yyyy-MM-dd HH:mm:ss.SSS 'UTC'"),
    utc.toFormat("yyyy/MM/dd HH:mm:ss.SSS'Z'"),
    paris.toFormat("yyyy-MM-dd'T'HH:mm:ss,SSSZZZ"),
    paris.toFormat("yyyy-MM-dd HH:mm:ss.SSS'000' ZZZ"),
    paris.toFormat("yyyy-MM-dd'T'HH:mm:ss.SSSZZ'[Europe/Paris]'"),
    delhi.toFormat("yyyy-MM-dd'T'HH:mm:ss.SSS'0000'ZZ"),
  ];
};

it('reads one instant from every way it is written', () => {
  const instant = fc.integer({ min: Date.UTC(2000, 0, 2), max: Date.UTC(2033, 0, 1) });
  fc.assert(
    fc.property(instant, (at) => {
      for (const written of writings(at)) expect([written, toMs(written)]).toEqual([written, at]);
      const second = at - (at % 1_000);
      for (const written of [second / 1_000, String(second / 1_000), new Date(second).toUTCString()])
        expect([written, toMs(written)]).toEqual([written, second]);
      const mail = DateTime.fromMillis(second, { zone: 'America/New_York' }).toRFC2822() ?? '';
      expect([mail, toMs(mail)]).toEqual([mail, second]);
      const minute = at - (at % 60_000);
      const short = DateTime.fromMillis(minute, { zone: 'utc' }).toFormat("yyyy-MM-dd'T'HH:mm'Z'");
      expect([short, toMs(short)]).toEqual([short, minute]);
    }),
  );
});

it('takes no number for two dates: seconds and milliseconds are apart, and SMPP’s date is neither', () => {
  expect(readDate(1_793_213_400)).toBe(1_793_213_400_000);
  expect(readDate(1_793_213_400_000)).toBe(1_793_213_400_000);
  for (const doubtful of ['2610282005', 2_610_282_005]) expect(readDate(doubtful)).toBe('two_dates');
  for (const none of [
    1_793_213_400_000_000,
    '1793213400000000',
    17_932_134,
    '20261028200500',
    '261028200500',
  ])
    expect(readDate(none)).toBe('no_date');
});

describe('a date without its offset', () => {
  const paris = createWallClock('Europe/Paris');

  it('is refused where no zone is named, and says so', () => {
    expect(readDate('2026-10-28 20:05:00')).toBe('no_zone');
    expect(readDate('2026-13-28 20:05:00')).toBe('no_date');
  });

  it('is read in the zone that is named, as the library reads it, all year long', () => {
    const quarter = fc.integer({ min: Date.UTC(2024, 0, 1) / 900_000, max: Date.UTC(2032, 0, 1) / 900_000 });
    for (const zone of ['Europe/Paris', 'America/New_York', 'Asia/Kolkata', 'Australia/Lord_Howe', 'UTC']) {
      const clock = createWallClock(zone);
      fc.assert(
        fc.property(quarter, fc.nat(899_999), (slot, rest) => {
          const local = DateTime.fromMillis(slot * 900_000 + rest, { zone });
          const read = readDate(local.toFormat('yyyy-MM-dd HH:mm:ss.SSS'), clock);
          // An hour that comes twice is its first.
          const possible = local.getPossibleOffsets().map((one) => one.toMillis());
          expect(read).toBe(Math.min(...possible));
        }),
        { numRuns: 500 },
      );
    }
  });

  it.each([
    ['2026-10-25 02:30:00', Date.UTC(2026, 9, 25, 0, 30)],
    ['2026-10-25 03:00:00', Date.UTC(2026, 9, 25, 2)],
    ['2026-03-29 02:30:00', Date.UTC(2026, 2, 29, 1, 30)],
    ['2026-03-29 03:00:00', Date.UTC(2026, 2, 29, 1)],
  ])('is read when clocks change: %s', (text, at) => {
    expect(readDate(text, paris)).toBe(at);
  });

  it('leaves dates with their offset as they are', () => {
    expect(readDate('2026-10-28T20:05:00Z', paris)).toBe(Date.UTC(2026, 9, 28, 20, 5));
  });
});
