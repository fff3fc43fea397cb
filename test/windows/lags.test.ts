import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LAG_NAMES, LAGS, lagStep } from '../../src/windows/lags.ts';

describe('a lag', () => {
  it.each([
    [-5, '1'],
    [0, '1'],
    [1, '1'],
    [2, '2'],
    [3, '5'],
    [5, '5'],
    [480, '600'],
    [1_800, '1800'],
    [1_801, 'more'],
  ])('of %i s belongs to step %s', (seconds, name) => {
    expect(LAG_NAMES[lagStep(seconds)]).toBe(name);
  });

  it('is at most its step, and more than the one before', () => {
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 1_800 }), (seconds) => {
        const step = lagStep(seconds);
        expect(seconds).toBeLessThanOrEqual(LAGS[step] ?? 0);
        expect(seconds).toBeGreaterThan(LAGS[step - 1] ?? 0);
      }),
    );
  });
});
