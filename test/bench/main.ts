/**
 * `npm run bench`: events a second from one topic of a real Kafka, in one run:
 *   reference   bare kafkajs: consume and JSON.parse, nothing else
 *   memory      the whole daemon, every detector on, windows in the process
 *   redis       the same, windows in a real Redis
 * Each is run ROUNDS times in turn; the figures are medians, and ratios to the reference of the same round.
 */
import { randomUUID } from 'node:crypto';
import { mkdtempSync } from 'node:fs';
import { cpus, tmpdir, totalmem } from 'node:os';
import { join } from 'node:path';
import { Kafka, logLevel } from 'kafkajs';
import { pino } from 'pino';
import { median } from 'simple-statistics';
import { configSchema } from '../../src/config/schema.ts';
import { startDaemon } from '../../src/daemon.ts';
import { ms } from '../../src/events/event.ts';
import { KAFKA_4, startKafka } from '../support/kafka-server.ts';
import { startRedis } from '../support/redis-server.ts';
import { until } from '../support/until.ts';
import { produceSteady } from './produce.ts';

const EVENTS = Number(process.env.BENCH_EVENTS ?? 300_000);
const ROUNDS = Number(process.env.BENCH_ROUNDS ?? 5);
const PARTITIONS = 3;
const FETCH = 1_048_576;

const kafkaServer = process.env.KAFKA_BROKERS ? undefined : await startKafka(KAFKA_4);
const redisServer = process.env.REDIS_URL ? undefined : await startRedis();
const brokers = (process.env.KAFKA_BROKERS ?? kafkaServer?.brokers ?? '').split(',');
const redisUrl = process.env.REDIS_URL ?? redisServer?.url ?? '';
const kafka = new Kafka({ brokers, logLevel: logLevel.NOTHING });

/** Events a second from the first record taken to the last; connecting and joining the group is not counted. */
type Run = (topic: string) => Promise<number>;

const reference: Run = async (topic) => {
  const consumer = kafka.consumer({ groupId: randomUUID(), maxBytesPerPartition: FETCH });
  await consumer.connect();
  await consumer.subscribe({ topic, fromBeginning: true });
  let seen = 0;
  let began = 0;
  await consumer.run({
    autoCommit: false,
    partitionsConsumedConcurrently: PARTITIONS,
    eachBatch: async ({ batch }) => {
      began ||= performance.now();
      for (const { value } of batch.messages) {
        if (value && JSON.parse(value.toString()) !== null) seen += 1;
      }
    },
  });
  await until(() => seen >= EVENTS, { within: 120_000, every: 2 });
  const seconds = (performance.now() - began) / 1000;
  await consumer.disconnect();
  return EVENTS / seconds;
};

const daemonOn =
  (store: 'memory' | 'redis'): Run =>
  async (topic) => {
    const id = randomUUID();
    let began = 0;
    const daemon = await startDaemon({
      config: configSchema.parse({
        dataDir: mkdtempSync(join(tmpdir(), 'tocsin-bench-')),
        intake: {
          kafka: { brokers, topic, group: id, maxBytesPerPartition: FETCH },
          http: { enabled: false },
        },
        live: { port: 0 },
        ...(store === 'redis' ? { redis: { url: redisUrl, prefix: `bench-${id}` } } : {}),
      }),
      secrets: { hmacKey: 'a key for the bench' },
      log: pino({ level: 'fatal' }),
      clock: () => ms(Date.now()),
      env: {},
      onBatch: () => {
        began ||= performance.now();
      },
    });
    await until(() => daemon.counted() >= EVENTS, { within: 240_000, every: 2 });
    const seconds = (performance.now() - began) / 1000;
    await daemon.stop();
    return EVENTS / seconds;
  };

const runs: Record<string, Run> = { reference, memory: daemonOn('memory'), redis: daemonOn('redis') };
const results: Record<string, number[]> = Object.fromEntries(Object.keys(runs).map((name) => [name, []]));

const topic = `bench-${randomUUID()}`;
await produceSteady({ kafka, topic, partitions: PARTITIONS, events: EVENTS });
console.log(
  `${EVENTS} events, ${PARTITIONS} partitions, Kafka ${kafkaServer ? KAFKA_4 : 'given'}; Node ${process.version}, ` +
    `${cpus().length} cores, ${Math.round(totalmem() / 2 ** 30)} GiB`,
);
for (const warm of [true, ...Array.from({ length: ROUNDS }, () => false)]) {
  for (const [name, run] of Object.entries(runs)) {
    const rate = await run(topic);
    if (!warm) results[name]?.push(rate);
    console.log(
      `${warm ? 'warm-up ' : ''}${name.padEnd(10)} ${Math.round(rate).toLocaleString('en-US')} events/s`,
    );
  }
}

console.log('\n            events/s   ratio to the reference (median of pairs, min to max)');
for (const [name, rates] of Object.entries(results)) {
  const ratios = rates.map((rate, round) => rate / (results.reference?.[round] ?? rate));
  console.log(
    `${name.padEnd(10)} ${Math.round(median(rates)).toLocaleString('en-US').padStart(9)}   ` +
      `${median(ratios).toFixed(2)} (${Math.min(...ratios).toFixed(2)} to ${Math.max(...ratios).toFixed(2)})`,
  );
}
await kafkaServer?.stop();
await redisServer?.stop();
process.exit(0);
