/** The short form of `npm run chaos`: as many kinds of fault as a minute holds, on servers of its own. */
import { describe, expect, test } from 'vitest';
import { runChaos } from './chaos/run.ts';

/** Where the suite has no real Kafka and Redis, there are none for this either. */
const { REDIS_URL, KAFKA_BROKERS, TOCSIN_KAFKA, CHAOS_SEED, CHAOS_FAULTS } = process.env;
const real = REDIS_URL && KAFKA_BROKERS && TOCSIN_KAFKA !== 'mock';
/** No fault begins after this, in ms. */
const WITHIN = 60_000;

describe.skipIf(!real)('three instances while everything breaks', () => {
  test('count what the log has, and tell each alert once', { timeout: 400_000 }, async () => {
    const said: string[] = [];
    const { wrong, faults, lumps } = await runChaos({
      seed: Number(CHAOS_SEED ?? 7),
      count: Number(CHAOS_FAULTS ?? 16),
      redis: 'single',
      within: WITHIN,
      say: (line) => said.push(line),
    });

    expect(wrong, said.join('\n')).toEqual([]);
    expect(faults.size).toBeGreaterThan(0);
    expect(lumps).toBeGreaterThan(0);
  });
});
