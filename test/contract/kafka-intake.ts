import { Writable } from 'node:stream';
import type { Admin } from 'kafkajs';
import { pino } from 'pino';
import { afterEach, describe, expect, it } from 'vitest';
import { configSchema } from '../../src/config/schema.ts';
import { type Duration, duration, type Ms, ms } from '../../src/events/event.ts';
import type { KafkaSettings } from '../../src/intake/kafka/client.ts';
import { createKafkaIntake, type KafkaIntake } from '../../src/intake/kafka/kafka.ts';
import { createFakeStore } from '../support/fake-store.ts';
import { createTopic } from '../support/kafka-topic.ts';
import { until } from '../support/until.ts';

const LATENESS = 2_000 as Duration;
const within = { within: 120_000 };

const settings = (brokers: string, topic: string, more: Partial<KafkaSettings> = {}): KafkaSettings => {
  const { kafka } = configSchema.parse({
    intake: { kafka: { brokers: brokers.split(','), topic, group: topic } },
  }).intake;
  if (!kafka) throw new Error('no kafka in the configuration');
  return { ...kafka, ...more };
};

const numbers = (from: number, to: number, name = '') =>
  Array.from({ length: to - from }, (_, i) => `${name}${from + i}`);

/** What Kafka intake must do on any broker it supports; one test file a version calls it, so that they run together. */
export const kafkaIntakeSuite = (version: string, brokers: string | undefined): void => {
  const without = brokers === undefined || process.env.TOCSIN_KAFKA === 'mock';
  describe.skipIf(without)(`Kafka intake on a broker ${version}`, () => {
    const cleanups: (() => Promise<unknown>)[] = [];
    afterEach(async () => {
      for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
    });

    const newTopic = async (partitions?: number, settings?: Readonly<Record<string, string>>) => {
      const topic = await createTopic(brokers ?? '', partitions, {}, settings);
      cleanups.push(topic.close);
      return topic;
    };

    const read = async (
      topic: string,
      store: ReturnType<typeof createFakeStore>,
      more: Partial<KafkaSettings> = {},
    ): Promise<KafkaIntake & { logged: string[] }> => {
      const logged: string[] = [];
      const sink = new Writable({
        write: (line, _, done) => {
          logged.push(String(line));
          done();
        },
      });
      const intake = createKafkaIntake({
        config: settings(brokers ?? '', topic, more),
        claim: store.claim,
        ingest: store.ingest,
        backpressure: () => ms(Number.POSITIVE_INFINITY),
        clock: () => Date.now() as Ms,
        lateness: LATENESS,
        patience: duration(30_000),
        log: pino({ level: 'info' }, sink),
      });
      cleanups.push(intake.stop);
      await intake.start();
      return { ...intake, logged };
    };

    it('hands over every record of every partition, in order', async () => {
      const { topic, send } = await newTopic(3);
      const store = createFakeStore();
      for (const p of [0, 1, 2]) await send(p, numbers(0, 5_000, `${p}:`));

      await read(topic, store);
      await until(() => store.total() === 15_000, within);

      for (const p of [0, 1, 2])
        expect(store.of(`kafka:${topic}:${p}`).values).toEqual(numbers(0, 5_000, `${p}:`));
      expect(Math.max(...store.batches.map(({ records }) => records.length))).toBeLessThanOrEqual(2_000);
    });

    it('goes on after a restart where the store stands, whatever Kafka has committed', async () => {
      const { topic, send } = await newTopic(1);
      const store = createFakeStore();
      const { of } = store;
      await send(0, numbers(0, 100));
      const first = await read(topic, store);
      await until(() => store.total() === 100, within);
      await first.stop();
      await send(0, numbers(100, 150));
      // The store lost its last thirty: they are to be read again.
      const state = of(`kafka:${topic}:0`);
      Object.assign(state, { next: 70, fingerprint: undefined, values: state.values.slice(0, 70) });

      await read(topic, store);
      await until(() => store.total() === 150, within);

      expect(state.values).toEqual(numbers(0, 150));
    });

    it('reads again what the store has lost, idle or not, and says so until it has', async () => {
      const { topic, send } = await newTopic(2);
      const store = createFakeStore();
      const intake = await read(topic, store);
      for (const p of [0, 1]) await send(p, numbers(0, 100));
      await until(() => store.total() === 200, within);

      for (const p of [0, 1])
        Object.assign(store.of(`kafka:${topic}:${p}`), {
          next: 0,
          fingerprint: undefined,
          values: [],
          epoch: 0,
        });
      await send(1, numbers(100, 120));
      await until(() => store.total() === 220, within);

      expect(store.of(`kafka:${topic}:0`).values).toEqual(numbers(0, 100));
      expect(store.of(`kafka:${topic}:1`).values).toEqual(numbers(0, 120));
      await until(() => intake.problems().length === 0, within);
      const said = intake.logged.filter(
        (line) => line.includes('has lost what was counted') && line.includes('"level":50'),
      );
      expect(said).toHaveLength(2);
    });

    it('loses and doubles nothing while the store is away', async () => {
      const { topic, send } = await newTopic(2);
      const store = createFakeStore();
      const intake = await read(topic, store);
      await send(0, numbers(0, 50));
      await until(() => store.total() === 50, within);

      store.switches.away = true;
      await send(0, numbers(50, 100));
      await send(1, numbers(0, 10));
      await until(() => intake.problems().some((text) => text.includes('cannot be stored')), within);
      store.switches.away = false;
      await until(() => store.total() === 110, within);

      expect(store.of(`kafka:${topic}:0`).values).toEqual(numbers(0, 100));
      await until(() => intake.problems().length === 0, within);
      expect(
        intake.logged.filter((line) => line.includes('cannot be stored') && line.includes('"level":50')),
      ).toHaveLength(1);
    });

    it('measures the lag, which falls to nothing, and moves the watermark of idle partitions', async () => {
      const { topic, send } = await newTopic(2);
      const store = createFakeStore();
      const began = Date.now();
      await send(0, numbers(0, 10));

      const intake = await read(topic, store);
      await until(() => store.total() === 10 && intake.lag() === 0, within);

      for (const p of [0, 1])
        await until(() => (store.idle.get(`kafka:${topic}:${p}`) ?? 0) > began - LATENESS, within);
      expect(store.idle.get(`kafka:${topic}:1`)).toBeLessThanOrEqual(Date.now() - LATENESS);
    });

    it('shares the partitions of a group, and counts once what both were given', async () => {
      const { topic, send } = await newTopic(2);
      const store = createFakeStore();
      const first = await read(topic, store);
      await send(0, numbers(0, 20));
      await until(() => store.total() === 20, within);

      await read(topic, store);
      await until(
        () => store.of(`kafka:${topic}:0`).epoch > 1 && store.of(`kafka:${topic}:1`).epoch > 1,
        within,
      );
      for (const p of [0, 1]) await send(p, numbers(20, 60));
      await until(() => store.total() === 100, within);
      await first.stop();
      for (const p of [0, 1]) await send(p, numbers(60, 70));
      await until(() => store.total() === 120, within);

      expect(store.of(`kafka:${topic}:0`).values).toEqual(numbers(0, 70));
      expect(store.of(`kafka:${topic}:1`).values).toEqual(numbers(20, 70));
    });

    it('begins at the end when told so, and stays there over restarts', async () => {
      const { topic, send } = await newTopic(1);
      const store = createFakeStore();
      await send(0, numbers(0, 10));
      const first = await read(topic, store, { from: 'latest' });
      await until(() => store.of(`kafka:${topic}:0`).next === 10, within);
      await first.stop();
      await send(0, numbers(10, 15));

      await read(topic, store, { from: 'latest' });
      await until(() => store.total() === 5, within);

      expect(store.of(`kafka:${topic}:0`).values).toEqual(numbers(10, 15));
    });

    it.each([
      'earliest',
      'latest',
    ] as const)('counts a partition that is added from its beginning, reading from %s', async (from) => {
      const { topic, send, admin } = await newTopic(1);
      const store = createFakeStore();
      await send(0, numbers(0, 10));
      const first = await read(topic, store, { from });
      await until(() => store.of(`kafka:${topic}:0`).next === 10, within);
      // Leaving, it commits: the group is seen to have read the topic.
      await first.stop();
      await admin.createPartitions({ topicPartitions: [{ topic, count: 2 }] });
      await until(async () => (await admin.fetchTopicOffsets(topic)).length === 2, within);
      await send(1, numbers(0, 20));

      await read(topic, store, { from });
      await until(() => store.of(`kafka:${topic}:1`).next === 20, within);

      expect(store.of(`kafka:${topic}:1`).values).toEqual(numbers(0, 20));
    });

    it('picks up a partition that is added while it reads', async () => {
      const { topic, send, admin } = await newTopic(1);
      const store = createFakeStore();
      await send(0, numbers(0, 10));
      await read(topic, store);
      await until(() => store.total() === 10, within);

      await admin.createPartitions({ topicPartitions: [{ topic, count: 2 }] });
      await until(async () => (await admin.fetchTopicOffsets(topic)).length === 2, within);
      await send(1, numbers(0, 20));
      await until(() => store.total() === 30, within);

      expect(store.of(`kafka:${topic}:1`).values).toEqual(numbers(0, 20));
      expect(store.of(`kafka:${topic}:0`).values).toEqual(numbers(0, 10));
    });

    /** Under the same name, and with other records from the beginning. */
    const remake = async (topic: string, fill: () => Promise<unknown>, admin: Admin) => {
      await admin.deleteTopics({ topics: [topic] });
      await until(async () => !(await admin.listTopics()).includes(topic), within);
      const create = () => admin.createTopics({ topics: [{ topic, numPartitions: 1 }] });
      // On a busy machine the try that makes it may fail while it waits for a leader: then the next finds it there.
      await until(async () => (await create()) || (await admin.listTopics()).includes(topic), within);
      // Its leader is not there at once.
      await until(() => fill().then(() => true), within);
    };

    it('counts nothing of a topic that was made anew, and says so; once it is longer, what comes is watched', async () => {
      const { topic, send, admin } = await newTopic(1);
      const store = createFakeStore();
      await send(0, numbers(0, 10));
      const intake = await read(topic, store);
      await until(() => store.total() === 10, within);

      await remake(topic, () => send(0, numbers(0, 5, 'new ')), admin);
      await until(() => intake.problems().some((text) => text.includes('made anew')), within);

      expect(store.of(`kafka:${topic}:0`).values).toEqual(numbers(0, 10));
      expect(intake.problems().join()).toContain('read it under another topic name');

      await send(0, numbers(5, 15, 'new '));
      await until(() => store.total() === 15, within);
      expect(store.of(`kafka:${topic}:0`).values).toEqual([...numbers(0, 10), ...numbers(10, 15, 'new ')]);
      expect(intake.found()).toEqual([
        { about: 'log', text: expect.stringContaining('before 10 is not counted') },
      ]);
    });

    it('says so when a topic was made anew and is longer than what was counted, and watches it from there', async () => {
      const { topic, send, admin } = await newTopic(1);
      const store = createFakeStore();
      await send(0, numbers(0, 10));
      const before = await read(topic, store);
      await until(() => store.total() === 10, within);
      await before.stop();

      await remake(topic, () => send(0, numbers(0, 25, 'new ')), admin);
      const intake = await read(topic, store);
      await until(() => intake.problems().some((text) => text.includes('made anew')), within);

      await until(() => store.total() === 25, within);
      expect(store.of(`kafka:${topic}:0`).values).toEqual([...numbers(0, 10), ...numbers(10, 25, 'new ')]);
      expect(intake.found()).toContainEqual({ about: 'log', text: expect.stringContaining('before 10') });
    });

    it('says how many records were deleted before it read them, and goes on behind them', async () => {
      const { topic, send, admin } = await newTopic(1);
      const store = createFakeStore();
      await send(0, numbers(0, 30));
      Object.assign(store.of(`kafka:${topic}:0`), { next: 5 });
      // The admin client must know the leader before it can delete.
      await admin.fetchTopicOffsets(topic);
      await admin.deleteTopicRecords({ topic, partitions: [{ partition: 0, offset: '20' }] });

      const intake = await read(topic, store);
      await until(() => store.total() === 10, within);

      expect(store.of(`kafka:${topic}:0`).values).toEqual(numbers(20, 30));
      expect(store.batches[0]).toMatchObject({ from: 5, next: 30 });
      expect(intake.problems().join()).toContain('15 records');
    });

    it('waits, and says so, when the log ends before what was counted', async () => {
      const { topic, send } = await newTopic(1);
      const store = createFakeStore();
      await send(0, numbers(0, 5));
      Object.assign(store.of(`kafka:${topic}:0`), { next: 8 });

      const intake = await read(topic, store);
      await until(() => intake.problems().some((text) => text.includes('made anew')), within);
      await send(0, numbers(5, 12));
      await until(() => store.total() === 4, within);

      expect(store.of(`kafka:${topic}:0`).values).toEqual(numbers(8, 12));
      await until(() => intake.problems().length === 0, within);
    });

    it('claims again a partition that a stranger to the group has taken', async () => {
      const { topic, send } = await newTopic(1);
      const store = createFakeStore();
      const intake = await read(topic, store);
      await until(() => store.of(`kafka:${topic}:0`).epoch === 1, within);

      await store.claim(`kafka:${topic}:0`);
      await send(0, numbers(0, 5));
      await until(() => intake.problems().some((text) => text.includes('another instance')), within);
      await until(() => store.total() === 5, within);

      expect(store.of(`kafka:${topic}:0`).values).toEqual(numbers(0, 5));
    });

    it('keeps trying, and says what to do, while the topic is missing', async () => {
      const { topic, admin } = await newTopic(1);
      const store = createFakeStore();
      const missing = `${topic}-later`;

      const intake = await read(missing, store);
      await until(() => intake.problems().some((text) => text.includes(`no topic ${missing}`)), within);
      await admin.createTopics({ topics: [{ topic: missing, numPartitions: 1 }] });

      await until(() => intake.problems().length === 0, within);
      await until(() => store.idle.has(`kafka:${missing}:0`), within);
    });

    it('says which compression it cannot read', async () => {
      const { topic, send } = await newTopic(1, { 'compression.type': 'lz4' });
      const store = createFakeStore();
      await send(0, numbers(0, 50));

      const intake = await read(topic, store);

      await until(() => intake.problems().some((text) => text.includes('compressed with lz4')), within);
      expect(store.total()).toBe(0);
    });

    it('stops within its time while the store is away', async () => {
      const { topic, send } = await newTopic(1);
      const store = createFakeStore();
      const intake = await read(topic, store);
      await until(() => store.of(`kafka:${topic}:0`).epoch === 1, within);
      store.switches.away = true;
      await send(0, numbers(0, 5));
      await until(() => intake.problems().some((text) => text.includes('cannot be stored')), within);

      const began = Date.now();
      await intake.stop();

      expect(Date.now() - began).toBeLessThan(10_000);
    });
  });
};
