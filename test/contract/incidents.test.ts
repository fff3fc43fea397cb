import { randomUUID } from 'node:crypto';
import { appendFile, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Fenced } from '../../src/cluster/lease.ts';
import { createFileIncidents } from '../../src/incidents/store-file.ts';
import { createRedisIncidents } from '../../src/incidents/store-redis.ts';
import { action, incident } from '../incidents/build.ts';
import { incidentStoreContract } from './incidents.ts';

describe('incidents on disk', () => {
  let root: string;
  beforeAll(async () => {
    root = await mkdtemp(join(tmpdir(), 'tocsin-incidents-'));
  });
  afterAll(() => rm(root, { recursive: true }));

  incidentStoreContract(async () => {
    const dir = join(root, randomUUID());
    return () => createFileIncidents({ dir });
  });

  test('an action cut short by a crash does not hide the next one', async () => {
    const dir = join(root, randomUUID());
    const store = await createFileIncidents({ dir });
    await store.record(action({ reason: 'one' }));
    await appendFile(join(dir, 'actions.ndjson'), '{"at":17929');

    await (await createFileIncidents({ dir })).record(action({ reason: 'two' }));

    const read = await (await createFileIncidents({ dir })).actions(10);
    expect(read.map(({ reason }) => reason)).toEqual(['two', 'one']);
  });

  test('incidents that cannot be read are an error, not a fresh start', async () => {
    const dir = join(root, randomUUID());
    await (await createFileIncidents({ dir })).save([incident()]);
    await writeFile(join(dir, 'incidents.json'), '[{');

    await expect(createFileIncidents({ dir })).rejects.toThrow('incidents.json is not JSON');
  });
});

describe.skipIf(!process.env.REDIS_URL)('incidents in Redis', () => {
  let redis: Redis;
  beforeAll(() => {
    redis = new Redis(process.env.REDIS_URL ?? '');
  });
  afterAll(() => redis.disconnect());

  incidentStoreContract(async () => {
    const prefix = `test-${randomUUID()}`;
    return async () => createRedisIncidents({ redis, prefix });
  });

  test('who held the lease before saves nothing more; what needs no lease is saved all the same', async () => {
    const store = createRedisIncidents({ redis, prefix: `test-${randomUUID()}` });
    await store.save([incident()], 1);
    await store.save([], 2);

    await expect(store.save([incident({ revision: 9 })], 1)).rejects.toThrow(Fenced);
    expect(await store.load()).toEqual([incident()]);
    await store.save([incident({ revision: 7 })]);
    expect(await store.load()).toEqual([incident({ revision: 7 })]);
  });

  test('every key has an expiry', async () => {
    const prefix = `test-${randomUUID()}`;
    const store = createRedisIncidents({ redis, prefix });
    await store.save([incident({ status: 'resolved', resolvedAt: incident().lastSeenAt })]);
    await store.record(action());

    const keys = await redis.keys(`${prefix}:*`);

    expect(keys).toHaveLength(4);
    for (const key of keys) expect(await redis.ttl(key)).toBeGreaterThan(0);
  });
});
