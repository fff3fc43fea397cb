/** kill -9 at any moment loses and doubles nothing. */
import { randomUUID } from 'node:crypto';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { Kafka, logLevel } from 'kafkajs';
import { afterAll, describe, expect, test } from 'vitest';
import { stringify } from 'yaml';
import { createRedisStore } from '../../src/windows/store/redis.ts';
import type { WindowChanges } from '../../src/windows/store/store.ts';
import { startRun } from '../support/tocsin.ts';
import { until } from '../support/until.ts';

const { REDIS_URL, KAFKA_BROKERS } = process.env;
const real = REDIS_URL && KAFKA_BROKERS && process.env.TOCSIN_KAFKA !== 'mock';
const KILLS = 10;
const PARTITIONS = 3;
const CHUNK = 200;

describe.skipIf(!real)('the daemon killed in the middle of a stream', () => {
  const prefix = `kill-${randomUUID().slice(0, 8)}`;
  const redis = new Redis(REDIS_URL ?? '');
  const store = createRedisStore({ redis, prefix });
  afterAll(async () => {
    await store.close();
    redis.disconnect();
  });

  test('ten times, restarted each time: the counts in Redis equal those of the log', {
    timeout: 900_000,
  }, async () => {
    const topic = `events-${prefix}`;
    const brokers = (KAFKA_BROKERS ?? '').split(',');
    const kafka = new Kafka({ brokers, logLevel: logLevel.NOTHING });
    const admin = kafka.admin();
    await admin.connect();
    await admin.createTopics({ topics: [{ topic, numPartitions: PARTITIONS }], waitForLeaders: true });
    await admin.disconnect();
    const config = join(mkdtempSync(join(tmpdir(), 'tocsin-kill-')), 'tocsin.yaml');
    // Small fetches, so that a kill falls into the middle of many batches.
    const intake = { kafka: { brokers, topic, group: prefix, maxBytesPerPartition: 32_768 } };
    writeFileSync(config, stringify({ intake, redis: { prefix }, log: { level: 'warn' } }));

    let enough = false;
    const producing = produce(kafka, topic, () => enough);
    for (let kill = 0; kill < KILLS; kill++) {
      const before = total(await store.read());
      const daemon = await startRun(['-c', config], { TOCSIN_HMAC_KEY: 'a key for the test' });
      // It has taken up where the last one died, and is in the middle of more.
      await until(async () => total(await store.read()) > before, { within: 120_000, every: 5 });
      await daemon.kill9();
    }
    enough = true;
    const expected = await producing;
    const produced = Object.values(expected).reduce((sum, count) => sum + count, 0);
    const daemon = await startRun(['-c', config], { TOCSIN_HMAC_KEY: 'a key for the test' });
    await until(async () => total(await store.read()) >= produced, { within: 180_000 });
    await daemon.stop();

    expect(countsOf(await store.read())).toEqual(expected);
  });
});

/** Produces until it is enough, and counts what it produced: second by second, by provider. */
const produce = async (
  kafka: Kafka,
  topic: string,
  enough: () => boolean,
): Promise<Record<string, number>> => {
  const producer = kafka.producer();
  await producer.connect();
  const expected: Record<string, number> = {};
  for (let first = 0; !enough(); first += CHUNK) {
    const at = Date.now();
    const messages = Array.from({ length: CHUNK }, (_, index) => {
      const number = first + index;
      const provider = number % 3 === 0 ? 'alpha' : 'beta';
      const key = `${Math.floor(at / 1000)} sent{provider=${provider}}`;
      expected[key] = (expected[key] ?? 0) + 1;
      const to = `+336${String(10_000_000 + (number % 5_000))}`;
      const event = { id: `m${number}`, type: 'sent', at, provider, to, category: 'transactional' };
      return { partition: number % PARTITIONS, value: JSON.stringify(event) };
    });
    await producer.send({ topic, messages });
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  await producer.disconnect();
  return expected;
};

const isProvider = (series: string) => /^sent\{provider=\w+\}$/.test(series);

const countsOf = (changes: WindowChanges): Record<string, number> =>
  Object.fromEntries(
    [...changes.counts].flatMap(([at, counts]) =>
      [...counts]
        .filter(([series]) => isProvider(series))
        .map(([series, count]) => [`${at} ${series}`, count]),
    ),
  );

const total = (changes: WindowChanges): number =>
  Object.values(countsOf(changes)).reduce((sum, count) => sum + count, 0);
