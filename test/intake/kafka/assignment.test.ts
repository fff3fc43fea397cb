/** The look after partitions once a second: what it asks of Kafka, and what it says of one that stands. */
import type { EachBatchPayload } from 'kafkajs';
import { pino } from 'pino';
import { expect, it } from 'vitest';
import { configSchema } from '../../../src/config/schema.ts';
import { duration, ms } from '../../../src/events/event.ts';
import { createAssignment } from '../../../src/intake/kafka/assignment.ts';
import { createProblems } from '../../../src/intake/problems.ts';
import { createFakeStore } from '../../support/fake-store.ts';
import { until } from '../../support/until.ts';

const SECOND = 1_000;

/** Two partitions of a topic whose ends the test moves, claimed and read to their ends. */
const setUp = async () => {
  const { kafka: config } = configSchema.parse({
    intake: { kafka: { brokers: ['none:9092'], topic: 'sms' } },
  }).intake;
  if (!config) throw new Error('no kafka in the configuration');
  const store = createFakeStore();
  const problems = createProblems(pino({ level: 'silent' }));
  const ends = { high: [0, 0], stable: [0, 0] };
  const asked = { extents: 0, stable: 0 };
  const during = { stable: () => {} };
  const assignment = createAssignment({
    config,
    claim: store.claim,
    ingest: store.ingest,
    backpressure: () => ms(Number.POSITIVE_INFINITY),
    clock: () => ms(0),
    lateness: duration(2_000),
    patience: duration(30_000),
    problems,
    consumer: { seek: () => undefined, pause: () => undefined, resume: () => undefined },
    isKnown: async () => true,
    extents: async () => {
      asked.extents += 1;
      return new Map(ends.high.map((high, number) => [number, { low: 0, high }]));
    },
    stableEnds: async () => {
      asked.stable += 1;
      during.stable();
      return new Map(ends.stable.map((end, number) => [number, end]));
    },
  });
  assignment.assign([0, 1]);
  await until(() => store.of('kafka:sms:0').epoch > 0 && store.of('kafka:sms:1').epoch > 0);
  await until(async () => {
    await assignment.tick(ms(0));
    return store.idle.size === 2;
  });
  Object.assign(asked, { extents: 0, stable: 0 });
  return { assignment, store, problems, ends, asked, during };
};

it('does not take the end of what can be read for the end of the log', async () => {
  const { assignment, store, problems, ends } = await setUp();
  ends.high[1] = 12;
  for (let at = 10; at <= 50; at++) await assignment.tick(ms(at * SECOND));

  expect(store.idle.get('kafka:sms:0')).toBe(48 * SECOND);
  expect(store.idle.get('kafka:sms:1')).toBe(-2 * SECOND);
  expect(await assignment.tick(ms(51 * SECOND))).toBe(12);
  expect(problems.found()).toEqual([
    {
      about: 'lag',
      text: expect.stringMatching(/^partition 1 of sms: .* an open transaction since 00:00 UTC/),
    },
  ]);
});

it('says so when nothing is read of what can be', async () => {
  const { assignment, problems, ends } = await setUp();
  ends.high[0] = 5;
  ends.stable[0] = 5;
  for (let at = 60; at <= 90; at++) await assignment.tick(ms(at * SECOND));
  expect(problems.found()).toEqual([]);
  await assignment.tick(ms(91 * SECOND));
  expect(problems.list()).toEqual([
    'partition 0 of sms: nothing has been read since 00:01 UTC, though there are records to read',
  ]);
});

it('says nothing more of it once it is read, or given to another instance', async () => {
  const { assignment, problems, ends } = await setUp();
  ends.high = [5, 5];
  for (let at = 60; at <= 91; at++) await assignment.tick(ms(at * SECOND));
  expect(problems.list()).toEqual([expect.stringMatching(/^partitions 0, 1 of sms: 10 or more/)]);
  assignment.passed(0, 0, 5);
  await assignment.tick(ms(92 * SECOND));
  expect(problems.list()).toEqual([expect.stringMatching(/^partition 1 of sms: 1 or more/)]);
  assignment.drop();
  expect(problems.list()).toEqual([]);
});

it('asks how far it can be read only of what has waited for long, and stands', async () => {
  const { assignment, ends, asked } = await setUp();
  for (let at = 1; at <= 100; at++) {
    ends.high[0] = at + 60;
    assignment.passed(0, 0, at);
    await assignment.tick(ms(at * SECOND));
  }
  expect(asked).toEqual({ extents: 100, stable: 0 });
  await assignment.tick(ms(101 * SECOND));
  expect(asked).toEqual({ extents: 101, stable: 1 });
});

it('says nothing of partitions that were given away while Kafka was asked', async () => {
  const { assignment, problems, ends, asked, during } = await setUp();
  ends.high[1] = 12;
  during.stable = () => assignment.drop();
  for (let at = 10; at <= 41; at++) await assignment.tick(ms(at * SECOND));
  expect(asked.stable).toBe(1);
  expect(problems.found()).toEqual([]);
});

/** A batch of one record at the partition's end, as kafkajs hands it over. */
const batchOf = (partition: number, offset: number) =>
  ({
    batch: {
      partition,
      messages: [{ offset: String(offset), value: Buffer.from('{}') }],
      firstOffset: () => String(offset),
      lastOffset: () => String(offset),
    },
    heartbeat: async () => undefined,
    isRunning: () => true,
    isStale: () => false,
    resolveOffset: () => undefined,
  }) as unknown as EachBatchPayload;

it('says no more that the store is away once another instance reads its partitions', async () => {
  const { assignment, store, problems } = await setUp();
  store.switches.away = true;
  const taking = assignment.eachBatch(batchOf(0, 0));
  await until(() => problems.found().some(({ about }) => about === 'store'));

  assignment.assign([]);
  await taking;

  expect(problems.list()).toEqual([]);
});

it('does not begin to say so of what it was still writing when it was given away', async () => {
  const { assignment, store, problems } = await setUp();
  store.switches.away = true;
  const taking = assignment.eachBatch(batchOf(0, 0));

  assignment.assign([]);
  await taking;

  expect(problems.list()).toEqual([]);
});
