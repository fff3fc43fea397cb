import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { surprise } from '../../../src/detect/statistics/likelihood.ts';
import type { ScanWanted } from '../../../src/detect/statistics/scan.ts';
import { mostSurprisingByQuarters, sumBetween } from '../../../src/detect/statistics/scan-quarters.ts';
import { countsByQuarter } from '../draws.ts';
import { ANY } from '../support.ts';

const FIRST = 1_000;
const RATE = 8;
const expected = (from: number, to: number) => (to + 1 - from) * RATE;
const nats = (count: number, mean: number) => surprise(count, mean, 1.5);
/** Messages by quarter of a second, from FIRST on. */
const quarters = fc.array(fc.nat(12), { minLength: 32, maxLength: 48 });
const between = (counts: readonly number[], from: number, to: number) =>
  counts.slice((from - FIRST) * 4, (to - FIRST) * 4).reduce((a, b) => a + b, 0);

describe('a stretch between quarters of seconds', () => {
  it('has what counting its messages would say', () => {
    fc.assert(
      fc.property(quarters, fc.nat(32), fc.nat(32), (counts, a, b) => {
        const [from, to] = [FIRST + Math.min(a, b) / 4, FIRST + Math.max(a, b) / 4];
        expect(sumBetween(countsByQuarter(FIRST, counts), from, to)).toBe(between(counts, from, to));
      }),
    );
  });

  it('is not known where the quarters of the seconds at its ends are not', () => {
    const { count, sum } = countsByQuarter(FIRST, Array<number>(20).fill(2));
    expect(sumBetween({ count, sum }, FIRST, FIRST + 3)).toBe(24);
    expect(sumBetween({ count, sum }, FIRST + 0.25, FIRST + 3)).toBeUndefined();
    expect(sumBetween({ count, sum }, FIRST, FIRST + 2.5)).toBeUndefined();
  });
});

describe('windows that begin within a second', () => {
  const best = (counts: readonly number[], at: number, wanted: ScanWanted = ANY) =>
    mostSurprisingByQuarters({
      ...wanted,
      counts: countsByQuarter(FIRST, counts),
      at,
      expected,
      surprise: nats,
    });

  it('are the most surprising of one to four seconds that end in the newest one', () => {
    fc.assert(
      fc.property(quarters, fc.double({ min: 0, max: 20, noNaN: true }), (counts, least) => {
        const at = FIRST + Math.ceil(counts.length / 4) - 1;
        let most = 0;
        for (const part of [0.25, 0.5, 0.75]) {
          for (const seconds of [1, 2, 3, 4]) {
            const to = at + part;
            most = Math.max(most, nats(between(counts, to - seconds, to), RATE * seconds));
          }
        }
        const clear = best(counts, at, { ...ANY, least });
        expect(clear?.surprise).toBe(most < least + Math.log(4) ? undefined : most);
      }),
    );
  });

  it('see nothing in what is the same every second, however it falls on its quarters', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(RATE / 4), { minLength: 4, maxLength: 4 }), fc.nat(3), (parts, where) => {
        const left = RATE - parts.reduce((a, b) => a + b, 0);
        const second = parts.map((n, quarter) => (quarter === where ? n + left : n));
        const counts = Array.from({ length: 10 }, () => second).flat();
        expect(best(counts, FIRST + 9)).toBeUndefined();
      }),
    );
  });
});
