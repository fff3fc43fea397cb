/** Two instances lose Redis, and say so; then one of them finds no Kafka. As users run it: processes, a real Redis. */

import { once } from 'node:events';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { stringify } from 'yaml';
import { startFakeSlack } from '../support/fake-slack.ts';
import { freePorts } from '../support/process.ts';
import { startRedis } from '../support/redis-server.ts';
import { startRun } from '../support/tocsin.ts';
import { until } from '../support/until.ts';

const stops: Array<() => Promise<unknown>> = [];
afterEach(async () => {
  for (const stop of stops.splice(0).reverse()) await stop();
});

const configFile = (config: object) => {
  const path = join(mkdtempSync(join(tmpdir(), 'tocsin-blind-')), 'tocsin.yaml');
  writeFileSync(path, stringify(config));
  return path;
};
const readiness = async (url: string) => {
  const answer = await fetch(`${url}/readyz`);
  return { status: answer.status, ...((await answer.json()) as { problems: string[] }) };
};

/** Who waits for the heartbeat. */
const startPulse = async () => {
  let beats = 0;
  const server = createServer((_, response) => {
    beats += 1;
    response.end('OK');
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  stops.push(async () => server.close());
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/ping`, beats: () => beats };
};

const setUp = async (more: object = {}) => {
  const [slack, redis] = [await startFakeSlack(), await startRedis({ appendOnly: true })];
  stops.push(slack.stop, redis.stop);
  // biome-ignore lint/suspicious/noTemplateCurlyInString: it is filled from the environment
  const heartbeat = { url: '${HEARTBEAT}', every: '1s' };
  const notify = { slack: { channel: 'CALERTS', apiUrl: slack.url, editEvery: '0ms' }, heartbeat };
  const pulse = await startPulse();
  const config = {
    redis: {},
    notify,
    blindness: { after: '2s', over: '2s' },
    log: { level: 'warn' },
    ...more,
  };
  const file = configFile(config);
  const secrets = {
    TOCSIN_HMAC_KEY: 'a key for the test',
    SLACK_BOT_TOKEN: slack.token,
    REDIS_URL: redis.url,
    HEARTBEAT: pulse.url,
  };
  const run = async (env: Record<string, string> = {}) => {
    const instance = await startRun(['-c', file], { ...secrets, ...env });
    stops.push(instance.stop);
    return instance;
  };
  const cards = () =>
    slack.messages.filter(({ thread_ts }) => !thread_ts).map(({ text }) => text.split('\n', 1)[0]);
  return { slack, redis, run, cards, pulse };
};

test('Redis goes: told once, straight to Slack, and no heartbeat; it comes back: told in the same thread', async () => {
  const { slack, redis, run, cards, pulse } = await setUp();
  const [one, two] = [await run(), await run()];
  await until(
    async () => (await readiness(one.url)).status === 200 && (await readiness(two.url)).status === 200,
  );
  await until(() => pulse.beats() > 1);

  await redis.kill9();
  await until(() => cards().length > 0);
  for (const { url } of [one, two])
    await until(async () => (await readiness(url)).problems.some((text) => /^blind since /.test(text)));
  expect((await readiness(one.url)).status).toBe(503);
  const before = pulse.beats();

  await redis.restart();
  await until(() => slack.messages.some(({ thread_ts }) => thread_ts));
  await until(
    async () => (await readiness(one.url)).status === 200 && (await readiness(two.url)).status === 200,
  );
  expect(cards()).toEqual([expect.stringMatching(/^✅ tocsin sees again, and was blind to everything/)]);
  expect(slack.messages.filter(({ thread_ts }) => thread_ts)).toHaveLength(1);
  await until(() => pulse.beats() > before);
});

test('Kafka is not there: told through the outbox, and readiness says no', async () => {
  const [port = 0] = await freePorts(1);
  const { run, cards } = await setUp({ intake: { kafka: { brokers: [`127.0.0.1:${port}`] } } });
  const { url } = await run();
  await until(() => cards().length > 0);
  expect(cards()).toEqual([
    expect.stringMatching(/^🔴 tocsin is blind to the stream: Kafka does not answer/),
  ]);
  const { status, problems } = await readiness(url);
  expect(status).toBe(503);
  expect(problems).toEqual([expect.stringMatching(/^blind since .* UTC: /)]);
});
