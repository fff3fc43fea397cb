/** When tocsin could not see stands in the journal, on disk and in Redis. */
import { randomUUID } from 'node:crypto';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { duration, ms } from '../../src/events/event.ts';
import type { Blindness, Symptom } from '../../src/health/blindness.ts';
import { createFileBoard } from '../../src/health/board.ts';
import { createAwayLog } from '../../src/health/journal.ts';
import { createHealthMonitor } from '../../src/health/monitor.ts';
import { createFileJournal } from '../../src/incidents/audit/file.ts';
import { entryOf, type Journal } from '../../src/incidents/audit/log.ts';
import { createRedisJournal } from '../../src/incidents/audit/redis.ts';
import { silent } from '../support/offset-store.ts';
import { verified } from './journal.ts';

const { REDIS_URL } = process.env;
const NIGHT = ms(Date.UTC(2026, 9, 28, 19));
const at = (seconds: number) => ms(NIGHT + 1_000 * seconds);
const store = (since: number): Blindness => ({
  ...{ cause: 'store', says: 'the store does not answer', since: at(since) },
  ...{ filled: 1, isOpen: true },
});
const dataDir = () => mkdtempSync(join(tmpdir(), 'tocsin-blind-'));
const failed = (error: unknown) => {
  throw error;
};

const contract = (name: string, open: () => Promise<Journal>, skip = false): void => {
  describe.skipIf(skip)(`blindness in the journal ${name}`, () => {
    const entries = async (journal: Journal) =>
      (await journal.read(0, 100)).map((line) => {
        const { at: when, kind, cause, evidence } = entryOf(line) ?? {};
        return { seconds: ((when ?? 0) - NIGHT) / 1_000, kind, cause, blind: evidence?.blind };
      });
    const wasAway = (from: number, until: number) => [
      { seconds: from, kind: 'blind', cause: 'the store does not answer', blind: 'store' },
      {
        ...{ seconds: until, kind: 'sees', blind: 'store' },
        cause: `it sees again, and did not since ${new Date(at(from)).toISOString()}`,
      },
    ];

    test('has a cause when it is told, and its end', async () => {
      const journal = await open();
      let now = NIGHT;
      let symptoms: Symptom[] = [{ cause: 'kafka', says: 'no broker answers' }];
      const monitor = createHealthMonitor({
        patience: { after: duration(5_000), over: duration(10_000) },
        board: createFileBoard({ path: join(dataDir(), 'blindness.json') }),
        symptoms: () => symptoms,
        leading: () => true,
        outbox: { put: async () => {} },
        journal,
        alarm: { tell: async () => undefined },
        clock: () => now,
        log: silent,
      });
      const look = async (seconds: number) => {
        for (let n = 0; n < seconds; n++) {
          now = ms(now + 1_000);
          await monitor.look();
          await monitor.settle();
        }
      };
      await look(3);
      expect(await entries(journal)).toEqual([]);
      await look(7);
      expect(await entries(journal)).toMatchObject([
        { seconds: 1, kind: 'blind', cause: 'no broker answers' },
      ]);
      symptoms = [];
      await look(20);
      expect(await entries(journal)).toMatchObject([
        { blind: 'kafka', kind: 'blind' },
        { blind: 'kafka', kind: 'sees', seconds: 20 },
      ]);
      expect(await verified(journal)).toMatchObject({ ok: true, entries: 2 });
      await journal.close();
    });

    test('has that the store was away once it is back, with the times that held, and once by all instances', async () => {
      const journal = await open();
      const logs = [createAwayLog(journal, failed), createAwayLog(journal, failed)];
      const look = async (one: Blindness | undefined, answers: boolean, seconds: number) => {
        for (const log of logs) log.look(one, answers, at(seconds));
        await Promise.all(logs.map(({ settle }) => settle()));
      };
      await look(store(2), false, 32);
      await look(store(2), false, 40);
      await look(store(2), true, 41);
      expect(await entries(journal)).toEqual([]);
      await look(undefined, true, 101);
      expect(await entries(journal)).toEqual(wasAway(2, 40));
      await look(store(200), false, 230);
      await look(undefined, true, 290);
      expect(await entries(journal)).toEqual([...wasAway(2, 40), ...wasAway(200, 230)]);
      await journal.close();
    });

    test('is tried again while the journal takes nothing', async () => {
      const journal = await open();
      let full = true;
      const append: Journal['append'] = (drafts) =>
        full ? Promise.reject(new Error('no space left')) : journal.append(drafts);
      const errors: unknown[] = [];
      const log = createAwayLog({ append }, (error) => errors.push(error));
      log.look(store(2), false, at(32));
      log.look(undefined, true, at(92));
      await log.settle();
      expect([errors.length, await entries(journal)]).toEqual([1, []]);
      full = false;
      log.look(undefined, true, at(93));
      await log.settle();
      expect(await entries(journal)).toEqual(wasAway(2, 32));
      await journal.close();
    });
  });
};

contract('on disk', () => createFileJournal({ dir: dataDir() }));

let redis: Redis;
beforeAll(() => {
  redis = new Redis(REDIS_URL ?? '', { lazyConnect: true });
});
afterAll(() => redis.disconnect());
contract(
  'in Redis',
  async () => createRedisJournal({ redis, prefix: `blind-${randomUUID().slice(0, 8)}` }),
  !REDIS_URL,
);
