/** What was learned, kept over a restart: in a file and in Redis, one contract for both. */
import { randomUUID } from 'node:crypto';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { describe, expect, test } from 'vitest';
import { Fenced } from '../../src/cluster/lease.ts';
import { configSchema } from '../../src/config/schema.ts';
import { openState } from '../../src/daemon/state.ts';
import { createLifecycle } from '../../src/runtime/lifecycle.ts';

const { REDIS_URL } = process.env;
const log = pino({ level: 'silent' });
const secrets = { hmacKey: 'a key for the test' };
const dataDir = () => mkdtempSync(join(tmpdir(), 'tocsin-memory-'));

const contract = (name: string, config: () => object, skip = false): void => {
  describe.skipIf(skip)(`what was learned, ${name}`, () => {
    const kept = configSchema.parse(config());
    const opened = async <T>(
      use: (state: Awaited<ReturnType<typeof openState>>) => Promise<T>,
    ): Promise<T> => {
      const lifecycle = createLifecycle({ log });
      try {
        return await use(await openState(kept, { secrets, log, lifecycle }));
      } finally {
        await lifecycle.stop();
      }
    };

    test('is nothing at first', async () => {
      expect(await opened(({ checkpoint }) => checkpoint.load())).toBeUndefined();
    });

    test('is there after a restart, with what was changed since and without what is gone', async () => {
      await opened(async ({ checkpoint }) => {
        await checkpoint.save({
          detected: 7,
          sealed: 5,
          learned: { 'baseline a': '{"v":1}', 'run b': '{"v":1}' },
        });
      });
      await opened(async ({ checkpoint }) => {
        await checkpoint.load();
        await checkpoint.save({ detected: 9, sealed: 8, learned: { 'baseline a': '{"v":2}', 'run b': '' } });
        await checkpoint.save({ detected: 10, sealed: 9, learned: {} });
      });
      const found = await opened(({ checkpoint }) => checkpoint.load());
      expect(found).toEqual({ detected: 10, sealed: 9, learned: { 'baseline a': '{"v":2}' } });
    });
  });
};

test.skipIf(!REDIS_URL)('who held the lease before leaves nothing more', async () => {
  const redis = { url: REDIS_URL, prefix: `memory-${randomUUID().slice(0, 8)}` };
  const lifecycle = createLifecycle({ log });
  try {
    const config = configSchema.parse({ dataDir: dataDir(), redis });
    const { checkpoint } = await openState(config, { secrets, log, lifecycle });
    await checkpoint.save({ detected: 7, sealed: 5, learned: {} }, 1);
    await checkpoint.load(2);
    await expect(
      checkpoint.save({ detected: 9, sealed: 8, learned: { 'baseline a': '{}' } }, 1),
    ).rejects.toThrow(Fenced);
    expect(await checkpoint.load()).toEqual({ detected: 7, sealed: 5, learned: {} });
  } finally {
    await lifecycle.stop();
  }
});

const dir = dataDir();
contract('in a file', () => ({ dataDir: dir }));
contract(
  'in Redis',
  () => ({ dataDir: dir, redis: { url: REDIS_URL, prefix: `memory-${randomUUID().slice(0, 8)}` } }),
  !REDIS_URL,
);
