import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type ParsedRecord, withoutFarDates } from '../../../src/cli/replay/far-dates.ts';
import { duration, ms } from '../../../src/events/event.ts';
import { sent } from '../../support/events.ts';

const MINUTE = 60_000;
const AHEAD = duration(5 * MINUTE);

const dated = (at: number): ParsedRecord => ({
  value: Buffer.from(`${at}`),
  parsed: { ok: true, event: sent({ at: ms(at) }) },
});

/** The dates that are refused of a log; nothing of it may be lost or change its place. */
const refusedIn = async (dates: readonly number[]): Promise<number[]> => {
  const refused: number[] = [];
  const read: number[] = [];
  const records = (async function* () {
    for (const at of dates) yield [dated(at)];
  })();
  for await (const batch of withoutFarDates(records, AHEAD)) {
    for (const { value, parsed } of batch) {
      read.push(Number(value));
      if (!parsed.ok) refused.push(Number(value));
    }
  }
  expect(read).toEqual(dates);
  return refused;
};

const minutes = (from: number, count: number): number[] =>
  Array.from({ length: count }, (_, n) => (from + n) * MINUTE);

test('one date far ahead of all around it is refused, first, in the middle or last but one', async () => {
  const log = minutes(1_000, 50);
  for (const place of [0, 1, 25, 49])
    expect(await refusedIn([...log.slice(0, place), 9e9, ...log.slice(place)])).toEqual([9e9]);
});

test('a night without messages is no wrong date, nor is the one message behind it', async () => {
  expect(await refusedIn([...minutes(0, 10), ...minutes(600, 10)])).toEqual([]);
  expect(await refusedIn([...minutes(0, 10), 600 * MINUTE])).toEqual([]);
});

test('a source that is read an hour late among another makes neither’s dates wrong', async () => {
  const log = minutes(1_000, 100).flatMap((at) => [at, at - 60 * MINUTE]);
  expect(await refusedIn(log)).toEqual([]);
});

test('whatever the order within five minutes, nothing is refused', () =>
  fc.assert(
    fc.asyncProperty(fc.array(fc.nat(10 * MINUTE), { maxLength: 100 }), async (jitters) => {
      const log = jitters.map((jitter, n) => 1e9 + n * 1_000 + (jitter % (4 * MINUTE)));
      expect(await refusedIn(log)).toEqual([]);
    }),
  ));
