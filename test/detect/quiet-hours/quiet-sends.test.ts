import { describe, expect, it } from 'vitest';
import { findQuietSends } from '../../../src/detect/quiet-hours/quiet-sends.ts';
import { at } from '../support.ts';

const NOW = at('2025-10-28T20:00:59Z');
const counts = (entries: Record<number, number>) => (when: number) => entries[NOW - when] ?? 0;

describe('marketing in forbidden hours', () => {
  it('is tolerated up to the configured number in a minute', () => {
    expect(findQuietSends(counts({ 0: 2, 30: 3 }), NOW, 5)).toBeUndefined();
  });

  it('is found beyond it, since the first of them', () => {
    expect(findQuietSends(counts({ 0: 3, 30: 3 }), NOW, 5)).toEqual({ count: 6, since: (NOW - 30) * 1000 });
  });

  it('looks back sixty seconds and no further', () => {
    expect(findQuietSends(counts({ 0: 5, 60: 100 }), NOW, 5)).toBeUndefined();
    expect(findQuietSends(counts({ 0: 5, 59: 1 }), NOW, 5)?.count).toBe(6);
  });
});
