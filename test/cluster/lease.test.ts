import { randomUUID } from 'node:crypto';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createSoleLease } from '../../src/cluster/lease.ts';
import { createRedisLease } from '../../src/cluster/lease-redis.ts';
import { duration } from '../../src/events/event.ts';
import { until } from '../support/until.ts';

test('alone in the process, the lease is always held', async () => {
  const lease = createSoleLease();

  expect([await lease.hold(), await lease.hold()]).toEqual([1, 1]);
});

describe.skipIf(!process.env.REDIS_URL)('the lease in Redis', () => {
  let redis: Redis;
  beforeAll(() => {
    redis = new Redis(process.env.REDIS_URL ?? '');
  });
  afterAll(() => redis.disconnect());
  const pair = (length?: number) => {
    const parts = { redis, prefix: `test-${randomUUID()}`, ...(length ? { length: duration(length) } : {}) };
    return [createRedisLease(parts), createRedisLease(parts)] as const;
  };

  test('one holds it, the other waits, and renewing keeps the token', async () => {
    const [one, other] = pair();

    const token = await one.hold();

    expect(token).toBeGreaterThan(0);
    expect(await other.hold()).toBeNull();
    expect(await one.hold()).toBe(token);
  });

  test('when the holder dies another takes over within three seconds, with a higher token', async () => {
    const [dying, other] = pair();
    const old = Number(await dying.hold());
    const since = Date.now();

    const token = await until(() => other.hold(), { within: 3_000, every: 100 });

    expect(token).toBeGreaterThan(old);
    expect(Date.now() - since).toBeLessThan(3_000);
  });

  test('a holder that was frozen finds it taken, and its token is the lower one', async () => {
    const [frozen, other] = pair(100);
    const old = Number(await frozen.hold());
    const token = await until(() => other.hold());

    expect(await frozen.hold()).toBeNull();
    expect(old).toBeLessThan(token);
  });

  test('tokens grow though Redis has lost the last one', async () => {
    const prefix = `test-${randomUUID()}`;
    const [one, other] = [createRedisLease({ redis, prefix }), createRedisLease({ redis, prefix })];
    const old = Number(await one.hold());
    await redis.del(`${prefix}:{lease}:holder`, `${prefix}:{lease}:token`);
    // No Redis comes back within the millisecond it was lost in.
    await until(() => Date.now() > old);

    expect(await other.hold()).toBeGreaterThan(old);
  });

  test('a holder that lets go makes room at once; letting go of what another holds does nothing', async () => {
    const [one, other] = pair();
    const token = await one.hold();
    await other.release();
    expect(await other.hold()).toBeNull();

    await one.release();

    expect(await other.hold()).toBeGreaterThan(Number(token));
  });
});
