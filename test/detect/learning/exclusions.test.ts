import { describe, expect, it } from 'vitest';
import { createExclusions } from '../../../src/detect/learning/exclusions.ts';
import { LONGEST } from '../../../src/detect/statistics/scan.ts';
import { DAY_SECONDS, HOUR_SECONDS } from '../../../src/events/time.ts';

describe('a stretch that is left out', () => {
  it('touches every minute it shares a second with, of its own name', () => {
    const exclusions = createExclusions();
    exclusions.add('alpha', 119, 180);
    expect([0, 1, 2, 3, 4].map((minute) => exclusions.touches('alpha', minute))).toEqual([
      false,
      true,
      true,
      true,
      false,
    ]);
    expect(exclusions.touches('beta', 2)).toBe(false);
    expect(exclusions.touchesSeconds('alpha', 181, 500)).toBe(false);
  });

  it('grows with what follows it, and with what turns out to have begun earlier', () => {
    const exclusions = createExclusions(DAY_SECONDS);
    for (let at = 0; at <= 2 * DAY_SECONDS; at += 60) exclusions.add('alpha', at, at + 10);
    exclusions.add('alpha', 2 * DAY_SECONDS - HOUR_SECONDS, 2 * DAY_SECONDS + 100);
    expect(exclusions.touchesSeconds('alpha', DAY_SECONDS - 60, DAY_SECONDS - 1)).toBe(true);
    expect(exclusions.touchesSeconds('alpha', DAY_SECONDS, DAY_SECONDS + 60)).toBe(false);
  });

  it('is another when there was a pause, so that its day begins anew', () => {
    const exclusions = createExclusions(DAY_SECONDS);
    for (let at = 0; at < DAY_SECONDS - HOUR_SECONDS; at += 60) exclusions.add('alpha', at, at + 10);
    exclusions.add('alpha', DAY_SECONDS, DAY_SECONDS + 10);
    expect(exclusions.touchesSeconds('alpha', DAY_SECONDS, DAY_SECONDS)).toBe(true);
  });

  it('is kept while what it touches may still be learned', () => {
    const exclusions = createExclusions();
    exclusions.add('alpha', 0, 100);
    exclusions.forget(100 + HOUR_SECONDS + 61);
    expect(exclusions.touchesSeconds('alpha', 0, 0)).toBe(true);
    exclusions.forget(100 + 3 * LONGEST);
    expect(exclusions.touchesSeconds('alpha', 0, 0)).toBe(false);
  });
});
