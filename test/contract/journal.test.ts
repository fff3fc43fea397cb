import { randomUUID } from 'node:crypto';
import { appendFile, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createFileJournal } from '../../src/incidents/audit/file.ts';
import { createRedisJournal } from '../../src/incidents/audit/redis.ts';
import { causes, draft, journalContract, verified } from './journal.ts';

describe('the journal on disk', () => {
  let root: string;
  beforeAll(async () => {
    root = await mkdtemp(join(tmpdir(), 'tocsin-journal-'));
  });
  afterAll(() => rm(root, { recursive: true }));
  const fresh = () => join(root, randomUUID());

  journalContract(async () => {
    const dir = fresh();
    return () => createFileJournal({ dir });
  });

  test('whichever byte is changed, it is found', async () => {
    const dir = fresh();
    const path = join(dir, 'audit.ndjson');
    const journal = await createFileJournal({ dir });
    await journal.append([
      draft('Pausé: 240 in 8 s', { revision: 1, evidence: { count: 240 } }),
      draft('two'),
    ]);
    const bytes = await readFile(path);
    const flips = fc.record({
      place: fc.integer({ min: 0, max: bytes.length - 1 }),
      bits: fc.integer({ min: 1, max: 255 }),
    });

    await fc.assert(
      fc.asyncProperty(flips, async ({ place, bits }) => {
        const edited = Buffer.from(bytes);
        edited[place] = (edited[place] ?? 0) ^ bits;
        await writeFile(path, edited);
        expect((await verified(await createFileJournal({ dir, readOnly: true }))).ok).toBe(false);
      }),
      { numRuns: 500 },
    );
  });

  test('a line that is taken away is found, at the end too, and whatever is written behind it', async () => {
    const dir = fresh();
    const path = join(dir, 'audit.ndjson');
    await (await createFileJournal({ dir })).append([draft('one'), draft('two'), draft('three')]);
    const lines = (await readFile(path, 'utf8')).split('\n');
    const without = async (gone: number) => {
      await writeFile(path, lines.filter((_, index) => index !== gone).join('\n'));
      return verified(await createFileJournal({ dir }));
    };

    expect(await without(1)).toMatchObject({ ok: false, seq: 2 });
    expect(await without(2)).toMatchObject({ ok: false, seq: 3 });
    const journal = await createFileJournal({ dir });
    await journal.append([draft('four')]);
    expect(await verified(journal)).toMatchObject({ ok: false, seq: 3 });
  });

  test('a line cut short by a crash is mended, and the chain goes on', async () => {
    const dir = fresh();
    await (await createFileJournal({ dir })).append([draft('one')]);
    await appendFile(join(dir, 'audit.ndjson'), '{"at":17932');

    const journal = await createFileJournal({ dir });
    await journal.append([draft('two')]);

    expect(await causes(journal)).toEqual(['one', 'two']);
    expect(await verified(journal)).toMatchObject({ ok: true, entries: 2 });
  });

  test('killed between the entry and the head, it goes on behind the entry', async () => {
    const dir = fresh();
    const head = join(dir, 'audit.head.json');
    const journal = await createFileJournal({ dir });
    await journal.append([draft('one', { revision: 1 })]);
    const before = await readFile(head);
    await journal.append([draft('two', { revision: 2 })]);
    await writeFile(head, before);

    const again = await createFileJournal({ dir });
    await again.append([draft('two', { revision: 2 }), draft('three', { revision: 3 })]);

    expect(await causes(again)).toEqual(['one', 'two', 'three']);
    expect(await verified(again)).toMatchObject({ ok: true });
  });

  test('segments are bounded, and read as one', async () => {
    const dir = fresh();
    const open = () => createFileJournal({ dir, segment: 10 });
    const journal = await open();
    for (let n = 1; n <= 215; n++) await journal.append([draft(`${n}`, { revision: n })]);

    expect((await readdir(dir)).filter((name) => name.startsWith('audit-'))).toHaveLength(19);
    const again = await open();
    await again.append([draft('215 again', { revision: 215 })]);
    expect((await causes(again))[0]).toBe('21');
    expect(await causes(again, 105, 10)).toEqual(Array.from({ length: 10 }, (_, n) => `${n + 106}`));
    expect(await verified(again)).toMatchObject({ ok: true, entries: 195, head: { seq: 215 } });
  });

  test('a head that cannot be read is an error, not a fresh start', async () => {
    const dir = fresh();
    await (await createFileJournal({ dir })).append([draft('one')]);
    await writeFile(join(dir, 'audit.head.json'), '{');

    await expect(createFileJournal({ dir })).rejects.toThrow('is no head of a journal');
  });
});

describe.skipIf(!process.env.REDIS_URL)('the journal in Redis', () => {
  let redis: Redis;
  beforeAll(() => {
    redis = new Redis(process.env.REDIS_URL ?? '');
  });
  afterAll(() => redis.disconnect());

  journalContract(async () => {
    const prefix = `test-${randomUUID()}`;
    return async () => createRedisJournal({ redis, prefix });
  });

  test('two instances that write at the same time make one chain, and none of them is missing', async () => {
    const prefix = `test-${randomUUID()}`;
    const both = [createRedisJournal({ redis, prefix }), createRedisJournal({ redis, prefix })];

    await Promise.all(
      Array.from({ length: 60 }, (_, n) =>
        both[n % 2]?.append([draft(`${n}`, { incident: `i${n}`, revision: 1 })]),
      ),
    );

    const journal = createRedisJournal({ redis, prefix });
    expect(await verified(journal)).toMatchObject({ ok: true, entries: 60 });
    expect(new Set(await causes(journal)).size).toBe(60);
  });

  test('two instances that write the same revision at the same time write it once', async () => {
    const prefix = `test-${randomUUID()}`;
    const instances = Array.from({ length: 8 }, () => createRedisJournal({ redis, prefix }));

    await Promise.all(instances.map((one) => one.append([draft('opened', { revision: 1 })])));

    expect(await causes(createRedisJournal({ redis, prefix }))).toEqual(['opened']);
  });

  test('an entry that is taken out, and one at the end, are found', async () => {
    for (const [gone, seq] of [
      ['2-0', 2],
      ['3-0', 3],
    ] as const) {
      const prefix = `test-${randomUUID()}`;
      const journal = createRedisJournal({ redis, prefix });
      await journal.append([draft('one'), draft('two'), draft('three')]);
      await redis.xdel(`${prefix}:{journal}:entries`, gone);

      expect(await verified(journal)).toMatchObject({ ok: false, seq });
    }
  });

  test('every key has an expiry', async () => {
    const prefix = `test-${randomUUID()}`;
    await createRedisJournal({ redis, prefix }).append([draft('one', { revision: 1 })], 1);

    const keys = await redis.keys(`${prefix}:*`);

    expect(keys).toHaveLength(3);
    for (const key of keys) expect(await redis.ttl(key)).toBeGreaterThan(0);
  });
});
