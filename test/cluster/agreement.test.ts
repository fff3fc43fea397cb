import { randomUUID } from 'node:crypto';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createRedisAgreement, fingerprintOf } from '../../src/cluster/agreement.ts';
import { configSchema } from '../../src/config/schema.ts';
import { ms } from '../../src/events/event.ts';

describe('what a configuration runs by', () => {
  const of = (config: object) => fingerprintOf(configSchema.parse(config));

  test('is the same however it is written, and wherever the instance listens', () => {
    const one = { mode: 'armed', providers: { alpha: { protected: true }, beta: {} } };
    const other = { providers: { beta: {}, alpha: { protected: true } }, mode: 'armed' };
    expect(of({ ...other, live: { port: 9_000 }, dataDir: '/elsewhere' })).toBe(of(one));
    expect(of({ ...one, mode: 'dry-run' })).not.toBe(of(one));
  });
});

describe.skipIf(!process.env.REDIS_URL)('instances', () => {
  let redis: Redis;
  beforeAll(() => {
    redis = new Redis(process.env.REDIS_URL ?? '');
  });
  afterAll(() => redis.disconnect());

  test('differ while two configurations run, and agree once the old one is gone', async () => {
    const prefix = `test-${randomUUID()}`;
    let now = 1_000_000;
    const running = (fingerprint: string) =>
      createRedisAgreement({ redis, prefix, fingerprint, clock: () => ms(now) });
    const [first, second, changed] = [running('old'), running('old'), running('new')];
    expect([await first.differs(), await second.differs()]).toEqual([false, false]);
    expect(await changed.differs()).toBe(true);
    now += 2_000;
    expect(await first.differs()).toBe(true);
    // The first two are replaced.
    now += 9_000;
    expect(await changed.differs()).toBe(true);
    now += 2_000;
    expect(await changed.differs()).toBe(false);
    expect(await redis.hlen(`${prefix}:{config}`)).toBe(3);
    now += 60_000;
    await changed.differs();
    expect(await redis.hlen(`${prefix}:{config}`)).toBe(1);
  });
});
