/**
 * How `tocsin run` ends: in order, with what it stands on gone, and when it could not start. As users run it: processes,
 * with a Redis and a Kafka of their own that are killed.
 */
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { stringify } from 'yaml';
import { sent, wire } from '../support/events.ts';
import { KAFKA_4, startKafka } from '../support/kafka-server.ts';
import { createTopic } from '../support/kafka-topic.ts';
import { freePorts } from '../support/process.ts';
import { type RedisServer, startRedis } from '../support/redis-server.ts';
import { type Command, startRun, tocsin, tocsinResult } from '../support/tocsin.ts';
import { until } from '../support/until.ts';

/** In ms; a machine that is busy with other tests takes a moment to see the process end. */
const WITHIN = 10_000;
const BUSY = 2_000;

const stops: Array<() => Promise<unknown>> = [];
afterEach(async () => {
  for (const stop of stops.splice(0).reverse()) await stop();
});

const configFile = (config: object): string => {
  const path = join(mkdtempSync(join(tmpdir(), 'tocsin-stop-')), 'tocsin.yaml');
  writeFileSync(path, stringify(config));
  return path;
};

const redisUp = async (): Promise<RedisServer> => {
  const redis = await startRedis();
  stops.push(redis.stop);
  return redis;
};

interface LogLine {
  readonly msg: string;
  readonly step?: string;
  readonly undone?: readonly string[];
}

/** What it logged. Throws when anything else stands between, such as a raw stack. */
const linesOf = ({ output }: Pick<Command, 'output'>): LogLine[] =>
  output()
    .stderr.split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line));

/** Asks it to stop. Answers how it ended, how long that took in ms, and what it said from then on. */
const terminated = async (run: Pick<Command, 'child' | 'exited' | 'output'>) => {
  const since = Date.now();
  run.child.kill('SIGTERM');
  const code = await run.exited;
  const took = Date.now() - since;
  const lines = linesOf(run);
  const told = lines.slice(lines.findIndex(({ msg }) => msg === ASKED));
  return { code, took, says: told.map(({ msg }) => msg), undone: told.find((line) => line.undone)?.undone };
};
const ASKED = 'stopping; once more to stop at once';
/** It depends on what the client was doing whether it gives up by itself in time. */
const KAFKA_GONE =
  /^Kafka (cannot be reached at |did not let go within three seconds; what was in hand will be read again$)/;
const NOT_LOOKED_AT = /^stopping, last look: .*; the last \d+ s have not been looked at; the next start, /;
const NOT_SAVED =
  /^stopping, checkpoint: .*; it was last saved \d+ s ago; what was seen since is looked at again/;
const NOT_RELEASED = /^stopping, lease: .*; it runs out by itself, and another instance takes over/;

/** Watching a topic, with one event counted and looked at. */
const watching = async () => {
  const [redis, kafka] = await Promise.all([redisUp(), startKafka(KAFKA_4)]);
  stops.push(kafka.stop);
  const topic = await createTopic(kafka.brokers, 1);
  const config = configFile({
    intake: { kafka: { brokers: [kafka.brokers], topic: topic.topic, group: topic.topic } },
    redis: { url: redis.url, prefix: `stop-${randomUUID().slice(0, 8)}` },
  });
  const run = await startRun(['-c', config], { TOCSIN_HMAC_KEY: 'a key for the test' });
  stops.push(run.kill9);
  await topic.send(0, [wire(sent({ at: Date.now() } as object))]);
  const status = async () =>
    (await (await fetch(`${run.url}/v1/status`)).json()) as { health: { eventsCounted: number } };
  await until(async () => (await status()).health.eventsCounted === 1);
  await topic.close();
  return { run, redis, kafka };
};

