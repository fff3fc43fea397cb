/**
 * What comes, or does not come, tells that tocsin does not see: silence, clocks apart, records that cannot be read, that
 * wait, or that were deleted unread. As users run it: processes, a real Redis, a real Kafka.
 */
import { Redis } from 'ioredis';
import { afterEach, describe, expect, test } from 'vitest';
import { createRedisCheckpoint } from '../../src/evaluate/checkpoint-redis.ts';
import type { SmsEvent } from '../../src/events/event.ts';
import { seriesKey } from '../../src/windows/series.ts';
import { learnedOf } from '../detect/support.ts';
import { readiness, setUpBlind } from '../support/blind.ts';
import { sent, wire } from '../support/events.ts';
import { createTopic } from '../support/kafka-topic.ts';
import { startMoodyProxy } from '../support/moody-proxy.ts';
import { until } from '../support/until.ts';

const { KAFKA_BROKERS = '', TOCSIN_KAFKA } = process.env;
const brokers = KAFKA_BROKERS.split(',');
const within = { within: 40_000 };

const stops: Array<() => Promise<unknown>> = [];
afterEach(async () => {
  for (const stop of stops.splice(0).reverse()) await stop();
});

type World = Awaited<ReturnType<typeof setUpBlind>>;

const post = async (url: string, lines: readonly string[]): Promise<void> => {
  const headers = { 'content-type': 'application/x-ndjson' };
  await fetch(`${url}/v1/events`, { method: 'POST', headers, body: lines.join('\n') });
};
const many = (count: number, at: number): string[] =>
  Array.from({ length: count }, () => wire(sent({ at } as Partial<SmsEvent>)));

/** What was told of tocsin itself; so many messages at once are news of their provider, too. */
const own = ({ slack }: World) => {
  const cards = slack.messages.filter(({ text }) => /^\S+ tocsin /.test(text));
  return slack.messages.filter(({ ts, thread_ts }) =>
    cards.some((card) => card.ts === ts || card.ts === thread_ts),
  );
};

/** One card for it, and readiness says no, in the words that the card has. */
const isTold = async (world: World, url: string, told: { headline: RegExp; says: RegExp }) => {
  const [card] = await until(() => (own(world).length > 0 ? own(world) : undefined), within);
  expect(card?.text).toMatch(told.headline);
  expect(card?.text).toMatch(told.says);
  const { status, problems } = await readiness(url);
  expect(status).toBe(503);
  expect(problems).toContainEqual(expect.stringMatching(/^blind since \d\d:\d\d(:\d\d)? UTC: /));
  expect(problems.join()).toMatch(told.says);
};
/** The same card, and a line in its thread. */
const isOver = async (world: World, url: string) => {
  await until(() => own(world).length > 1, within);
  const [card, line, ...more] = own(world);
  expect(card?.text).toMatch(/^✅ tocsin sees again/);
  expect([line?.thread_ts, more]).toEqual([card?.ts, []]);
  await until(async () => (await readiness(url)).status === 200, within);
};

describe('events that come by HTTP', () => {
  test('dated far from the clock: told, and over when the clocks agree', async () => {
    const world = await setUpBlind(stops);
    const { url } = await world.run();
    await post(url, many(20, Date.now() + 180_000));
    await isTold(world, url, {
      headline: /^🟠 tocsin is blind to what time it is/,
      says: /most messages are dated more than 120 s ahead of the clock/,
    });
    await post(url, many(100, Date.now()));
    await isOver(world, url);
  });

  test('that cannot be read, above a share: told, and over when most can', async () => {
    const world = await setUpBlind(stops, { blindness: { deadLetters: { minimum: 30 } } });
    const { url } = await world.run();
    await post(url, many(100, Date.now()));
    await post(url, Array(30).fill('{"type":"sent"}'));
    await isTold(world, url, {
      headline: /^🟠 tocsin is blind to a part of the stream: it cannot be read/,
      says: /more than 5 % of the records of the last five minutes cannot be read/,
    });
    await post(url, many(1_000, Date.now()));
    await isOver(world, url);
  });

  test('that stop at an hour that always brought some: told, and over with the next', async () => {
    const world = await setUpBlind(stops);
    const redis = new Redis(world.redis.url);
    const now = Math.floor(Date.now() / 1_000);
    const learned = Object.fromEntries(
      learnedOf(now, [[seriesKey({ metric: 'sent', provider: 'alpha' }), 5]]),
    );
    const memory = createRedisCheckpoint({ redis, prefix: world.prefix });
    await memory.save({ detected: null, sealed: null, learned });
    redis.disconnect();
    const { url } = await world.run();
    await post(url, many(10, Date.now()));
    await isTold(world, url, {
      headline: /^🔴 tocsin is blind to the stream, or there is none: nothing comes/,
      says: /nothing has come from any provider since \d\d:\d\d:\d\d UTC/,
    });
    await post(url, many(10, Date.now()));
    await isOver(world, url);
  });
});

describe.skipIf(!KAFKA_BROKERS || TOCSIN_KAFKA === 'mock')('records of Kafka', () => {
  const startTopic = async (blindness: object = {}) => {
    const topic = await createTopic(KAFKA_BROKERS, 1);
    stops.push(topic.close);
    const settings = { brokers, topic: topic.topic, group: topic.topic };
    return { topic, world: await setUpBlind(stops, { intake: { kafka: settings }, blindness }) };
  };

  test('that wait: told, and over when they are read', async () => {
    // However fast the machine is, they take several looks to read: each two thousand wait for Redis.
    const { topic, world } = await startTopic({ after: '0s', lag: '100ms' });
    const proxy = await startMoodyProxy(world.redis.port);
    stops.push(proxy.stop);
    const now = Date.now();
    for (let n = 0; n < 20; n++) await topic.send(0, many(5_000, now));
    const { url } = await world.run({ REDIS_URL: `redis://127.0.0.1:${proxy.port}` });
    proxy.set(100);
    await isTold(world, url, {
      headline: /^🔴 tocsin is blind to what happens now: it is behind/,
      says: /records of Kafka have waited for more than 0.1 s to be read/,
    });
    proxy.set('well');
    await isOver(world, url);
  });

  test('that were deleted before they were read: told, with how many', async () => {
    const { topic, world } = await startTopic();
    await topic.send(0, many(50, Date.now()));
    const first = await world.run();
    const counted = async () =>
      ((await (await fetch(`${first.url}/v1/status`)).json()) as { health: { eventsCounted: number } }).health
        .eventsCounted;
    await until(async () => (await counted()) === 50, within);
    await first.stop();

    await topic.send(0, many(100, Date.now()));
    // The admin client must know the leader before it can delete.
    await topic.admin.fetchTopicOffsets(topic.topic);
    await topic.admin.deleteTopicRecords({
      topic: topic.topic,
      partitions: [{ partition: 0, offset: '120' }],
    });
    const { url } = await world.run();
    await isTold(world, url, {
      headline: /^🟠 tocsin is blind to messages that were deleted before they were read/,
      says: /70 records of .* were deleted before they were read: 50 to 119/,
    });
  });
});
