/** Records of Kafka that wait, or that were deleted unread, tell that tocsin does not see. As users run it. */
import { afterEach, describe, test } from 'vitest';
import { setUpBlind } from '../../support/blind.ts';
import { beginTransaction, createTopic } from '../../support/kafka-topic.ts';
import { startMoodyProxy } from '../../support/moody-proxy.ts';
import { until } from '../../support/until.ts';
import { isOver, isTold, many } from './told.ts';

const { KAFKA_BROKERS = '', TOCSIN_KAFKA } = process.env;
const brokers = KAFKA_BROKERS.split(',');

const stops: Array<() => Promise<unknown>> = [];
afterEach(async () => {
  for (const stop of stops.splice(0).reverse()) await stop();
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

  test('behind an open transaction: told with their partition and since when, and over when it ends', async () => {
    const { topic, world } = await startTopic({ lag: '1s' });
    const { url } = await world.run();
    const values = many(1, Date.now());
    const transaction = await beginTransaction(KAFKA_BROKERS, { topic: topic.topic, partition: 0, values });
    stops.push(transaction.close);
    await topic.send(0, many(20, Date.now()));
    await isTold(world, url, {
      headline: /^🔴 tocsin is blind to what happens now: it is behind/,
      says: /partition 0 of .*: 10 or more records wait .* behind an open transaction since \d\d:\d\d UTC/i,
    });
    await transaction.commit();
    await isOver(world, url);
  });

  test('that were deleted before they were read: told, with how many', async () => {
    const { topic, world } = await startTopic();
    await topic.send(0, many(50, Date.now()));
    const first = await world.run();
    const counted = async () =>
      ((await (await fetch(`${first.url}/v1/status`)).json()) as { health: { eventsCounted: number } }).health
        .eventsCounted;
    await until(async () => (await counted()) === 50);
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
