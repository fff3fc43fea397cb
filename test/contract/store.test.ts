import { randomUUID } from 'node:crypto';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { estimate } from '../../src/windows/distinct.ts';
import { createMemoryStore } from '../../src/windows/store/memory.ts';
import { createRedisStore } from '../../src/windows/store/redis.ts';
import { startRedisCluster } from '../support/redis-cluster.ts';
import { countedOnce, differentPeople, nothingMore, storeContract } from './store.ts';

storeContract('memory', async () => createMemoryStore());

describe.skipIf(!process.env.REDIS_URL)('with Redis', () => {
  const redis = new Redis(process.env.REDIS_URL ?? '', { lazyConnect: true });
  afterAll(() => redis.disconnect());

  storeContract('Redis', async () => createRedisStore({ redis, prefix: `test-${randomUUID()}` }));

  test('what lands between two steps of a read makes nobody seem to have got more than they did', async () => {
    const prefix = `test-${randomUUID()}`;
    const writer = createRedisStore({ redis, prefix });
    let step = 0;
    let land: (at: number) => Promise<unknown> = async () => undefined;
    // The same Redis, with somebody else's batches coming in before each of the reader's pipelines.
    const busy = new Proxy(redis, {
      get: (target, name) => {
        if (name !== 'pipeline') return Reflect.get(target, name).bind?.(target) ?? Reflect.get(target, name);
        return () => {
          const pipeline = target.pipeline();
          const exec = pipeline.exec.bind(pipeline);
          pipeline.exec = async () => {
            await land(++step);
            return exec();
          };
          return pipeline;
        };
      },
    });
    const reader = createRedisStore({ redis: busy, prefix });
    const people = await differentPeople(writer, 'kafka:events:0');
    await people(1, 'otp');
    const { cursor } = await reader.read();
    await people(1, 'otp');
    step = 0;
    land = (at) => (at === 2 ? people(200, 'marketing') : Promise.resolve());

    const changes = await reader.read(cursor);

    const [series, sent] = [...changes.counts.values()].flatMap((counts) =>
      [...counts].filter(([name]) => name === 'sent{provider=alpha,category=marketing}'),
    )[0] ?? ['', 0];
    const registers = [...changes.distinct].find(([slot]) => slot.startsWith(series))?.[1];
    expect(sent).toBe(200);
    expect(registers && estimate(registers)).toBeGreaterThan(180);
  });

  test('every key expires, and a forgotten script is loaded again', async () => {
    const prefix = `test-${randomUUID()}`;
    const store = createRedisStore({ redis, prefix });
    await countedOnce(store, 'kafka:events:0');
    await redis.script('FLUSH');
    await countedOnce(store, 'kafka:events:1');
    const keys = await redis.keys(`${prefix}:*`);
    expect(keys.length).toBeGreaterThan(12);
    for (const key of keys) expect([key, (await redis.ttl(key)) > 0]).toEqual([key, true]);
  });

  test('a partition stays known as long as it is counted, and is forgotten when its state has expired', async () => {
    const prefix = `test-${randomUUID()}`;
    const store = createRedisStore({ redis, prefix });
    await countedOnce(store, 'kafka:events:0');
    await redis.del(`${prefix}:partitions`);
    await countedOnce(store, 'kafka:events:1');
    await store.apply(nothingMore('kafka:events:0', 8));
    expect((await store.read()).partitions.map(({ partition, next }) => [partition, next])).toEqual([
      ['kafka:events:0', 8],
      ['kafka:events:1', 8],
    ]);
    await redis.del(`${prefix}:{kafka:events:1}:state`);
    expect((await store.read()).partitions.map(({ partition }) => partition)).toEqual(['kafka:events:0']);
    expect(await redis.smembers(`${prefix}:partitions`)).toEqual(['kafka:events:0']);
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
