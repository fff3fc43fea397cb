import fc from 'fast-check';
import { DateTime } from 'luxon';
import { expect, it } from 'vitest';
import { toMs } from '../../src/events/dates.ts';

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
