import { randomUUID } from 'node:crypto';
import { Redis } from 'ioredis';
import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import { tryRedisGate } from '../../../src/cli/drill/gate.ts';
import { openRedis, tryRedis } from '../../../src/cli/drill/state.ts';
import { ms } from '../../../src/events/event.ts';
import { createRedisGate } from '../../../src/respond/gate/redis.ts';
import { pauseOf } from '../../contract/gate.ts';

const url = process.env.REDIS_URL;
const drill = { provider: 'alpha', by: 'ada', at: ms(Date.now()) };

describe.skipIf(!url)('the gate in Redis', () => {
  const redis = new Redis(url ?? '');
  let prefix: string;
  beforeEach(() => {
    prefix = `test-${randomUUID()}`;
  });
  afterAll(() => redis.disconnect());
  const drilled = () => tryRedisGate({ redis, prefix, problem: () => undefined }, drill);
  const gate = () => createRedisGate({ redis, prefix });

  test('takes an order on a provider nobody has, and takes it back; the real one is left alone', async () => {
    const active = pauseOf('alpha', 1);
    await gate().pause(active);
    const heard: string[] = [];
    const listener = redis.duplicate();
    listener.on('message', (_channel, text) => heard.push(JSON.parse(text).provider));
    await listener.subscribe(`${prefix}:gate`);

    expect(await drilled()).toEqual({
      state: 'ok',
      says: 'drill:alpha was paused and resumed; a sender saw both, and an older order was refused',
    });

    expect(await gate().list()).toEqual([active]);
    listener.disconnect();
    expect(new Set(heard)).toEqual(new Set(['drill:alpha']));
  });

  test('works while hands are off, and after a drill that died in between', async () => {
    await gate().setHandsOff({ by: 'ada', reason: 'a migration', since: null });
    await gate().pause(pauseOf('drill:alpha', 9, { incident: null, by: 'ada' }));
    await redis.set(`${prefix}:{gate}:token`, 9);

    expect(await drilled()).toMatchObject({ state: 'ok' });
    expect(await gate().list()).toEqual([]);
  });

  test('that has seen a later order than it gives, as when its clock was set back, fails the step', async () => {
    await gate().resume({ provider: 'drill:alpha' }, Date.now() + 3_600_000, 'ada');

    expect(await drilled()).toMatchObject({
      state: 'failed',
      says: 'the gate answers fenced to a pause',
      todo: expect.stringContaining('whether the clock of Redis was set back'),
    });
  });
});

describe.skipIf(!url)('Redis', () => {
  test('is written to and read back, and nothing is left there', async () => {
    const prefix = `test-${randomUUID()}`;
    const opened = openRedis({ url, prefix }, {});
    expect(await tryRedis(opened)).toEqual({
      state: 'ok',
      says: `written and read back under ${prefix}`,
      value: true,
    });
    expect(await opened.redis.keys(`${prefix}*`)).toEqual([]);
    opened.redis.disconnect();
  });

  test('that is not there fails in the words of its connection', async () => {
    const opened = openRedis({ url: 'redis://:hunter2@127.0.0.1:1', prefix: 'test' }, {});
    const outcome = await tryRedis(opened);
    expect(outcome).toMatchObject({ state: 'failed', says: 'connect ECONNREFUSED 127.0.0.1:1' });
    expect(JSON.stringify(outcome)).not.toContain('hunter2');
    opened.redis.disconnect();
  });
});
