/** An instance that is started before Redis, as a user starts it. */
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { stringify } from 'yaml';
import { readiness } from '../support/blind.ts';
import { freePorts } from '../support/process.ts';
import { startRedis } from '../support/redis-server.ts';
import { startRun, tocsinResult } from '../support/tocsin.ts';
import { until } from '../support/until.ts';

const stops: Array<() => Promise<unknown>> = [];
afterEach(async () => {
  for (const stop of stops.splice(0).reverse()) await stop();
});

const configFile = (config: object) => {
  const path = join(mkdtempSync(join(tmpdir(), 'tocsin-no-redis-')), 'tocsin.yaml');
  writeFileSync(path, stringify(config));
  return path;
};
const env = { TOCSIN_HMAC_KEY: 'a key for the test', REDIS_URL: '' };

test('says once what it waits for, is not ready, and goes on by itself when Redis comes', async () => {
  const [port = 0] = await freePorts(1);
  const REDIS_URL = `redis://:hunter2@127.0.0.1:${port}`;
  const daemon = await startRun(['-c', configFile({ redis: {} })], { ...env, REDIS_URL });
  stops.push(daemon.stop);

  const { status, problems } = await readiness(daemon.url);
  expect(status).toBe(503);
  expect(problems).toEqual([
    expect.stringMatching(
      new RegExp(
        `^redis.url \\(from REDIS_URL\\): Redis does not answer at 127.0.0.1:${port} .*Start it, or correct the address`,
      ),
    ),
  ]);

  const redis = await startRedis({ port });
  stops.push(redis.stop);
  await until(async () => (await readiness(daemon.url)).status === 200);
  const logged = daemon.output().stderr.split('\n');
  expect(logged.filter((line) => line.includes('"level":50'))).toEqual([
    expect.stringContaining(`127.0.0.1:${port}`),
  ]);
  expect(logged.join()).not.toContain('hunter2');
  expect(await daemon.stop()).toBe(0);
});

test('that can never answer at its address ends the start, with the name of the key', async () => {
  for (const url of ['localhost', 'http://127.0.0.1:6379', 'redis:6379']) {
    const { code, stderr } = await tocsinResult(['run', '-c', configFile({ redis: { url } })], env);
    expect([code, stderr]).toEqual([
      2,
      expect.stringMatching(/^tocsin: redis\.url: must be redis:\/\/host:port/),
    ]);
  }
});
