/** How fast one topic is read: by bare kafkajs, and by the whole daemon. */
import { randomUUID } from 'node:crypto';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Kafka } from 'kafkajs';
import { pino } from 'pino';
import { configSchema } from '../../src/config/schema.ts';
import { startDaemon } from '../../src/daemon/daemon.ts';
import { ms } from '../../src/events/event.ts';
import { until } from '../support/until.ts';
import { createAllocation } from './allocation.ts';

const FETCH = 1_048_576;

/** From the first record taken to the last: connecting and joining the group is not counted. */
export interface Rate {
  /** Events a second. */
  readonly rate: number;
  /** Microseconds of processor an event, all threads of the process. */
  readonly cpu: number;
  readonly bytes: number;
}

export interface Source {
  readonly kafka: Kafka;
  readonly brokers: readonly string[];
  readonly topic: string;
  readonly partitions: number;
  readonly events: number;
}

/** Runs from the first call of `batch` on. */
const stopwatch = (events: number) => {
  let start = 0;
  let cpu = process.cpuUsage();
  let allocation = createAllocation();
  return {
    batch: () => {
      if (start > 0) return allocation.look();
      start = performance.now();
      cpu = process.cpuUsage();
      allocation = createAllocation();
    },
    done: (): Rate => {
      const seconds = (performance.now() - start) / 1000;
      const { user, system } = process.cpuUsage(cpu);
      return { rate: events / seconds, cpu: (user + system) / events, bytes: allocation.bytes() / events };
    },
  };
};

/** Bare kafkajs: consume and JSON.parse, nothing else. */
export const reference = async ({ kafka, topic, partitions, events }: Source): Promise<Rate> => {
  const consumer = kafka.consumer({ groupId: randomUUID(), maxBytesPerPartition: FETCH });
  await consumer.connect();
  await consumer.subscribe({ topic, fromBeginning: true });
  const watch = stopwatch(events);
  let seen = 0;
  await consumer.run({
    autoCommit: false,
    partitionsConsumedConcurrently: partitions,
    eachBatch: async ({ batch }) => {
      watch.batch();
      for (const { value } of batch.messages) {
        if (value && JSON.parse(value.toString()) !== null) seen += 1;
      }
    },
  });
  await until(() => seen >= events, { within: 120_000, every: 2 });
  const rate = watch.done();
  await consumer.disconnect();
  return rate;
};

/** The whole daemon, every detector on; windows in the process without `redisUrl`. */
export const wholeDaemon = async (source: Source, redisUrl?: string): Promise<Rate> => {
  const { brokers, topic, events } = source;
  const id = randomUUID();
  const watch = stopwatch(events);
  const daemon = await startDaemon({
    config: configSchema.parse({
      dataDir: mkdtempSync(join(tmpdir(), 'tocsin-bench-')),
      intake: {
        kafka: { brokers, topic, group: id, maxBytesPerPartition: FETCH },
        http: { enabled: false },
      },
      live: { port: 0 },
      ...(redisUrl ? { redis: { url: redisUrl, prefix: `bench-${id}` } } : {}),
    }),
    secrets: { hmacKey: 'a key for the bench' },
    log: pino({ level: 'fatal' }),
    clock: () => ms(Date.now()),
    env: {},
    onBatch: watch.batch,
  });
  await until(() => daemon.counted() >= events, { within: 240_000, every: 2 });
  const rate = watch.done();
  await daemon.stop();
  return rate;
};
