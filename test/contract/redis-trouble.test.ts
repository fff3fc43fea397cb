/** Redis out of memory, read-only, slow, silent, gone: reading stops without committing, says so, and goes on by itself. */
import { randomUUID } from 'node:crypto';
import { Redis } from 'ioredis';
import { pino } from 'pino';
import { afterEach, describe, expect, test } from 'vitest';
import { configSchema } from '../../src/config/schema.ts';
import { duration, ms, secondOf } from '../../src/events/event.ts';
import { createFold } from '../../src/fold/fold.ts';
import { createRecipientKey } from '../../src/fold/recipient-key.ts';
import { createIngest } from '../../src/intake/ingest.ts';
import { createKafkaIntake } from '../../src/intake/kafka/kafka.ts';
import { connectRedis } from '../../src/runtime/redis.ts';
import { createRedisStore } from '../../src/windows/store/redis.ts';
import { EVENING, sent, wire } from '../support/events.ts';
import { createTopic } from '../support/kafka-topic.ts';
import { type MoodyProxy, startMoodyProxy } from '../support/moody-proxy.ts';
import { type RedisServer, startRedis } from '../support/redis-server.ts';
import { until } from '../support/until.ts';

const { REDIS_URL, KAFKA_BROKERS = '', TOCSIN_KAFKA } = process.env;
const real = REDIS_URL && KAFKA_BROKERS && TOCSIN_KAFKA !== 'mock';
const log = pino({ level: 'silent' });
const within = { within: 120_000, every: 50 };

interface Broken {
  readonly server: RedisServer;
  /** Straight to the server. */
  readonly admin: Redis;
  readonly proxy: MoodyProxy;
}
const TROUBLES: ReadonlyArray<
  readonly [what: string, broken: (on: Broken) => unknown, mended: (on: Broken) => unknown]
> = [
  [
    'out of memory',
    ({ admin }) => admin.config('SET', 'maxmemory', '1'),
    ({ admin }) => admin.config('SET', 'maxmemory', '0'),
  ],
  ['read-only', ({ admin }) => admin.replicaof('127.0.0.1', 1), ({ admin }) => admin.replicaof('NO', 'ONE')],
  ['silent', ({ proxy }) => proxy.set('hole'), ({ proxy }) => proxy.set('well')],
  // Six seconds there and back, of five that a command has.
  ['too slow', ({ proxy }) => proxy.set(3_000), ({ proxy }) => proxy.set('well')],
  ['gone', ({ server }) => server.kill9(), ({ server }) => server.restart()],
];

describe.skipIf(!real)('Redis', () => {
  const cleanups: Array<() => unknown> = [];
  afterEach(async () => {
    for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
  });

  const start = async () => {
    const server = await startRedis({ appendOnly: true });
    const proxy = await startMoodyProxy(server.port);
    const admin = new Redis(server.url);
    admin.on('error', () => undefined);
    const prefix = `trouble-${randomUUID().slice(0, 8)}`;
    const settings = configSchema.parse({ redis: { prefix, url: `redis://127.0.0.1:${proxy.port}` } });
    if (!settings.redis) throw new Error('no Redis in the configuration');
    const redis = connectRedis(settings.redis, {});
    redis.on('error', () => undefined);
    cleanups.push(
      server.stop,
      proxy.stop,
      () => admin.disconnect(),
      () => redis.disconnect(),
    );

    const store = createRedisStore({ redis, prefix });
    const topic = await createTopic(KAFKA_BROKERS, 1);
    const ingest = createIngest({
      fold: createFold({
        isQuiet: () => undefined,
        categoryOf: () => 'transactional',
        recipientKey: createRecipientKey('a key for the test'),
        maskText: (text) => text,
      }),
      store,
      deadLetters: { put: async () => {} },
      parse: { preset: 'auto', maxRecord: 10_000 },
      clock: () => ms(Date.now()),
      log,
    });
    const { kafka } = configSchema.parse({
      intake: { kafka: { brokers: KAFKA_BROKERS.split(','), topic: topic.topic, group: topic.topic } },
    }).intake;
    if (!kafka) throw new Error('no Kafka in the configuration');
    const intake = createKafkaIntake({
      config: kafka,
      claim: store.claim,
      ingest,
      backpressure: () => ms(Number.POSITIVE_INFINITY),
      clock: () => ms(Date.now()),
      lateness: duration(2_000),
      patience: duration(30_000),
      log,
    });
    cleanups.push(topic.close, intake.stop);
    await intake.start();
    /** What is counted, straight from the server: the evening is long ago, and in nobody's windows. */
    const evening = `${prefix}:{kafka:${topic.topic}:0}:b|${secondOf(ms(EVENING))}`;
    const counted = async () => Number(await admin.hget(evening, 'sent{provider=alpha}'));
    const committed = async () => {
      const [first] = await topic.admin.fetchOffsets({ groupId: topic.topic, topics: [topic.topic] });
      return Number(first?.partitions[0]?.offset ?? -1);
    };
    const hundred = () =>
      topic.send(
        0,
        Array.from({ length: 100 }, () => wire(sent())),
      );
    return { server, proxy, admin, hundred, intake, counted, committed };
  };

  test.each(
    TROUBLES,
  )('%s: reading waits, says so, and goes on where it was', async (_what, broken, mended) => {
    const { hundred, intake, counted, committed, ...on } = await start();
    await hundred();
    await until(async () => (await counted()) === 100, within);

    await broken(on);
    await hundred();
    await until(() => intake.problems().some((text) => text.includes('cannot be stored')), within);
    expect(await committed()).toBeLessThanOrEqual(100);
    await mended(on);

    await until(async () => (await counted()) === 200, within);
    await until(() => intake.problems().length === 0, within);
    await intake.stop();
    expect([await counted(), await committed()]).toEqual([200, 200]);
  });

  test('slow: reading goes on as slowly, says nothing, and counts each once', async () => {
    const { hundred, intake, counted, committed, proxy } = await start();
    await hundred();
    await until(async () => (await counted()) === 100, within);

    proxy.set(250);
    const said: string[] = [];
    for (let n = 2; n <= 5; n++) {
      await hundred();
      await until(async () => {
        said.push(...intake.problems());
        return (await counted()) === 100 * n;
      }, within);
    }
    // The answer is still on its way when the server has counted.
    await until(async () => (await committed()) === 500, within);
    expect(said).toEqual([]);
    await intake.stop();
    expect(await counted()).toBe(500);
  });
});