describe('SIGTERM', () => {
  test('ends it in order, with nothing left to say', async () => {
    const { run } = await watching();
    const { code, took, says } = await terminated(run);
    expect(code).toBe(0);
    expect(took).toBeLessThan(WITHIN + BUSY);
    expect(says).toEqual([ASKED, 'stopped']);
  });

  test('with Redis gone, closes all there is and says what could not be written', async () => {
    const { run, redis } = await watching();
    await redis.kill9();
    const { code, took, says, undone } = await terminated(run);
    expect(code).toBe(1);
    expect(took).toBeLessThan(WITHIN + BUSY);
    expect(undone).toEqual(expect.arrayContaining(['last look', 'checkpoint', 'lease']));
    expect(undone).not.toEqual(expect.arrayContaining([expect.stringMatching(/server|Redis|control|dead/)]));
    for (const what of [NOT_LOOKED_AT, NOT_SAVED, NOT_RELEASED])
      expect(says).toContainEqual(expect.stringMatching(what));
  });

  test('with Kafka gone, says so, and ends in order: nothing is lost by it', async () => {
    const { run, kafka } = await watching();
    await kafka.stop();
    const { code, took, says } = await terminated(run);
    expect(code).toBe(0);
    expect(took).toBeLessThan(WITHIN + BUSY);
    expect(says).toContain('stopped');
    expect(says).toContainEqual(expect.stringMatching(KAFKA_GONE));
  });

  test('with both gone, ends all the same', async () => {
    const { run, redis, kafka } = await watching();
    await Promise.all([redis.kill9(), kafka.stop()]);
    const { code, took, says, undone } = await terminated(run);
    expect(code).toBe(1);
    expect(took).toBeLessThan(WITHIN + BUSY);
    expect(undone).toEqual(expect.arrayContaining(['last look', 'checkpoint', 'lease']));
    for (const what of [NOT_LOOKED_AT, NOT_SAVED, NOT_RELEASED])
      expect(says).toContainEqual(expect.stringMatching(what));
  });

  test('given twice, ends it at once', async () => {
    const redis = await redisUp();
    const config = configFile({ redis: { url: redis.url } });
    const run = await startRun(['-c', config], { TOCSIN_HMAC_KEY: 'a key for the test' });
    stops.push(run.kill9);
    await redis.kill9();
    run.child.kill('SIGTERM');
    await until(() => linesOf(run).some(({ msg }) => msg === ASKED));
    run.child.kill('SIGTERM');
    expect(await run.exited).toBe(143);
    expect(linesOf(run).map(({ msg }) => msg)).not.toContainEqual(expect.stringMatching(/^stopped/));
  });

  test('while Redis is awaited, ends the wait', async () => {
    const [port = 0, nobody = 0] = await freePorts(2);
    const config = configFile({ redis: { url: `redis://127.0.0.1:${nobody}` }, live: { port } });
    const run = tocsin(['run', '-c', config], { TOCSIN_HMAC_KEY: 'a key for the test' });
    stops.push(async () => run.child.kill('SIGKILL'));
    await until(() => run.output().stderr.includes('Redis does not answer'));
    const { code, took } = await terminated(run);
    expect(code).toBe(0);
    expect(took).toBeLessThan(WITHIN + BUSY);
  });
});

describe('a start whose port is taken', () => {
  test('closes what it has opened, and ends by itself with what to do', async () => {
    const redis = await redisUp();
    const taken = createServer().listen(0, '127.0.0.1');
    await once(taken, 'listening');
    stops.push(async () => taken.close());
    const { port } = taken.address() as AddressInfo;
    const config = configFile({ redis: { url: redis.url }, live: { port } });
    const { code, stderr } = await tocsinResult(['run', '-c', config], { TOCSIN_HMAC_KEY: 'a key' });
    expect(code).toBe(2);
    expect(stderr).toMatch(
      /^tocsin: live\.port: cannot listen \(.*EADDRINUSE.*\); free it or choose another/,
    );
    expect(stderr.trim().split('\n')).toHaveLength(1);
  });
});
