/** The leader dies on the way of a pause, and wherever that is, the other instance brings it to the same end. */
import { randomUUID } from 'node:crypto';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { Kafka, logLevel } from 'kafkajs';
import { afterAll, afterEach, describe, expect, test } from 'vitest';
import { stringify } from 'yaml';
import { MINUTE } from '../../../src/events/time.ts';
import { entryOf, type JournalEntry, verify, verifyEnd } from '../../../src/incidents/audit/log.ts';
import { createRedisJournal } from '../../../src/incidents/audit/redis.ts';
import { createRedisIncidents } from '../../../src/incidents/store-redis.ts';
import { createRedisOutbox } from '../../../src/notify/outbox/redis.ts';
import { createRedisGate } from '../../../src/respond/gate/redis.ts';
import { hang, startFakeProvider } from '../../support/fake-provider.ts';
import { startFakeSlack } from '../../support/fake-slack.ts';
import { forbiddenNow } from '../../support/forbidden-now.ts';
import { startRedisProxy } from '../../support/redis-proxy.ts';
import { startRun } from '../../support/tocsin.ts';
import { until } from '../../support/until.ts';

const { REDIS_URL = '', KAFKA_BROKERS = '' } = process.env;
const real = REDIS_URL && KAFKA_BROKERS && process.env.TOCSIN_KAFKA !== 'mock';
const brokers = KAFKA_BROKERS.split(',');
const kafka = new Kafka({ brokers, logLevel: logLevel.NOTHING });

/** Where the leader dies; nowhere when there is nothing in it. */
export interface Death {
  /** Before Redis hears something with this in it. */
  readonly redis?: string;
  /** While the provider is called. */
  readonly provider?: true;
  /** While Slack is told of the pause, before or after it takes that. */
  readonly slack?: 'before' | 'after';
}
const PAUSED = /^Paused by policy: /;

/** Each death by its name; one test file a few of them, so that they run together. */
export const leaderDiesSuite = (deaths: ReadonlyArray<readonly [where: string, death: Death]>): void => {
  describe.skipIf(!real)('the leader dies', () => {
    const redis = new Redis(REDIS_URL, { lazyConnect: true });
    let stops: Array<() => Promise<unknown>> = [];
    afterEach(async () => {
      for (const stop of stops.reverse()) await stop();
      stops = [];
    });
    afterAll(() => redis.disconnect());

    /** Two instances behind a proxy each, a provider and a Slack; one of them dies as it should, once. */
    const start = async (prefix: string, death: Death) => {
      const instances: Awaited<ReturnType<typeof startRun>>[] = [];
      let leader: number | undefined;
      let dead: number | undefined;
      const die = (index = leader): void => {
        if (dead !== undefined || index === undefined) return;
        dead = index;
        instances[index]?.child.kill('SIGKILL');
      };

      const slack = await startFakeSlack();
      slack.fail(({ method, params }) => {
        const isIt = method === 'chat.postMessage' && PAUSED.test(params.text ?? '');
        if (!isIt || death.slack === undefined || dead !== undefined) return undefined;
        die();
        return { reset: death.slack };
      });
      const provider = await startFakeProvider((response, call) => {
        if (!death.provider || dead !== undefined) return void response.writeHead(204).end();
        die();
        hang(response, call);
      });
      const hearing = (index: number) => (text: string) => {
        if (text.includes('{gate}:pause:')) leader = index;
        const isIt = death.redis !== undefined && dead === undefined && text.includes(death.redis);
        if (isIt) die(index);
        return !isIt;
      };
      const proxies = await Promise.all([0, 1].map((n) => startRedisProxy(REDIS_URL, hearing(n))));
      stops.push(slack.stop, provider.stop, ...proxies.map(({ stop }) => stop));

      const config = join(mkdtempSync(join(tmpdir(), 'tocsin-crash-')), 'tocsin.yaml');
      writeFileSync(config, stringify(configOf(prefix, { slack: slack.url, provider: provider.url })));
      const secrets = { TOCSIN_HMAC_KEY: 'a key for the test', SLACK_BOT_TOKEN: slack.token };
      for (const { url } of proxies) {
        const instance = await startRun(['-c', config], { ...secrets, REDIS_URL: url });
        stops.push(instance.kill9);
        instances.push(instance);
      }
      return { slack, provider, instances, died: () => dead };
    };

    test.each(deaths)('%s', { timeout: 150_000 }, async (_where, death) => {
      const prefix = `crash-${randomUUID().slice(0, 8)}`;
      const topic = await createTopic(prefix);
      const { slack, provider, instances, died } = await start(prefix, death);
      const gate = createRedisGate({ redis, prefix });
      const outbox = createRedisOutbox({ redis, prefix });
      const incidents = createRedisIncidents({ redis, prefix });
      const journal = createRedisJournal({ redis, prefix });

      const isOver = async () => {
        const told = slack.messages.some(({ text }) => PAUSED.test(text));
        const written = (await incidents.load()).every(({ pending }) => pending === undefined);
        return told && written && (await outbox.size()) === 0;
      };
      const runaway = sendUntil(topic, async () => (await gate.list()).length > 0);
      stops.push(runaway.stop);
      await until(isOver, { within: 90_000, every: 100 }).catch((error) => {
        throw new Error(`${error}\n${instances.map(({ output }) => output().stderr).join('\n')}`);
      });

      expect(died() !== undefined).toBe(Object.keys(death).length > 0);
      // One pause, and the provider told of that one alone.
      const [pause, ...more] = await gate.list();
      expect([pause?.provider, pause?.category, pause?.by, more]).toEqual([
        'alpha',
        'marketing',
        'policy',
        [],
      ]);
      const keys = provider.calls.map(({ headers }) => headers['idempotency-key']);
      expect(new Set(keys)).toEqual(new Set([`${pause?.incident}-pause-${pause?.token}`]));
      // One incident, and it knows.
      const known = await incidents.load();
      expect(known.map(({ id, status }) => [id, status])).toEqual([
        [pause?.incident, expect.stringMatching(/^mitigat(ing|ed)$/)],
      ]);
      // One card, and each line of its thread once.
      expect(slack.messages.filter(({ thread_ts }) => !thread_ts)).toMatchObject([
        { text: expect.stringMatching(/^🔴 alpha: .* – marketing through alpha PAUSED at /) },
      ]);
      const lines = slack.messages.filter(({ thread_ts }) => thread_ts).map(({ text }) => text);
      expect(lines.filter((text) => PAUSED.test(text))).toHaveLength(1);
      expect(new Set(lines).size).toBe(lines.length);
      // And the journal whole, with the order and its one outcome.
      const kept = await journal.read(0, 1_000);
      expect(verifyEnd(verify(kept), await journal.head()).ok).toBe(true);
      const kinds = kept.map((line) => entryOf(line)?.kind);
      const count = (kind: JournalEntry['kind']) => kinds.filter((one) => one === kind).length;
      expect(kinds.indexOf('ordered')).toBeGreaterThan(kinds.indexOf('opened'));
      expect([count('opened'), count('carried_out'), count('paused')]).toEqual([1, 1, 1]);
      expect(kinds.indexOf('carried_out')).toBeGreaterThan(kinds.lastIndexOf('ordered'));
    });
  });
};

