import { randomUUID } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Fenced } from '../../src/cluster/lease.ts';
import { createFileOutbox } from '../../src/notify/outbox/file.ts';
import { THREAD_KEPT } from '../../src/notify/outbox/limits.ts';
import { createRedisOutbox } from '../../src/notify/outbox/redis.ts';
import { outboxContract } from './outbox.ts';

describe('in a file', () => {
  let folder = '';
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'tocsin-outbox-'));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  outboxContract('the file outbox', async (replyLimit) => {
    const path = join(folder, randomUUID(), 'outbox.json');
    return { open: () => createFileOutbox({ path, replyLimit }) };
  });

  it('forgets threads after thirty days', async () => {
    let now = 1_000;
    const outbox = await createFileOutbox({ path: join(folder, 'old.json'), now: () => now });
    await outbox.put([{ incident: 'alpha-1', kind: 'card', text: 'a', severity: 'warning' }]);
    const [entry] = await outbox.peek(1);
    if (entry) await outbox.done(entry, { channel: 'C', ts: '1' });
    expect(await outbox.thread('alpha-1')).toEqual({ channel: 'C', ts: '1' });
    now += THREAD_KEPT;
    expect(await outbox.thread('alpha-1')).toBeUndefined();
  });

  it('says what to do about a file that is no outbox', async () => {
    const path = join(folder, 'broken.json');
    await writeFile(path, '{"seq":');
    await expect(createFileOutbox({ path })).rejects.toThrow(/move it away/);
  });
});

describe.skipIf(!process.env.REDIS_URL)('in Redis', () => {
  let redis: Redis;
  beforeAll(() => {
    redis = new Redis(process.env.REDIS_URL ?? '');
  });
  afterAll(() => redis.disconnect());

  outboxContract('the Redis outbox', async (replyLimit) => {
    const prefix = `test-${randomUUID()}`;
    return { open: async () => createRedisOutbox({ redis, prefix, replyLimit }) };
  });

  it('takes nothing more from who held the lease before', async () => {
    const outbox = createRedisOutbox({ redis, prefix: `test-${randomUUID()}` });
    const notice = { incident: 'alpha-1', kind: 'reply', text: 'a', severity: 'warning' } as const;
    await outbox.put([notice], 1);
    await outbox.put([], 2);

    await expect(outbox.put([notice], 1)).rejects.toThrow(Fenced);
    expect(await outbox.size()).toBe(1);
    await outbox.put([notice]);
    expect(await outbox.size()).toBe(2);
  });

  it('forgets threads after thirty days', async () => {
    const prefix = `test-${randomUUID()}`;
    const outbox = createRedisOutbox({ redis, prefix });
    await outbox.put([{ incident: 'alpha-1', kind: 'card', text: 'a', severity: 'warning' }]);
    const [entry] = await outbox.peek(1);
    if (entry) await outbox.done(entry, { channel: 'C', ts: '1' });
    const left = await redis.pttl(`${prefix}:{outbox}:threads:alpha-1`);
    expect(left).toBeGreaterThan(THREAD_KEPT - 60_000);
    expect(left).toBeLessThanOrEqual(THREAD_KEPT);
  });
});
