import { randomUUID } from 'node:crypto';
import { appendFile, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Fenced } from '../../src/cluster/lease.ts';
import { createFileIncidents } from '../../src/incidents/store-file.ts';
import { createRedisIncidents } from '../../src/incidents/store-redis.ts';
import { action, incident, ordered } from '../incidents/build.ts';
import { incidentStoreContract } from './incidents.ts';

/** As a version wrote them that knew an action's state by its sentence alone. */
const OLD_ACTION =
  '{"provider":"alpha","reason":"a burst by night","incident":"alpha-20261028T190004Z","by":"policy","at":1793214004000,"action":"pause","dryRun":false,"refused":"under way: what became of it follows"}';
const OLD_INCIDENT = `{"id":"alpha-20261028T190004Z","provider":"alpha","status":"open","openedAt":1793214004000,"lastSeenAt":1793214004000,"severity":"critical","findings":[],"actions":[${OLD_ACTION.replace('under way: what became of it follows', 'not paused')}],"revision":1}`;

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

  test('what an older version left is read with its state, and written with the words that one goes by', async () => {
    const dir = join(root, randomUUID());
    await mkdir(dir);
    await writeFile(join(dir, 'actions.ndjson'), `${OLD_ACTION}\n`);
    await writeFile(join(dir, 'incidents.json'), `[${OLD_INCIDENT}]`);

    const store = await createFileIncidents({ dir });
    await store.record(ordered({ by: 'ana' }));

    expect(await store.actions(9)).toEqual([ordered({ by: 'ana' }), ordered()]);
    expect((await store.load())[0]?.actions).toMatchObject([{ state: 'refused', code: 'not_paused' }]);
    const [, line = ''] = (await readFile(join(dir, 'actions.ndjson'), 'utf8')).split('\n');
    expect(JSON.parse(line)).toMatchObject({ refused: 'under way: what became of it follows' });
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

  test('what an older version left is read with its state, and written with the words that one goes by', async () => {
    const prefix = `test-${randomUUID()}`;
    const [actions, incidents] = [`${prefix}:{incidents}:actions`, `${prefix}:{incidents}:by-id`];
    await redis.lpush(actions, OLD_ACTION);
    await redis.hset(incidents, incident().id, OLD_INCIDENT);

    const store = createRedisIncidents({ redis, prefix });
    await store.record(ordered({ by: 'ana' }));

    expect(await store.actions(9)).toEqual([ordered({ by: 'ana' }), ordered()]);
    expect((await store.load())[0]?.actions).toMatchObject([{ state: 'refused', code: 'not_paused' }]);
    const [line = ''] = await redis.lrange(actions, 0, 0);
    expect(JSON.parse(line)).toMatchObject({ refused: 'under way: what became of it follows' });
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
