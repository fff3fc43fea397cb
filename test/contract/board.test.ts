/** The board: embedded, and in Redis. */
import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { afterAll, describe, expect, test } from 'vitest';
import { ms } from '../../src/events/event.ts';
import type { Symptom } from '../../src/health/blindness.ts';
import { type Board, createFileBoard } from '../../src/health/board.ts';
import { createRedisBoard } from '../../src/health/board-redis.ts';

const NIGHT = ms(Date.UTC(2026, 9, 28, 19));
const kafka: Symptom = { cause: 'kafka', says: 'no broker answers' };
const lag: Symptom = { cause: 'lag', says: 'records wait' };
const told = { id: 'tocsin-blind-kafka-1', cause: 'kafka', since: NIGHT } as const;

const redis = new Redis(process.env.REDIS_URL ?? '');
const folders: string[] = [];
afterAll(async () => {
  redis.disconnect();
  for (const folder of folders) await rm(folder, { recursive: true, force: true });
});

const inFile = async () => {
  const folder = await mkdtemp(join(tmpdir(), 'tocsin-board-'));
  folders.push(folder);
  return () => createFileBoard({ path: join(folder, 'blindness.json') });
};
const inRedis = async () => {
  const prefix = `test-${randomUUID()}`;
  return () => createRedisBoard({ redis, prefix, clock: () => NIGHT });
};

describe.each<[string, () => Promise<() => Board>]>([
  ['a file', inFile],
  ['Redis', inRedis],
])('a board in %s', (_where, create) => {
  test('answers what an instance puts up, until it takes it down', async () => {
    const board = (await create())();
    expect(await board.share([kafka])).toEqual([kafka]);
    expect(await board.share([])).toEqual([]);
  });

  test('keeps what was told over a restart, one a cause', async () => {
    const open = await create();
    await open().noteTold({ ...told, id: 'older' });
    await open().noteTold(told);
    await open().noteTold({ ...told, cause: 'lag' });
    await open().forgetTold({ ...told, cause: 'lag' });
    expect(await open().told()).toEqual([told]);
  });

  test('keeps what was told of one provider apart from another’s, and what is in its way alone', async () => {
    const open = await create();
    const [alpha, beta] = ['alpha', 'beta'].map((provider) => ({
      ...told,
      ...{ id: `of ${provider}`, cause: 'delay' as const, provider },
    }));
    const late = { cause: 'delay', provider: 'alpha', says: 'alpha is late' } as const;
    expect(await open().share([late])).toEqual([late]);
    for (const one of [alpha, beta]) if (one) await open().noteTold(one);
    if (alpha) await open().forgetTold(alpha);
    expect(await open().told()).toEqual([beta]);
  });
});

describe('a board that instances share', () => {
  test('shows what each of them puts up, but not for long what one has left behind', async () => {
    const prefix = `test-${randomUUID()}`;
    let now = NIGHT;
    // Their clocks are a day apart: what is fresh is told by the reader's own.
    const one = createRedisBoard({ redis, prefix, clock: () => now });
    const other = createRedisBoard({ redis, prefix, clock: () => ms(now - 86_400_000) });
    await one.share([kafka]);
    expect(await other.share([lag])).toEqual(expect.arrayContaining([kafka, lag]));
    now = ms(now + 9_000);
    expect(await other.share([lag])).toEqual(expect.arrayContaining([kafka, lag]));
    now = ms(now + 2_000);
    expect(await other.share([lag])).toEqual([lag]);
    now = ms(now + 200_000);
    await other.share([]);
    expect(await redis.hlen(`${prefix}:{blind}:seen`)).toBe(1);
  });

  test('passes over what another version of tocsin knows', async () => {
    const prefix = `test-${randomUUID()}`;
    const board = createRedisBoard({ redis, prefix, clock: () => NIGHT });
    const symptoms = [{ cause: 'fog', says: 'thick' }];
    await redis.hset(`${prefix}:{blind}:seen`, 'newer', JSON.stringify({ turn: 1, symptoms }));
    await redis.hset(`${prefix}:{blind}:told`, 'fog', JSON.stringify({ ...told, cause: 'fog' }));
    expect(await board.share([kafka])).toEqual([kafka]);
    expect(await board.told()).toEqual([]);
  });
});
