/** The daemon in this process: a start that fails leaves nothing open, and a stop says what it could not write. */
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { pino } from 'pino';
import { afterEach, describe, expect, test } from 'vitest';
import { configSchema } from '../../src/config/schema.ts';
import { startDaemon } from '../../src/daemon/daemon.ts';
import { ms } from '../../src/events/event.ts';
import { startRedis } from '../support/redis-server.ts';
import { until } from '../support/until.ts';

const stops: Array<() => Promise<unknown>> = [];
afterEach(async () => {
  for (const stop of stops.splice(0).reverse()) await stop();
});

const newDir = () => {
  const dir = mkdtempSync(join(tmpdir(), 'tocsin-start-'));
  stops.push(async () => rmSync(dir, { recursive: true, force: true }));
  return dir;
};

const takenPort = async (): Promise<number> => {
  const taken = createServer().listen(0, '127.0.0.1');
  await once(taken, 'listening');
  stops.push(async () => taken.close());
  return (taken.address() as AddressInfo).port;
};

const begin = (config: object) => {
  const lines: Array<{ step?: string; msg: string }> = [];
  const daemon = startDaemon({
    config: configSchema.parse({ live: { port: 0 }, ...config }),
    secrets: { hmacKey: 'a key for the test' },
    log: pino({ level: 'error' }, { write: (line: string) => void lines.push(JSON.parse(line)) }),
    clock: () => ms(Date.now()),
    env: {},
  });
  return { daemon, lines };
};

describe('a start that fails halfway', () => {
  test.skipIf(!process.env.REDIS_URL)(
    'with its port taken, closes Redis and never takes the lease',
    async () => {
      const server = await startRedis();
      stops.push(server.stop);
      const prefix = `start-${randomUUID().slice(0, 8)}`;
      const live = { port: await takenPort() };
      const { daemon, lines } = begin({ dataDir: newDir(), live, redis: { url: server.url, prefix } });
      await expect(daemon).rejects.toThrow(/^live\.port: cannot listen/);
      expect(lines).toEqual([]);
      const redis = new Redis(server.url);
      stops.push(async () => redis.disconnect());
      await until(
        async () =>
          String(await redis.client('LIST'))
            .trim()
            .split('\n').length === 1,
      );
      expect(await redis.exists(`${prefix}:{lease}:holder`)).toBe(0);
    },
  );

  test('with an outbox that cannot be read, names it, and leaves the windows as they are on disk', async () => {
    const dir = newDir();
    writeFileSync(join(dir, 'outbox.json'), 'no outbox');
    const { daemon, lines } = begin({ dataDir: dir });
    await expect(daemon).rejects.toThrow(/outbox\.json is no outbox; move it away/);
    expect(lines).toEqual([]);
    expect(existsSync(join(dir, 'windows.json'))).toBe(true);
  });
});

/** With the data directory gone. */
const UNWRITTEN = ['last look', 'checkpoint', 'snapshot of the windows'];

describe('a stop', () => {
  test('names what could not be written, closes the rest, and is done once', async () => {
    const dir = newDir();
    const { daemon, lines } = begin({ dataDir: dir });
    const { url, tick, stop } = await daemon;
    await tick();
    rmSync(dir, { recursive: true });
    writeFileSync(dir, 'a file where the folder was');
    expect(await stop()).toEqual(UNWRITTEN);
    expect(lines).toMatchObject([
      { step: 'last look', msg: expect.stringMatching(/the next start, or another instance, does that$/) },
      { step: 'checkpoint', msg: expect.stringMatching(/^stopping, checkpoint: .*ENOTDIR/) },
      { step: 'snapshot of the windows', msg: expect.stringMatching(/what came by HTTP is missing$/) },
    ]);
    await expect(fetch(`${url}/healthz`)).rejects.toThrow('fetch failed');
    expect(await stop()).toEqual(UNWRITTEN);
  });

  test('with everything in place has nothing to say', async () => {
    const { daemon, lines } = begin({ dataDir: newDir() });
    expect(await (await daemon).stop()).toEqual([]);
    expect(lines).toEqual([]);
  });
});
