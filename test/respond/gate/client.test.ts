import { randomUUID } from 'node:crypto';
import { Redis } from 'ioredis';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import {
  createGateClient,
  type GateClient,
  type GateClientOptions,
} from '../../../src/respond/gate/client.ts';
import { createRedisGate } from '../../../src/respond/gate/redis.ts';
import { pauseOf } from '../../contract/gate.ts';
import { type RedisServer, startRedis } from '../../support/redis-server.ts';
import { until } from '../../support/until.ts';

describe.skipIf(!process.env.REDIS_URL)('the gate client', () => {
  let server: RedisServer;
  let redis: Redis;
  const clients: GateClient[] = [];
  beforeAll(async () => {
    server = await startRedis();
    redis = new Redis(server.url, { retryStrategy: () => 50, maxRetriesPerRequest: 1 });
    redis.on('error', () => undefined);
  });
  afterEach(() => Promise.all(clients.splice(0).map((client) => client.close())));
  afterAll(async () => {
    redis.disconnect();
    await server.stop();
  });

  const open = (over: Partial<GateClientOptions> = {}) => {
    const prefix = over.prefix ?? `test-${randomUUID()}`;
    const client = createGateClient({ redis, whenUnknown: 'allow', prefix, refreshEvery: 50, ...over });
    clients.push(client);
    return { client, prefix, gate: createRedisGate({ redis, prefix }) };
  };

  test('before the list is read it answers as it was told to', async () => {
    expect(open({ whenUnknown: 'allow' }).client.may('alpha')).toEqual({ allowed: true, known: false });
    expect(open({ whenUnknown: 'deny' }).client.may('alpha')).toEqual({ allowed: false, known: false });
  });

  test('a pause from before it started is known once it is ready', async () => {
    const prefix = `test-${randomUUID()}`;
    await createRedisGate({ redis, prefix }).pause(pauseOf('alpha', 1));
    const { client } = open({ prefix });

    await client.ready();

    expect(client.may('alpha')).toEqual({ allowed: false, known: true, paused: pauseOf('alpha', 1) });
    expect(client.may('beta')).toEqual({ allowed: true, known: true });
  });

  test('a campaign that is paused stops its messages alone, and tells since when and why', async () => {
    const prefix = `test-${randomUUID()}`;
    const pause = pauseOf('alpha', 1, { campaign: 'spring' });
    await createRedisGate({ redis, prefix }).pause(pause);
    const { client } = open({ prefix });

    await client.ready();

    const spring = { provider: 'alpha', category: 'marketing', campaign: 'spring' } as const;
    expect(client.may(spring)).toEqual({ allowed: false, known: true, paused: pause });
    expect(client.may({ ...spring, campaign: 'summer' })).toEqual({ allowed: true, known: true });
    expect(client.may('alpha')).toEqual({ allowed: true, known: true });
  });

  test('a pause that is probed lets its trickle through, and nothing once it is not', async () => {
    const { client, gate } = open();
    await client.ready();
    const probed = pauseOf('alpha', 2, { trickle: 1 });
    await gate.pause(pauseOf('alpha', 1));
    await until(() => !client.may('alpha').allowed);
    await gate.change(probed, 'policy');

    // The first ask that is let through has taken the minute's turn; each one after it waits, whatever is read anew.
    await until(() => client.may('alpha').allowed);
    await gate.pause(pauseOf('beta', 1));
    await until(() => !client.may('beta').allowed);
    expect(client.may('alpha')).toEqual({ allowed: false, known: true, paused: probed });

    await gate.change(pauseOf('alpha', 3), 'policy');
    await until(() => client.may('alpha').paused?.token === 3);
    expect(client.may('alpha').allowed).toBe(false);
  });

  test('an order is heard at once, without waiting for the next reading', async () => {
    const { client, gate } = open({ refreshEvery: 600_000, staleAfter: 600_000 });
    await client.ready();
    await until(async () => {
      await gate.resume({ provider: 'nobody' }, 1, 'ana');
      await gate.pause(pauseOf('alpha', 1));
      await gate.resume({ provider: 'alpha' }, 1, 'ana');
      await gate.pause(pauseOf('alpha', 1));
      return !client.may('alpha').allowed;
    });

    await gate.resume({ provider: 'alpha' }, 2, 'ana');

    await until(() => client.may('alpha').allowed);
  });

  test('an order whose message was missed is seen with the next reading', async () => {
    const { client, prefix } = open();
    await client.ready();
    const { provider } = pauseOf('alpha', 1);

    await redis.hset(`${prefix}:{gate}:paused`, provider, JSON.stringify(pauseOf(provider, 1)));
    await until(() => !client.may(provider).allowed);
    await redis
      .multi()
      .hdel(`${prefix}:{gate}:paused`, provider)
      .hset(`${prefix}:{gate}:seen`, provider, 2)
      .exec();

    await until(() => client.may(provider).allowed);
  });

  test('while Redis is away a pause holds and the rest is unknown; back without its data, the pause still holds', async () => {
    const { client, gate, prefix } = open({ staleAfter: 300, whenUnknown: 'deny' });
    const lenient = open({ prefix, staleAfter: 300, whenUnknown: 'allow' }).client;
    await Promise.all([client.ready(), lenient.ready()]);
    await gate.pause(pauseOf('alpha', 7));
    await gate.pause(pauseOf('gamma', 8, { trickle: 60_000_000 }));
    await until(() => !client.may('alpha').allowed && lenient.may('gamma').paused);

    await server.kill9();
    await until(() => !client.may('beta').known);
    expect(client.may('alpha')).toMatchObject({ allowed: false, paused: { reason: 'a burst by night' } });
    expect(client.may('beta')).toEqual({ allowed: false, known: false });
    await until(() => !lenient.may('beta').known);
    expect(['beta', 'gamma'].map((provider) => lenient.may(provider).allowed)).toEqual([true, false]);

    await server.restart();
    await until(() => client.may('beta').known);
    expect(client.may('beta')).toEqual({ allowed: true, known: true });
    expect(client.may('alpha').allowed).toBe(false);

    await gate.resume({ provider: 'alpha' }, await gate.nextToken(), 'ana');
    await until(() => client.may('alpha').allowed);
  });

  test('closed before it could read, it says so to who waits', async () => {
    const nowhere = new Redis('redis://127.0.0.1:1', { lazyConnect: true, retryStrategy: () => 50 });
    nowhere.on('error', () => undefined);
    const { client } = open({ redis: nowhere });
    const ready = client.ready();

    await client.close();

    await expect(ready).rejects.toThrow('closed');
    nowhere.disconnect();
  });
});
