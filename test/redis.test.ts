/** A master that fails, and the replica that Sentinel puts in its place. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { afterEach, describe, expect, test } from 'vitest';
import { configSchema } from '../src/config/schema.ts';
import { connectRedis } from '../src/redis.ts';
import { createRedisStore } from '../src/windows/redis.ts';
import { differentPeople } from './contract/store.ts';
import { freePorts, obtain, start } from './support/process.ts';
import { startRedis } from './support/redis-server.ts';
import { until } from './support/until.ts';

const within = { within: 60_000, every: 100 };

describe.skipIf(!process.env.REDIS_URL)('with Sentinel', () => {
  const cleanups: Array<() => unknown> = [];
  afterEach(async () => {
    for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
  });

  const startSentinel = async (master: number): Promise<number> => {
    const command = await obtain(['redis-server'], ['redis-server']);
    const [port = 0] = await freePorts(1);
    const dir = await mkdtemp(join(tmpdir(), 'tocsin-sentinel-'));
    const config = join(dir, 'sentinel.conf');
    await writeFile(
      config,
      `port ${port}
bind 127.0.0.1
dir ${dir}
sentinel monitor mymaster 127.0.0.1 ${master} 1
sentinel down-after-milliseconds mymaster 500
sentinel failover-timeout mymaster 2000
`,
    );
    const sentinel = start({ command, args: [config, '--sentinel'], log: join(dir, 'sentinel.log') });
    cleanups.push(async () => {
      await sentinel.kill9();
      await rm(dir, { recursive: true, force: true });
    });
    return port;
  };

  test('a failover goes on with what the replica had', async () => {
    const master = await startRedis();
    cleanups.push(master.stop);
    const replica = await startRedis({ args: ['--replicaof', '127.0.0.1', `${master.port}`] });
    cleanups.push(replica.stop);
    const port = await startSentinel(master.port);
    const watching = new Redis({ port, maxRetriesPerRequest: null });
    cleanups.push(() => watching.disconnect());
    // The sentinel learns of the replica from the master.
    await until(
      async () => ((await watching.call('SENTINEL', 'REPLICAS', 'mymaster')) as unknown[]).length === 1,
      within,
    );
    const { redis: settings } = configSchema.parse({
      redis: { prefix: 'failover', sentinel: { nodes: [`127.0.0.1:${port}`] } },
    });
    if (!settings) throw new Error('no Redis in the configuration');
    const redis = connectRedis(settings, {});
    redis.on('error', () => undefined);
    cleanups.push(() => redis.disconnect());
    const store = createRedisStore({ redis, prefix: settings.prefix });
    const people = await differentPeople(store, 'kafka:events:0');
    await people(10, 'otp');
    const direct = new Redis(master.url);
    await direct.wait(1, 10_000);
    direct.disconnect();

    await master.kill9();

    const claimed = await until(() => store.claim('kafka:events:0'), within);
    expect(claimed.next).toBe(10);
    const more = await differentPeople(store, 'kafka:events:0');
    await more(5, 'otp');
    expect((await store.read()).partitions.map(({ next }) => next)).toEqual([15]);
  });
});
