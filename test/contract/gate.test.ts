import { randomUUID } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createFileGate } from '../../src/respond/gate/file.ts';
import type { Gate } from '../../src/respond/gate/gate.ts';
import { createLocalGate, OPEN } from '../../src/respond/gate/memory.ts';
import { createRedisGate } from '../../src/respond/gate/redis.ts';
import { until } from '../support/until.ts';
import { gateContract, pauseOf } from './gate.ts';

/** Few targets and few tokens, so that orders meet. */
const anOrder = fc.record({
  what: fc.constantFrom('pause', 'resume', 'change', 'hands off', 'hands on'),
  target: fc.constantFrom({}, { category: 'marketing' as const }, { campaign: 'spring' }),
  token: fc.integer({ min: 1, max: 9 }),
  by: fc.constantFrom('policy', 'ana'),
  trickle: fc.constantFrom(null, 6),
});
type AnOrder = typeof anOrder extends fc.Arbitrary<infer T> ? T : never;

const carryOut = (gate: Gate, { what, target, token, by, trickle }: AnOrder): Promise<unknown> => {
  const pause = pauseOf('alpha', token, { ...target, by, trickle });
  if (what === 'pause') return gate.pause(pause);
  if (what === 'resume') return gate.resume(pause, token, by);
  if (what === 'change') return gate.change(pause, by);
  return gate.setHandsOff(what === 'hands on' ? null : { by, reason: 'a drill', since: null });
};

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

  test('a file from before pauses had an end is read: they stay', async () => {
    const path = join(root, 'older.json');
    const { until, atEnd, trickle, ...older } = pauseOf('alpha', 7);
    await writeFile(path, JSON.stringify({ token: 7, seen: { alpha: 7 }, paused: [older] }));

    const gate = await createFileGate({ path });

    expect(await gate.list()).toEqual([pauseOf('alpha', 7)]);
    expect(await gate.handsOff()).toBeNull();
    expect(await gate.resume({ provider: 'alpha' }, 6, 'ana')).toBe('fenced');
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

  test('tokens grow though Redis has forgotten those it gave', async () => {
    const prefix = `test-${randomUUID()}`;
    const gate = createRedisGate({ redis, prefix });
    const before = await gate.nextToken();
    await until(() => Date.now() > before);

    await redis.del(await redis.keys(`${prefix}:*`));

    expect(await gate.nextToken()).toBeGreaterThan(before);
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
    await gate.resume({ provider: 'alpha' }, 1, 'ana');
    await gate.change(pauseOf('alpha', 4, { trickle: 6 }), 'policy');
    await gate.resume({ provider: 'alpha' }, 5, 'ana');
    await gate.pause(pauseOf('alpha', 6, { campaign: 'spring' }));
    await gate.resume({ provider: 'alpha', campaign: 'spring' }, 7, 'ana');

    await until(() => heard.length === 5);
    expect(heard).toEqual([
      { ...pauseOf('alpha', 2), paused: true },
      { ...pauseOf('alpha', 4, { trickle: 6 }), paused: true },
      { provider: 'alpha', token: 5, paused: false },
      { ...pauseOf('alpha', 6, { campaign: 'spring' }), paused: true },
      { provider: 'alpha', campaign: 'spring', token: 7, paused: false },
    ]);
    subscriber.disconnect();
  });

  test.each([
    ['alpha', {}],
    ['alpha,category=marketing', { category: 'marketing' }],
    ['alpha,campaign=spring%20sale', { campaign: 'spring sale' }],
  ] as const)('%s has a key of its own while it is paused, kept current, and only then', async (name, over) => {
    const prefix = `test-${randomUUID()}`;
    const gate = createRedisGate({ redis, prefix });
    const own = `${prefix}:{gate}:pause:${name}`;
    const read = async () => JSON.parse((await redis.get(own)) ?? 'null');

    await gate.pause(pauseOf('alpha', 1, over));
    expect(await read()).toEqual(pauseOf('alpha', 1, over));
    await gate.change(pauseOf('alpha', 2, { ...over, trickle: 6 }), 'ana');
    expect(await read()).toEqual(pauseOf('alpha', 2, { ...over, trickle: 6 }));
    await gate.resume({ provider: 'alpha', ...over }, 3, 'ana');
    expect(await redis.exists(own)).toBe(0);
  });

  test.each([
    '1',
    '',
    '{"by":"ana"}',
  ])('hands are off with %j in the key, as anybody may set it', async (value) => {
    const prefix = `test-${randomUUID()}`;
    const gate = createRedisGate({ redis, prefix });
    await redis.set(`${prefix}:{gate}:hands-off`, value);

    expect(await gate.handsOff()).toMatchObject({ by: 'somebody, in Redis', since: null });
    expect(await gate.pause(pauseOf('alpha', 1))).toBe('hands_off');
  });

  test.each([
    ['armed', 'armed'],
    ['learning', 'learning'],
    ['ARMED', 'dry-run'],
    ['{"mode":"armed"}', 'dry-run'],
  ])('a mode set by hand as %j is %s: it is not armed by a slip', async (value, mode) => {
    const prefix = `test-${randomUUID()}`;
    await redis.set(`${prefix}:{gate}:mode`, value);

    const set = await createRedisGate({ redis, prefix }).mode();
    expect(set).toMatchObject({ mode, over: null, by: 'somebody, in Redis' });
  });

  test('answers and lists as the gate of one process does, whatever it is ordered', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(anOrder, { maxLength: 25 }), async (orders) => {
        const shared = createRedisGate({ redis, prefix: `test-${randomUUID()}` });
        const local = createLocalGate(OPEN, async () => {});
        for (const order of orders)
          expect(await carryOut(shared, order)).toEqual(await carryOut(local, order));
        expect(await shared.list()).toEqual(await local.list());
      }),
      { numRuns: 50 },
    );
  });

  test('a pause from before pauses had an end is listed: it stays', async () => {
    const prefix = `test-${randomUUID()}`;
    const { until, atEnd, trickle, ...older } = pauseOf('alpha', 7);
    await redis.hset(`${prefix}:{gate}:paused`, 'alpha', JSON.stringify(older));

    expect(await createRedisGate({ redis, prefix }).list()).toEqual([pauseOf('alpha', 7)]);
  });

  test('a pause does not expire', async () => {
    const prefix = `test-${randomUUID()}`;
    await createRedisGate({ redis, prefix }).pause(pauseOf('alpha', 1));

    expect(await redis.ttl(`${prefix}:{gate}:paused`)).toBe(-1);
  });
});