const configOf = (prefix: string, urls: { slack: string; provider: string }) => ({
  mode: 'armed',
  providers: {
    alpha: {
      actuators: [
        {
          kind: 'http',
          stops: ['provider', 'category', 'campaign'],
          pause: { url: `${urls.provider}/stop` },
        },
      ],
    },
  },
  intake: { kafka: { brokers, topic: `events-${prefix}`, group: prefix } },
  redis: { prefix },
  detect: { quietHours: forbiddenNow() },
  notify: { slack: { channel: 'C0CRASH', apiUrl: urls.slack, editEvery: '1s' } },
  log: { level: 'warn' },
});

/** A topic with twenty ordinary minutes of two providers: what a pause needs to be trusted. */
const createTopic = async (prefix: string): Promise<string> => {
  const topic = `events-${prefix}`;
  const admin = kafka.admin();
  await admin.connect();
  await admin.createTopics({ topics: [{ topic, numPartitions: 2 }], waitForLeaders: true });
  await admin.disconnect();
  const now = Date.now();
  const events = Array.from({ length: 1_200 }, (_, n) => ({
    id: `past-${n}`,
    type: 'sent',
    at: now - 20 * MINUTE + n * 1_000,
    provider: n % 4 < 2 ? 'alpha' : 'beta',
    to: `+336${10_000_000 + n}`,
    category: 'transactional',
  }));
  const producer = kafka.producer();
  await producer.connect();
  await producer.send({
    topic,
    messages: events.map((event, n) => ({ partition: n % 2, value: JSON.stringify(event) })),
  });
  await producer.disconnect();
  return topic;
};

/** Alpha sends the same marketing to the same people, fifty a second, until a pause holds it back or it is stopped. */
const sendUntil = (topic: string, isPaused: () => Promise<boolean>) => {
  let stopped = false;
  const run = async () => {
    const producer = kafka.producer();
    await producer.connect();
    for (let sent = 0; !stopped && !(await isPaused()); sent += 10) {
      const at = Date.now();
      const messages = Array.from({ length: 10 }, (_, n) => {
        const to = `+336${20_000_000 + ((sent + n) % 40)}`;
        const event = { id: `m${sent + n}`, type: 'sent', at, provider: 'alpha', to, category: 'marketing' };
        const text = "Profitez d'un soin offert lors de votre prochaine visite dans notre salon. STOP 36200";
        return { partition: n % 2, value: JSON.stringify({ ...event, text }) };
      });
      await producer.send({ topic, messages });
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
    await producer.disconnect();
  };
  const running = run();
  return {
    stop: async () => {
      stopped = true;
      await running;
    },
  };
};
