import { randomUUID } from 'node:crypto';
import { Redis } from 'ioredis';
import { afterAll, describe, expect, test } from 'vitest';
import { createMemoryRelay, MOST_TOLD, type Relay, type Told } from '../../src/evaluate/mailbox.ts';
import { createRedisRelay } from '../../src/evaluate/mailbox-redis.ts';
import { action } from '../incidents/build.ts';

const url = process.env.REDIS_URL;
const redis = url ? new Redis(url) : undefined;
afterAll(() => redis?.disconnect());

const adapters: ReadonlyArray<readonly [string, () => Relay]> = [
  ['memory', createMemoryRelay],
  ...(redis ? [['Redis', () => createRedisRelay({ redis, prefix: `test-${randomUUID()}` })] as const] : []),
];
const acknowledged = (incident: string): Told => ({ kind: 'acknowledged', incident, by: 'ana' });
const drained = async (relay: Relay): Promise<Told[]> => {
  const all: Told[] = [];
  await relay.drain(async (told) => void all.push(told));
  return all;
};

describe.each(adapters)('the relay (%s)', (_, create) => {
  test('hands out what was passed, in order and once', async () => {
    const relay = create();
    expect(await drained(relay)).toEqual([]);
    const all: Told[] = [
      acknowledged('a'),
      { kind: 'acted', action: action({ by: 'ana' }) },
      acknowledged('a'),
    ];
    for (const told of all) await relay.pass(told);
    expect(await drained(relay)).toEqual(all);
    expect(await drained(relay)).toEqual([]);
  });

  test('keeps what could not be applied, and what is passed meanwhile', async () => {
    const relay = create();
    for (const name of ['a', 'b']) await relay.pass(acknowledged(name));
    const fail = async (told: Told) => {
      if (told.kind === 'acknowledged' && told.incident === 'b') throw new Error('another leads');
      await relay.pass(acknowledged('c'));
    };
    await expect(relay.drain(fail)).rejects.toThrow('another leads');
    expect(await drained(relay)).toEqual(['a', 'b', 'c'].map(acknowledged));
    await relay.pass(acknowledged('d'));
    await relay.drain(async () => relay.pass(acknowledged('e')));
    expect(await drained(relay)).toEqual([acknowledged('e')]);
  });

  test('is bounded', { timeout: 60_000 }, async () => {
    const relay = create();
    for (let n = 0; n <= MOST_TOLD; n++) await relay.pass(acknowledged(`${n}`));
    const all = await drained(relay);
    expect(all).toHaveLength(MOST_TOLD);
    expect(all[0]).toEqual(acknowledged('1'));
  });
});
