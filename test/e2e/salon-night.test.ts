/** The night tocsin exists for, on real Kafka and Redis, with the daemon running as a user runs it. */
import { randomUUID } from 'node:crypto';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { Kafka, logLevel } from 'kafkajs';
import { DateTime } from 'luxon';
import { chromium } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { stringify } from 'yaml';
import type { LiveState } from '../../src/live/feed.ts';
import { startFakeSlack } from '../support/fake-slack.ts';
import { forbiddenNow } from '../support/forbidden-now.ts';
import { startRun, tocsin, tocsinResult } from '../support/tocsin.ts';
import { until } from '../support/until.ts';

const { REDIS_URL, KAFKA_BROKERS, CHROMIUM_PATH } = process.env;
const real = REDIS_URL && KAFKA_BROKERS && process.env.TOCSIN_KAFKA !== 'mock';
/** From the first message of the burst to the gate. */
const WITHIN = 3_000;

/** Beta's afternoon campaign is forbidden marketing too while it runs, and is told as an incident of its own. */
const betaCampaignsNow = () => {
  const now = DateTime.now().setZone('Europe/Paris');
  return now >= now.set({ hour: 16, minute: 55 }) && now <= now.set({ hour: 18, minute: 30 });
};

describe.skipIf(!real)('the salon night through Kafka and Redis', () => {
  const prefix = `night-${randomUUID().slice(0, 8)}`;
  const topic = `events-${prefix}`;
  const brokers = (KAFKA_BROKERS ?? '').split(',');
  const redis = new Redis(REDIS_URL ?? '', { lazyConnect: true });
  const ears = new Redis(REDIS_URL ?? '', { lazyConnect: true });
  const kafka = new Kafka({ brokers, logLevel: logLevel.NOTHING });
  const consumer = kafka.consumer({ groupId: `witness-${prefix}` });
  const stops: Array<() => Promise<unknown>> = [];

  beforeAll(async () => {
    const admin = kafka.admin();
    await admin.connect();
    await admin.createTopics({ topics: [{ topic, numPartitions: 3 }], waitForLeaders: true });
    await admin.disconnect();
  });
  afterAll(async () => {
    for (const stop of stops.reverse()) await stop();
    redis.disconnect();
    ears.disconnect();
  });

  test('the offending provider is paused within 3 s, the other never, Slack gets one message, the page shows it', {
    timeout: 600_000,
  }, async () => {
    const slack = await startFakeSlack();
    stops.push(slack.stop);
    const config = join(mkdtempSync(join(tmpdir(), 'tocsin-e2e-')), 'tocsin.yaml');
    writeFileSync(
      config,
      stringify({
        mode: 'armed',
        providers: { alpha: { category: 'marketing' }, beta: { category: 'transactional' } },
        intake: { kafka: { brokers, topic, group: prefix, deadLetterTopic: `${topic}-dead` } },
        redis: { prefix },
        detect: { quietHours: forbiddenNow() },
        notify: { slack: { channel: 'C0NIGHT', apiUrl: slack.url, editEvery: '1s' } },
      }),
    );

    // Witnesses of our own: when the first runaway message was readable, when the gate was set.
    let firstRunaway = 0;
    await consumer.connect();
    stops.push(() => consumer.disconnect());
    await consumer.subscribe({ topic, fromBeginning: true });
    await consumer.run({
      eachMessage: async ({ message }) => {
        const event = JSON.parse(message.value?.toString() ?? '{}');
        if (event.type !== 'sent' || event.provider !== 'alpha' || event.order !== undefined) return;
        if (firstRunaway === 0) firstRunaway = Date.now();
      },
    });
    const gateSet = new Map<string, number>();
    await ears.connect();
    await ears.subscribe(`${prefix}:gate`);
    ears.on('message', (_channel, text: string) => {
      const message = JSON.parse(text) as { provider: string; paused: boolean };
      if (message.paused && !gateSet.has(message.provider)) gateSet.set(message.provider, Date.now());
    });

    const daemon = await startRun(['-c', config], {
      REDIS_URL: REDIS_URL ?? '',
      TOCSIN_HMAC_KEY: 'a key for the test',
      SLACK_BOT_TOKEN: slack.token,
    });
    stops.push(daemon.stop);
    const scenario = ['--scenario', 'salon-night', '--seed', '7', '--history', '20m', '--burst-after', '15s'];
    const traffic = [
      '--start',
      'now',
      '--for',
      '40s',
      '--speed',
      '1',
      '--kafka',
      brokers.join(','),
      '--topic',
      topic,
    ];
    const simulation = tocsin(['simulate', ...scenario, ...traffic]);
    stops.push(async () => simulation.child.kill('SIGKILL'));

    await until(() => gateSet.has('alpha'), { within: 60_000 }).catch(() => {
      throw new Error(
        `no pause; daemon: ${daemon.output().stderr}; simulator: ${simulation.output().stderr}`,
      );
    });
    expect(firstRunaway).toBeGreaterThan(0);
    const delay = (gateSet.get('alpha') ?? 0) - firstRunaway;
    console.log(`gate set ${delay} ms after the first runaway message could be read`);
    expect(delay).toBeLessThanOrEqual(WITHIN);

    // The page, in a real browser.
    if (CHROMIUM_PATH) {
      const browser = await chromium.launch({
        executablePath: CHROMIUM_PATH,
        args: [
          '--no-sandbox',
          '--disable-gpu',
          '--disable-quic',
          '--no-first-run',
          '--disable-background-networking',
          '--disable-component-update',
          '--disable-sync',
        ],
      });
      stops.push(() => browser.close());
      const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
      await page.goto(daemon.url);
      await page
        .getByText(/paused/i)
        .first()
        .waitFor({ timeout: 90_000 });
    }

    expect(await simulation.exited).toBe(0);
    await until(() => slack.messages.some((message) => /PAUSED/.test(message.text)), {
      within: 90_000,
    }).catch((error) => {
      throw new Error(
        `${error}; Slack has ${JSON.stringify(slack.messages)}; daemon: ${daemon.output().stderr}`,
      );
    });
    const posts = slack.messages.filter(
      ({ thread_ts, text }) => !thread_ts && !(betaCampaignsNow() && text.includes('beta: messages in')),
    );
    expect(posts.map((message) => message.text)).toEqual([expect.stringContaining('alpha')]);
    expect([...gateSet.keys()]).toEqual(['alpha']);

    // Why, rule by rule.
    const state = (await (await fetch(`${daemon.url}/v1/status`)).json()) as LiveState;
    const incident = state.incidents.find(({ provider }) => provider === 'alpha');
    const why = await tocsinResult(['policy', 'explain', incident?.id ?? '', '--url', daemon.url]);
    expect(why.stdout).toMatch(/^\[x\] .+: .+$/m);
    expect(why.stdout).toMatch(/ pause by policy \(\w+ \+ \w+\): /);

    // And undone by one command.
    const resume = await tocsinResult(['resume', 'alpha', '--url', daemon.url, '--json']);
    expect(resume).toMatchObject({ code: 0 });
    await redis.connect();
    expect(await (await fetch(`${daemon.url}/v1/gate/alpha`)).json()).toMatchObject({ allowed: true });
    expect(await daemon.stop()).toBe(0);
  });
});
