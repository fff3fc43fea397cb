/** The world of a chaos run: three instances, Kafka, Redis, a Slack, and the stream. */
import { randomUUID } from 'node:crypto';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { configSchema } from '../../../src/config/schema.ts';
import { createRedisIncidents } from '../../../src/incidents/store-redis.ts';
import { createRedisOutbox } from '../../../src/notify/outbox/redis.ts';
import { createRedisStore } from '../../../src/windows/store/redis.ts';
import { startFakeSlack } from '../../support/fake-slack.ts';
import { forbiddenNow } from '../../support/forbidden-now.ts';
import { startInstance } from './instance.ts';
import { brokerBehind, clusterRedis, singleRedis } from './servers.ts';
import { startStream } from './stream.ts';

export const INSTANCES = 3;
export type RedisKind = 'single' | 'cluster';
export type World = Awaited<ReturnType<typeof createWorld>>;

const HMAC_KEY = 'a key for the test';

export const createWorld = async (kind: RedisKind) => {
  const prefix = `chaos-${randomUUID().slice(0, 8)}`;
  const dir = mkdtempSync(join(tmpdir(), 'tocsin-chaos-'));
  const stops: Array<() => Promise<unknown>> = [];
  const stop = async () => {
    for (const one of stops.reverse()) await one().catch(() => undefined);
    stops.length = 0;
  };
  try {
    const slack = await startFakeSlack();
    stops.push(slack.stop);
    const redis = await (kind === 'cluster' ? clusterRedis() : singleRedis(INSTANCES));
    stops.push(redis.stop);
    const kafka = await brokerBehind();
    stops.push(kafka.stop);
    const topic = `events-${prefix}`;
    const settings = settingsOf(prefix, {
      topic,
      brokers: [kafka.front],
      slack: slack.url,
      ...redis.configFor,
    });
    const stream = await startStream({
      brokers: kafka.brokers,
      topic,
      config: configSchema.parse(settings),
      hmacKey: HMAC_KEY,
    });
    stops.push(stream.stop);
    const config = join(dir, 'tocsin.yaml');
    writeFileSync(config, stringify(settings));
    const secrets = { ...process.env, TOCSIN_HMAC_KEY: HMAC_KEY, SLACK_BOT_TOKEN: slack.token };
    const instances = await Promise.all(
      Array.from({ length: INSTANCES }, (_, n) => {
        const url = redis.urlFor(n);
        const env = { ...secrets, ...(url ? { REDIS_URL: url } : {}) };
        return startInstance({ config, env, log: join(dir, `instance-${n}.log`) });
      }),
    );
    stops.push(() => Promise.all(instances.map((instance) => instance.stop())));
    const { client } = redis;
    return {
      dir,
      topic,
      slack,
      redis,
      kafka,
      stream,
      instances,
      store: createRedisStore({ redis: client, prefix }),
      incidents: createRedisIncidents({ redis: client, prefix }),
      outbox: createRedisOutbox({ redis: client, prefix }),
      /** After how many messages in Slack Redis lost its memory, each time. */
      forgotten: [] as number[],
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
};

const settingsOf = (
  prefix: string,
  places: {
    readonly topic: string;
    readonly brokers: readonly string[];
    readonly slack: string;
    readonly cluster?: readonly string[];
  },
) => {
  const { topic, brokers, slack, cluster } = places;
  return {
    intake: { kafka: { brokers, topic, group: prefix, maxBytesPerPartition: 65_536 } },
    redis: { prefix, ...(cluster ? { cluster } : {}) },
    // Each incident is a provider's; which of too many has a name of its own is known to each reader by itself.
    windows: { names: { providers: 10_000 } },
    detect: {
      quietHours: forbiddenNow(),
      // The stream begins at once: no burst.
      burst: { priorRate: 10_000 },
    },
    incidents: { resolveAfter: '20s', reopenWithin: '1s' },
    // On a busy machine a broker takes half a minute to start: no fault here lasts long enough to be told.
    blindness: { after: '2m' },
    notify: {
      slack: { channel: 'C0CHAOS', apiUrl: slack, editEvery: '1s' },
      // Each its own message, so that each can be looked for.
      digest: { above: 10_000 },
    },
    log: { level: 'info' },
  };
};
