import { pino } from 'pino';
import { describe, expect, test } from 'vitest';
import { createEvaluationLoop } from '../../src/evaluate/loop.ts';
import { createEvaluationStatus } from '../../src/evaluate/status.ts';
import { duration, ms } from '../../src/events/event.ts';

/** `evaluate`: what a look does. */
const loopOf = (evaluate: () => Promise<void>) => {
  const status = createEvaluationStatus();
  const steps: string[] = [];
  const loop = createEvaluationLoop({
    every: duration(1_000),
    evaluator: { tick: evaluate },
    follow: async () => void steps.push('followed'),
    outbox: { size: async () => 3 },
    status,
    clock: () => ms(5_000),
    log: pino({ level: 'silent' }),
  });
  return { loop, status, steps };
};

describe('a look', () => {
  test('is followed by what the leader does, and says how it went', async () => {
    const { loop, status, steps } = loopOf(async () => {});
    await loop.look();
    expect(steps).toEqual(['followed']);
    expect([status.lookedAt(), status.alertsWaiting(), status.storeProblem()]).toEqual([5_000, 3, undefined]);
  });

  test('that fails is told by the status until one succeeds, and is followed by nothing', async () => {
    let isAway = true;
    const { loop, status, steps } = loopOf(async () => {
      if (isAway) throw new Error('connection refused');
    });
    await expect(loop.look()).rejects.toThrow('connection refused');
    await loop.tick();
    expect(status.storeProblem()).toMatch(/^the store does not answer \(connection refused\)/);
    expect([status.lookedAt(), steps]).toEqual([undefined, []]);
    isAway = false;
    await loop.tick();
    expect(status.storeProblem()).toBeUndefined();
  });

  test('waits for the one under way, however that ends', async () => {
    const ends: Array<{ end(): void; fail(error: Error): void }> = [];
    const { loop } = loopOf(() => new Promise((end, fail) => void ends.push({ end, fail })));
    const [first, second] = [loop.tick(), loop.look()];
    await new Promise((resolve) => setImmediate(resolve));
    expect(ends).toHaveLength(1);
    ends[0]?.fail(new Error('connection refused'));
    await first;
    expect(ends).toHaveLength(2);
    ends[1]?.end();
    await second;
  });
});
