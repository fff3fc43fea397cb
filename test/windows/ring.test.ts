import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { countIn, createRing, HELD, type Ring, setIn, sumIn } from '../../src/windows/ring.ts';

const BASE = 1_793_213_400;
const ringOf = (...counts: ReadonlyArray<readonly [at: number, count: number]>): Ring => {
  const ring = createRing(BASE + (counts[0]?.[0] ?? 0));
  for (const [at, count] of counts) setIn(ring, BASE + at, count);
  return ring;
};
const sum = (ring: Ring, from: number, to: number) => sumIn(ring, BASE + from, BASE + to);

describe('a ring', () => {
  test('answers as a plain map would, for whatever was set in which order within what it holds', () => {
    const step = fc.record({
      ahead: fc.oneof(fc.nat(3), fc.nat(500), fc.nat(9_000)),
      back: fc.oneof(fc.constant(0), fc.nat(60), fc.nat(HELD - 1)),
      count: fc.nat(1_000_000),
    });
    const stretch = fc.tuple(fc.nat(HELD - 1), fc.nat(HELD - 1));
    fc.assert(
      fc.property(fc.array(step, { minLength: 1, maxLength: 40 }), stretch, (steps, [a, b]) => {
        const ring = createRing(BASE);
        const plain = new Map<number, number>();
        let head = BASE;
        for (const { ahead, back, count } of steps) {
          head += ahead;
          const at = Math.max(BASE, head - back);
          setIn(ring, at, count);
          // A ring knows the newest second it was given, not what time it is.
          if (at > ring.newest - HELD) plain.set(at, count);
        }
        const [from, to] = [ring.newest - Math.max(a, b), ring.newest - Math.min(a, b)];
        const expected = [...plain].reduce((all, [at, n]) => (at >= from && at <= to ? all + n : all), 0);
        expect(sumIn(ring, from, to)).toBe(expected);
        for (const at of [from, to, ring.newest]) expect(countIn(ring, at)).toBe(plain.get(at) ?? 0);
      }),
      { numRuns: 500 },
    );
  });

  test('takes a count that comes late, and the one that replaces it', () => {
    const ring = ringOf([0, 5], [100, 7], [50, 3]);
    expect([sum(ring, 0, 100), sum(ring, 1, 99), sum(ring, 51, 100)]).toEqual([15, 3, 7]);
    setIn(ring, BASE + 50, 1);
    expect([sum(ring, 0, 100), sum(ring, 50, 50)]).toEqual([13, 1]);
  });

  test('takes a count from before its first', () => {
    const ring = ringOf([100, 7], [40, 2]);
    expect([sum(ring, 0, 100), sum(ring, 0, 99), sum(ring, 41, 99)]).toEqual([9, 2, 0]);
  });

  test('has nothing in the gap of a series that was silent, nor from before it', () => {
    for (const gap of [10, HELD - 1, HELD + 1, 4_095, 4_096, 4_097, 1_000_000]) {
      const ring = ringOf([0, 5], [gap, 7]);
      expect(sum(ring, 1, gap)).toBe(7);
      expect(sum(ring, 1, gap - 1)).toBe(0);
      expect(sum(ring, gap - HELD + 1, gap)).toBe(gap < HELD ? 12 : 7);
    }
  });

  test('leaves a second as it is that is no longer held', () => {
    const ring = ringOf([0, 5], [HELD, 7]);
    setIn(ring, BASE, 500);
    expect(sum(ring, 1, HELD)).toBe(7);
    setIn(ring, BASE + 1, 500);
    expect(sum(ring, 1, HELD)).toBe(507);
  });

  test('has nothing after its newest second', () => {
    const ring = ringOf([0, 5]);
    expect([sum(ring, 1, 10_000), countIn(ring, BASE + 4_096), sum(ring, 0, 10_000)]).toEqual([0, 0, 5]);
    expect(sum(ring, 1, 0)).toBe(0);
  });

  test('does not care that its totals pass 2^32', () => {
    const ring = createRing(BASE);
    for (let i = 0; i < 20_000; i++) setIn(ring, BASE + i, 1_000_000);
    expect(sum(ring, 20_000 - 3_600, 19_999)).toBe(3_600_000_000);
    expect(countIn(ring, BASE + 19_999)).toBe(1_000_000);
    setIn(ring, BASE + 19_990, 3);
    expect(sum(ring, 19_985, 19_999)).toBe(14 * 1_000_000 + 3);
  });
});
