import { randomUUID } from 'node:crypto';
import { Redis } from 'ioredis';
import { afterAll, describe, expect, test } from 'vitest';
import {
  createMemoryMailbox,
  type Mailbox,
  type MailboxMessage,
  MOST_TOLD,
} from '../../src/evaluate/mailbox.ts';
import { createRedisMailbox } from '../../src/evaluate/mailbox-redis.ts';
import { action, refused } from '../incidents/build.ts';

const url = process.env.REDIS_URL;
const redis = url ? new Redis(url) : undefined;
afterAll(() => redis?.disconnect());

const adapters: ReadonlyArray<readonly [string, () => Mailbox]> = [
  ['memory', createMemoryMailbox],
  ...(redis ? [['Redis', () => createRedisMailbox({ redis, prefix: `test-${randomUUID()}` })] as const] : []),
];
const acknowledged = (incident: string): MailboxMessage => ({ kind: 'acknowledged', incident, by: 'ana' });
const drained = async (mailbox: Mailbox): Promise<MailboxMessage[]> => {
  const all: MailboxMessage[] = [];
  await mailbox.drain(async (told) => void all.push(told));
  return all;
};

describe.each(adapters)("the leader's mailbox (%s)", (_, create) => {
  test('hands out what was passed, in order and once', async () => {
    const mailbox = create();
    expect(await drained(mailbox)).toEqual([]);
    const all: MailboxMessage[] = [
      acknowledged('a'),
      { kind: 'acted', action: action({ by: 'ana' }) },
      acknowledged('a'),
    ];
    for (const told of all) await mailbox.pass(told);
    expect(await drained(mailbox)).toEqual(all);
    expect(await drained(mailbox)).toEqual([]);
  });

  test('keeps what could not be applied, and what is passed meanwhile', async () => {
    const mailbox = create();
    for (const name of ['a', 'b']) await mailbox.pass(acknowledged(name));
    const fail = async (told: MailboxMessage) => {
      if (told.kind === 'acknowledged' && told.incident === 'b') throw new Error('another leads');
      await mailbox.pass(acknowledged('c'));
    };
    await expect(mailbox.drain(fail)).rejects.toThrow('another leads');
    expect(await drained(mailbox)).toEqual(['a', 'b', 'c'].map(acknowledged));
    await mailbox.pass(acknowledged('d'));
    await mailbox.drain(async () => mailbox.pass(acknowledged('e')));
    expect(await drained(mailbox)).toEqual([acknowledged('e')]);
  });

  test('is bounded', { timeout: 60_000 }, async () => {
    const mailbox = create();
    for (let n = 0; n <= MOST_TOLD; n++) await mailbox.pass(acknowledged(`${n}`));
    const all = await drained(mailbox);
    expect(all).toHaveLength(MOST_TOLD);
    expect(all[0]).toEqual(acknowledged('1'));
  });
});

test.skipIf(!redis)('what an instance of an older version passed is read with its state', async () => {
  if (!redis) return;
  const prefix = `test-${randomUUID()}`;
  const old =
    '{"kind":"acted","action":{"provider":"alpha","reason":"by hand","incident":"alpha-20261028T190004Z","by":"ana","at":1793214004000,"action":"pause","dryRun":false,"refused":"already paused"}}';
  await redis.rpush(`${prefix}:{incidents}:relay`, old);

  const found = refused('already_paused', { reason: 'by hand', by: 'ana', says: 'already paused' });
  expect(await drained(createRedisMailbox({ redis, prefix }))).toEqual([{ kind: 'acted', action: found }]);
});
