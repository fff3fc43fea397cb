import { randomUUID } from 'node:crypto';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createMemoryStore } from '../../src/windows/memory.ts';
import { createRedisStore } from '../../src/windows/redis.ts';
import { startRedisCluster } from '../support/redis-cluster.ts';
import { countedOnce, storeContract } from './store.ts';

storeContract('memory', async () => createMemoryStore());

describe.skipIf(!process.env.REDIS_URL)('with Redis', () => {
  const redis = new Redis(process.env.REDIS_URL ?? '', { lazyConnect: true });
  afterAll(() => redis.disconnect());

  storeContract('Redis', async () => createRedisStore({ redis, prefix: `test-${randomUUID()}` }));

  test('every key expires, and a forgotten script is loaded again', async () => {
    const prefix = `test-${randomUUID()}`;
    const store = createRedisStore({ redis, prefix });
    await countedOnce(store, 'kafka:events:0');
    await redis.script('FLUSH');
    await countedOnce(store, 'kafka:events:1');
    const keys = await redis.keys(`${prefix}:*`);
    expect(keys.length).toBeGreaterThan(8);
    for (const key of keys) expect([key, (await redis.ttl(key)) > 0]).toEqual([key, true]);
  });
});

describe.skipIf(!process.env.REDIS_URL)('with a Redis Cluster of three', () => {
  let cluster: Awaited<ReturnType<typeof startRedisCluster>>;
  beforeAll(async () => {
    cluster = await startRedisCluster();
  });
  afterAll(() => cluster.stop());

  storeContract('Redis Cluster', async () =>
    createRedisStore({ redis: cluster.client, prefix: `test-${randomUUID()}` }),
  );
});
