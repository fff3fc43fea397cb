/** A transaction that nobody ends, on a real broker: what it hides is no end of the log. */
import { pino } from 'pino';
import { afterEach, describe, expect, it } from 'vitest';
import { configSchema } from '../../../src/config/schema.ts';
import { duration, type Ms, ms } from '../../../src/events/event.ts';
import { createKafkaIntake, type KafkaIntake } from '../../../src/intake/kafka/kafka.ts';
import { createFakeStore } from '../../support/fake-store.ts';
import { beginTransaction, createTopic } from '../../support/kafka-topic.ts';
import { until } from '../../support/until.ts';

const LATENESS = duration(2_000);
const PATIENCE = duration(2_000);
const within = { within: 120_000 };

const brokers = process.env.KAFKA_BROKERS ?? '';
const without = brokers === '' || process.env.TOCSIN_KAFKA === 'mock';

describe.skipIf(without)('an open transaction', () => {
  const cleanups: (() => Promise<unknown>)[] = [];
  afterEach(async () => {
    for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
  });

  const newTopic = async (partitions: number) => {
    const topic = await createTopic(brokers, partitions);
    cleanups.push(topic.close);
    return topic;
  };

  const read = async (topic: string, from: 'earliest' | 'latest' = 'earliest') => {
    const store = createFakeStore();
    const { kafka } = configSchema.parse({
      intake: { kafka: { brokers: brokers.split(','), topic, group: topic, from } },
    }).intake;
    if (!kafka) throw new Error('no kafka in the configuration');
    const intake: KafkaIntake = createKafkaIntake({
      config: kafka,
      claim: store.claim,
      ingest: store.ingest,
      backpressure: () => ms(Number.POSITIVE_INFINITY),
      clock: () => Date.now() as Ms,
      lateness: LATENESS,
      patience: PATIENCE,
      log: pino({ level: 'silent' }),
    });
    cleanups.push(intake.stop);
    await intake.start();
    const idleUntil = (partition: number) => store.idle.get(`kafka:${topic}:${partition}`) ?? 0;
    return { intake, store, idleUntil, of: (partition: number) => store.of(`kafka:${topic}:${partition}`) };
  };

  const begin = async (topic: string, partition: number, values: readonly string[]) => {
    const transaction = await beginTransaction(brokers, { topic, partition, values });
    cleanups.push(transaction.close);
    return transaction;
  };

  it('is told as lag with its partition and since when, holds the watermark, and ends when it ends', async () => {
    const { topic, send } = await newTopic(2);
    await send(1, ['before']);
    const { intake, of, idleUntil } = await read(topic);
    await until(() => of(1).next === 1 && idleUntil(0) > 0 && idleUntil(1) > 0, within);

    const transaction = await begin(topic, 1, ['in 1', 'in 2']);
    await send(1, ['after 1', 'after 2', 'after 3']);
    await until(() => intake.lag() === 5, within);
    const held = idleUntil(1);
    const clear = idleUntil(0);
    await until(() => intake.found().length > 0, within);

    expect(intake.found()).toEqual([
      {
        about: 'lag',
        text: expect.stringMatching(
          new RegExp(`^partition 1 of ${topic}: .* behind an open transaction since \\d\\d:\\d\\d UTC`),
        ),
      },
    ]);
    expect(intake.waiting()).toBeGreaterThan(PATIENCE);
    // The other partition goes on; this one stands at what could be read.
    await until(() => idleUntil(0) > clear + 1_000, within);
    expect(idleUntil(1)).toBe(held);
    expect(of(1).values).toEqual(['before']);

    await transaction.commit();
    await until(() => intake.lag() === 0 && intake.found().length === 0, within);
    await until(() => idleUntil(1) > held, within);
    expect(of(1).values).toEqual(['before', 'in 1', 'in 2', 'after 1', 'after 2', 'after 3']);
    expect(intake.waiting()).toBe(0);
  });

  it('that is given up hides nothing any more, and the partition is idle again', async () => {
    const { topic, send } = await newTopic(1);
    const { intake, of, idleUntil } = await read(topic);
    await until(() => idleUntil(0) > 0, within);
    const transaction = await begin(topic, 0, ['in']);
    await send(0, ['after']);
    await until(() => intake.lag() === 2, within);
    const held = idleUntil(0);

    await transaction.abort();
    await until(() => intake.lag() === 0 && idleUntil(0) > held, within);

    expect(of(0).values).toEqual(['after']);
  });

  it('is not begun behind by who reads from the end: what it brings comes later', async () => {
    const { topic, send } = await newTopic(1);
    await send(0, ['before']);
    const transaction = await begin(topic, 0, ['in']);
    const { of } = await read(topic, 'latest');
    await until(() => of(0).next === 1, within);

    await transaction.commit();
    await send(0, ['after']);
    await until(() => of(0).values.length === 2, within);

    expect(of(0).values).toEqual(['in', 'after']);
  });
});
