/**
 * Instances that may go blind, as users run them: processes on a real Redis, with a Slack and a receiver of heartbeats
 * of our own. In: a configuration. Out: what people are told, and what readiness says.
 */
import { once } from 'node:events';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { startFakeSlack } from './fake-slack.ts';
import { startRedis } from './redis-server.ts';
import { startRun } from './tocsin.ts';

const PREFIX = 'blind';

type Stops = Array<() => Promise<unknown>>;

const configFile = (config: object) => {
  const path = join(mkdtempSync(join(tmpdir(), 'tocsin-blind-')), 'tocsin.yaml');
  writeFileSync(path, stringify(config));
  return path;
};
/** What an instance says of itself. */
export const readiness = async (url: string) => {
  const answer = await fetch(`${url}/readyz`);
  return { status: answer.status, ...((await answer.json()) as { problems: string[] }) };
};

/** Who waits for the heartbeat. */
const startPulse = async (stops: Stops) => {
  let beats = 0;
  const server = createServer((_, response) => {
    beats += 1;
    response.end('OK');
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  stops.push(async () => server.close());
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/ping`, beats: () => beats };
};

/** Impatient: what is in the way for two seconds is told, and over after two. `stops`: what is to be stopped, last first. */
export const setUpBlind = async (
  stops: Stops,
  more: { readonly blindness?: object; readonly intake?: object } = {},
) => {
  const [slack, redis] = [await startFakeSlack(), await startRedis({ appendOnly: true })];
  stops.push(slack.stop, redis.stop);
  // biome-ignore lint/suspicious/noTemplateCurlyInString: it is filled from the environment
  const heartbeat = { url: '${HEARTBEAT}', every: '1s' };
  const notify = { slack: { channel: 'CALERTS', apiUrl: slack.url, editEvery: '0ms' }, heartbeat };
  const pulse = await startPulse(stops);
  const config = {
    redis: { prefix: PREFIX },
    notify,
    log: { level: 'warn' },
    ...more,
    blindness: { after: '2s', over: '2s', ...more.blindness },
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
  return { slack, redis, run, cards, pulse, prefix: PREFIX };
};
