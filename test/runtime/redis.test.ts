/** A master that fails, and the replica that takes its place: by Sentinel's word, or in a Cluster. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { afterEach, describe, expect, test } from 'vitest';
import { configSchema } from '../../src/config/schema.ts';
import { connectRedis } from '../../src/runtime/redis.ts';
import { createRedisStore } from '../../src/windows/store/redis.ts';
import type { WindowStore } from '../../src/windows/store/store.ts';
import { differentPeople } from '../contract/store.ts';
import { freePorts, start } from '../support/process.ts';
import { obtain } from '../support/programs.ts';
import { startRedisCluster } from '../support/redis-cluster.ts';
import { type RedisServer, startRedis } from '../support/redis-server.ts';
import { until } from '../support/until.ts';

const within = { within: 60_000, every: 100 };
const PARTITION = 'kafka:events:0';

const cleanups: Array<() => unknown> = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

const settingsOf = (redis: object) => {
  const { redis: settings } = configSchema.parse({ redis: { prefix: 'failover', ...redis } });
  if (!settings) throw new Error('no Redis in the configuration');
  return settings;
};

const storeWith = (redis: object): WindowStore => {
  const settings = settingsOf(redis);
  const client = connectRedis(settings, {});
  client.on('error', () => undefined);
  cleanups.push(() => client.disconnect());
  return createRedisStore({ redis: client, prefix: settings.prefix });
};

/** Whoever counts on, behind the failure, goes on from what the replica had. */
const goesOn = async (store: WindowStore): Promise<void> => {
  const claimed = await until(() => store.claim(PARTITION), within);
  expect(claimed.next).toBe(10);
  const more = await differentPeople(store, PARTITION);
  await more(5, 'otp');
  expect((await store.read()).partitions.map(({ next }) => next)).toEqual([15]);
};

/** Until the replica has what was written. */
const replicated = async (master: { readonly url: string }): Promise<void> => {
  const direct = new Redis(master.url);
  expect(await direct.wait(1, 10_000)).toBe(1);
  direct.disconnect();
};

describe.skipIf(!process.env.REDIS_URL)('with Sentinel', () => {
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
    const store = storeWith({ sentinel: { nodes: [`127.0.0.1:${port}`] } });
    const people = await differentPeople(store, PARTITION);
    await people(10, 'otp');
    await replicated(master);

    await master.kill9();

    await goesOn(store);
  });
});

describe.skipIf(!process.env.REDIS_URL)('with a Cluster', () => {
  test('a failover goes on with what the replica had', async () => {
    const cluster = await startRedisCluster({ args: ['--cluster-node-timeout', '1000'] });
    cleanups.push(cluster.stop);
    const store = storeWith({ cluster: cluster.servers.map(({ port }) => `127.0.0.1:${port}`) });
    const people = await differentPeople(store, PARTITION);
    await people(10, 'otp');
    const [holder] = await ownersOf(cluster.servers, 'failover');
    if (!holder) throw new Error('no master has the windows');
    const replica = await cluster.addReplica(holder.port);
    cleanups.push(replica.stop);

    await holder.kill9();

    await goesOn(store);
  });
});

/** The masters that hold keys with this prefix. */
const ownersOf = async (servers: readonly RedisServer[], prefix: string): Promise<RedisServer[]> => {
  const found: RedisServer[] = [];
  for (const server of servers) {
    const direct = new Redis(server.url);
    if ((await direct.keys(`${prefix}:*`)).length > 0) found.push(server);
    direct.disconnect();
  }
  return found;
};
