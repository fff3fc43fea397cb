import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ms } from '../../src/events/event.ts';
import { createQuarters, firstOf, MOST, quarterOf, wholeOf } from '../../src/windows/quarters.ts';
import { seriesKey } from '../../src/windows/series.ts';

const SECOND = 1_793_213_400;
const packed = (times: readonly number[]) => times.reduce((sum, at) => sum + quarterOf(ms(at)), 0);

describe('the quarters of a second', () => {
  test('are what counting the messages of each would say, in whatever parts they are added up', () => {
    const times = fc.array(fc.nat(999), { maxLength: 60 });
    fc.assert(
      fc.property(times, times, (some, others) => {
        const at = [...some, ...others];
        const sum = packed(some.map((t) => SECOND * 1_000 + t)) + packed(others);
        for (const quarters of [1, 2, 3] as const)
          expect(firstOf(sum, quarters)).toBe(at.filter((t) => t < quarters * 250).length);
      }),
    );
  });

  test('hold as many messages as a second may have, exactly', () => {
    const most = MOST - 1;
    const sum = [0, 250, 500].reduce((all, at) => all + most * quarterOf(ms(at)), 0);
    expect(Number.isSafeInteger(sum)).toBe(true);
    expect([firstOf(sum, 1), firstOf(sum, 2), firstOf(sum, 3)]).toEqual([most, 2 * most, 3 * most]);
  });

  test('belong to a series, and are none themselves', () => {
    for (const series of [
      { metric: 'sent', provider: 'alpha' },
      { metric: 'submitted', provider: 'a,b', category: 'marketing' },
    ] as const) {
      expect(wholeOf(seriesKey({ ...series, part: 'quarters' }))).toBe(seriesKey(series));
      expect(wholeOf(seriesKey(series))).toBeUndefined();
    }
    expect(wholeOf(seriesKey({ metric: 'sent', campaign: 'x,part=quarters' }))).toBeUndefined();
  });

  test('are known of the newest minute, the latest total of each second', () => {
    const quarters = createQuarters();
    for (const [at, first] of [
      [0, 1],
      [0, 4],
      [70, 2],
      [6, 9],
    ] as const) {
      quarters.set(SECOND + at, first);
    }
    expect(quarters.first(SECOND, 3)).toBe(4);
    expect(quarters.first(SECOND + 70, 1)).toBe(2);
    expect(quarters.first(SECOND + 6, 1)).toBeUndefined();
    expect(quarters.first(SECOND + 1, 1)).toBeUndefined();
  });
});
