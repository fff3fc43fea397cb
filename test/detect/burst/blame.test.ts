import { describe, expect, it } from 'vitest';
import { type BurstStretch, explains, MORE, roseTogether } from '../../../src/detect/burst/blame.ts';
import { second } from '../../../src/events/event.ts';
import { HOUR_SECONDS } from '../../../src/events/time.ts';
import { countsOf } from '../draws.ts';
import { MONDAY } from '../lives.ts';

const BURST = 60;
/** An hour at one rate a second, then a minute at another. */
const part = (name: string, usual: number, during: number) => ({
  name,
  counts: countsOf(
    MONDAY,
    Array.from({ length: HOUR_SECONDS + BURST }, (_, i) => (i < HOUR_SECONDS ? usual : during)),
  ),
});
const stretch = {
  since: second(MONDAY + HOUR_SECONDS),
  from: second(MONDAY + HOUR_SECONDS),
  to: second(MONDAY + HOUR_SECONDS + BURST - 1),
};
const blamed = (
  parts: ReturnType<typeof part>[],
  expected = 10 * BURST,
  of: BurstStretch = stretch,
  more = MORE,
) => {
  const whole = {
    count: (at: number) => parts.reduce((sum, { counts }) => sum + counts.count(at), 0),
    sum: (from: number, to: number) => parts.reduce((sum, { counts }) => sum + counts.sum(from, to), 0),
  };
  return explains(parts, { whole, expected, stretch: of, more });
};

describe('the blame for a burst', () => {
  it('is the part that brought the excess, not the one that is always large', () => {
    expect(blamed([part('large', 9, 9), part('small', 1, 11)])).toEqual({ name: 'small', share: 1 });
  });

  it('is a part that was not there before', () => {
    expect(blamed([part('usual', 10, 10), part('new', 0, 30)])).toEqual({ name: 'new', share: 1 });
  });

  it('is nobody’s when the excess is spread', () => {
    expect(blamed([part('a', 5, 10), part('b', 5, 10)])).toBeUndefined();
  });

  it('is the one with more of it, and how much', () => {
    const seen = blamed([part('a', 5, 13), part('b', 5, 7)]);
    expect(seen?.name).toBe('a');
    expect(seen?.share).toBeCloseTo(0.8, 9);
  });

  it('is nobody’s where nothing is in excess', () => {
    expect(blamed([part('a', 10, 9)])).toBeUndefined();
  });

  it('is found for a provider that sent nothing in the hour before', () => {
    expect(blamed([part('a', 0, 20), part('b', 0, 2)])?.name).toBe('a');
  });

  it('is still the part that brought it when the burst has lasted for longer than is gone into', () => {
    const late = { ...stretch, from: second(stretch.to - 9) };
    const parts = [part('usual', 10, 10), part('new', 0, 30)];
    expect(blamed(parts, 10 * 10, late)).toEqual({ name: 'new', share: 1 });
  });
});

describe('the blame of a campaign', () => {
  it('stands when the campaign was already most of what was there before the burst', () => {
    const parts = [part('usual', 0, 0), part('campaign', 1, 30)];
    expect(blamed(parts, BURST)).toBeUndefined();
    expect(blamed(parts, BURST, stretch, Number.NEGATIVE_INFINITY)?.name).toBe('campaign');
  });
});

describe('a rise of everything', () => {
  it('is one when every other provider rose at least half as much', () => {
    const twice = { count: 200, expected: 100 };
    const half = { count: 150, expected: 100 };
    expect(roseTogether(2, [twice, half])).toBe(true);
    expect(roseTogether(2, [twice, { count: 149, expected: 100 }])).toBe(false);
  });

  it('is none with nobody to compare with, or hardly anybody', () => {
    expect(roseTogether(2, [])).toBe(false);
    expect(roseTogether(2, [{ count: 20, expected: 5 }])).toBe(false);
    expect(
      roseTogether(2, [
        { count: 0, expected: 9 },
        { count: 90, expected: 30 },
      ]),
    ).toBe(true);
  });
});
