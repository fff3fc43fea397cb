import { describe, expect, it } from 'vitest';
import { configSchema } from '../../src/config/schema.ts';
import { createRates } from '../../src/detect/rate.ts';
import { second } from '../../src/events/event.ts';
import { key } from './support.ts';

const config = configSchema.parse({}).detect.burst;
const START = 1_760_000_000;
const alpha = key();

const learned = (counts: (index: number) => number, seconds: number) => {
  const rates = createRates(config);
  for (let i = 0; i < seconds; i++) {
    const count = counts(i);
    if (count > 0) rates.learn(alpha, second(START + i), count);
  }
  return rates;
};

describe('the learned rate', () => {
  it('expects the prior of a series never seen', () => {
    const expectation = createRates(config).expectation(alpha, second(START));
    expect(expectation).toMatchObject({ rate: 1, learning: true });
    expect(expectation.over(second(START - 9), second(START))).toBe(10);
  });

  it('is the mean of what came, from the first seconds on', () => {
    const rates = learned(() => 7, 60);
    expect(rates.expectation(alpha, second(START + 60))).toMatchObject({ learning: true });
    expect(rates.expectation(alpha, second(START + 60)).rate).toBeCloseTo(7, 6);
  });

  it('expects at least the prior while it learns, and what it learned after that', () => {
    const rates = learned((i) => (i % 10 === 0 ? 1 : 0), 900);
    expect(rates.expectation(alpha, second(START + 899))).toMatchObject({ rate: 1, learning: true });
    const after = rates.expectation(alpha, second(START + 900));
    expect(after.learning).toBe(false);
    expect(after.rate).toBeCloseTo(0.1, 2);
  });

  it('counts seconds without messages as zeros, in one step as in many', () => {
    const sparse = createRates(config);
    const dense = createRates(config);
    for (let i = 0; i <= 5_000; i++) {
      const count = i % 100 === 0 ? 40 : 0;
      if (count > 0) sparse.learn(alpha, second(START + i), count);
      dense.learn(alpha, second(START + i), count);
    }
    const [a, b] = [sparse, dense].map((rates) => rates.expectation(alpha, second(START + 5_001)));
    expect(a?.rate).toBeCloseTo(b?.rate ?? 0, 9);
    expect(a?.memory).toBeCloseTo(b?.memory ?? 0, 6);
  });

  it('forgets half of what was in a half-life', () => {
    const rates = learned((i) => (i < 20_000 ? 10 : 0), 20_000);
    const later = rates.expectation(alpha, second(START + 20_000 + 1_800));
    expect(later.rate).toBeCloseTo(5, 1);
  });

  it('expects of each past second what was expected then, so that a decline is no burst', () => {
    const rates = learned((i) => (i < 7_200 ? 100 : 1), 9_000);
    const now = START + 8_999;
    const hour = rates.expectation(alpha, second(now + 1)).over(second(now - 3_599), second(now));
    expect(hour).toBeGreaterThan(100 * 1_800);
  });

  it('never expects nothing at all', () => {
    const rates = learned(() => 5, 1_000);
    expect(rates.expectation(alpha, second(START + 80_000)).rate).toBeCloseTo(1 / 60, 9);
  });

  it('counts a second once, even when told twice', () => {
    const rates = learned(() => 5, 100);
    const before = rates.snapshot();
    rates.learn(alpha, second(START + 99), 1_000);
    expect(rates.snapshot()).toBe(before);
  });

  it('goes on from a snapshot as if nothing had happened', () => {
    const rates = learned((i) => i % 7, 4_000);
    const restored = createRates(config);
    restored.restore(rates.snapshot());
    for (const one of [rates, restored]) one.learn(alpha, second(START + 4_500), 3);
    expect(restored.snapshot()).toBe(rates.snapshot());
  });

  it('forgets series idle for a day, and the longest idle beyond its limit', () => {
    const rates = createRates(config, 2);
    for (const [i, provider] of ['old', 'a', 'b', 'c'].entries()) {
      rates.learn(key({ provider }), second(START + (i === 0 ? 0 : 50_000 + i)), 1);
    }
    rates.prune(second(START + 90_000));
    expect(rates.size).toBe(2);
    expect(rates.expectation(key({ provider: 'a' }), second(START + 90_000)).memory).toBe(0);
    expect(rates.expectation(key({ provider: 'c' }), second(START + 90_000)).memory).toBeGreaterThan(0);
  });
});
