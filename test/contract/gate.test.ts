import { randomUUID } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createFileGate } from '../../src/respond/gate-file.ts';
import { createRedisGate } from '../../src/respond/gate-redis.ts';
import { until } from '../support/until.ts';
import { gateContract, pauseOf } from './gate.ts';

describe('the gate on disk', () => {
  let root: string;
  beforeAll(async () => {
    root = await mkdtemp(join(tmpdir(), 'tocsin-gate-'));
  });
  afterAll(() => rm(root, { recursive: true }));

  gateContract(async () => {
    const path = join(root, randomUUID(), 'gate.json');
    return () => createFileGate({ path });
  });

  test('a gate that cannot be read is an error: nobody is let through by accident', async () => {
    const path = join(root, 'broken.json');
    await writeFile(path, '{"paused":');

    await expect(createFileGate({ path })).rejects.toThrow('who was paused is not known');
  });
});

describe.skipIf(!process.env.REDIS_URL)('the gate in Redis', () => {
  let redis: Redis;
  beforeAll(() => {
    redis = new Redis(process.env.REDIS_URL ?? '');
  });
  afterAll(() => redis.disconnect());

  gateContract(async () => {
    const prefix = `test-${randomUUID()}`;
    return async () => createRedisGate({ redis, prefix });
  });

  test('senders hear of a pause and of a resume, and not of what changed nothing', async () => {
    const prefix = `test-${randomUUID()}`;
    const heard: unknown[] = [];
    const subscriber = redis.duplicate();
    await subscriber.subscribe(`${prefix}:gate`);
    subscriber.on('message', (_channel, text) => heard.push(JSON.parse(text)));
    const gate = createRedisGate({ redis, prefix });

    await gate.pause(pauseOf('alpha', 2));
    await gate.pause(pauseOf('alpha', 3));
    await gate.resume('alpha', 1);
    await gate.resume('alpha', 4);

    await until(() => heard.length === 2);
    expect(heard).toEqual([
      { ...pauseOf('alpha', 2), paused: true },
      { provider: 'alpha', token: 4, paused: false },
    ]);
    subscriber.disconnect();
  });

  test('a paused provider has a key of its own, and only then', async () => {
    const prefix = `test-${randomUUID()}`;
    const gate = createRedisGate({ redis, prefix });
    const own = `${prefix}:{gate}:pause:alpha`;

    await gate.pause(pauseOf('alpha', 1));
    expect(JSON.parse((await redis.get(own)) ?? '')).toEqual(pauseOf('alpha', 1));
    await gate.resume('alpha', 2);
    expect(await redis.exists(own)).toBe(0);
  });

  test('a pause does not expire', async () => {
    const prefix = `test-${randomUUID()}`;
    await createRedisGate({ redis, prefix }).pause(pauseOf('alpha', 1));

    expect(await redis.ttl(`${prefix}:{gate}:paused`)).toBe(-1);
  });
});
