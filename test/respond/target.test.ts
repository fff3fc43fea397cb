import { describe, expect, it } from 'vitest';
import { isWhole, stops, targetKey, targetName, targetOf, widened } from '../../src/respond/target.ts';

const all = { provider: 'alpha' };
const marketing = { provider: 'alpha', category: 'marketing' } as const;
const spring = { provider: 'alpha', campaign: 'spring' };

describe('a target', () => {
  it('has a key of its own, whatever it is called', () => {
    expect([all, marketing, spring].map(targetKey)).toEqual([
      'alpha',
      'alpha,category=marketing',
      'alpha,campaign=spring',
    ]);
    expect(targetKey({ provider: 'alpha,campaign=spring' })).not.toBe(targetKey(spring));
  });

  it('is told as a person would say it', () => {
    expect([all, marketing, spring].map(targetName)).toEqual([
      'alpha',
      'marketing through alpha',
      'campaign spring through alpha',
    ]);
  });

  it('stops the messages it is about', () => {
    const message = { provider: 'alpha', category: 'marketing', campaign: 'spring' } as const;
    expect([all, marketing, spring].every((one) => stops(one, message))).toBe(true);
    expect(stops(all, { ...message, provider: 'beta' })).toBe(false);
    expect(stops(marketing, { ...message, category: 'otp' })).toBe(false);
    expect(stops(spring, { provider: 'alpha' })).toBe(false);
  });

  it('is whole when it is all of the provider', () => {
    expect([all, marketing, spring].map(isWhole)).toEqual([true, false, false]);
  });

  it('widens from a campaign to its category to its provider, and no further', () => {
    expect(widened(spring, 'marketing')).toEqual(marketing);
    expect(widened(marketing, 'marketing')).toEqual(all);
    expect(widened(all, 'marketing')).toBeUndefined();
  });

  it('is taken out of what carries it', () => {
    const pause = { ...marketing, reason: 'by hand', token: 3 };
    expect(targetOf(pause)).toEqual(marketing);
  });
});
