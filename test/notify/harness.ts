/** A fake Slack and an outbox for each test of delivery; everything started here ends with its test. */
import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { pino } from 'pino';
import { afterEach, beforeEach } from 'vitest';
import { type Config, configSchema } from '../../src/config/schema.ts';
import { type ChannelParts, createChannels } from '../../src/notify/channels/channels.ts';
import { createDelivery, type Delivery } from '../../src/notify/delivery.ts';
import { createFileOutbox } from '../../src/notify/outbox/file.ts';
import type { Notice, Outbox } from '../../src/notify/outbox/outbox.ts';
import { createRedisOutbox } from '../../src/notify/outbox/redis.ts';
import { createSlackSender } from '../../src/notify/slack/slack.ts';
import type { Offer } from '../../src/respond/offers.ts';
import { type FakeReceiver, startFakeReceiver } from '../support/fake-receiver.ts';
import { type FakeSlack, startFakeSlack } from '../support/fake-slack.ts';
import { until } from '../support/until.ts';

const PATIENCE = { first: 10, slowest: 40, refused: 40, look: 20, stop: 2_000 };
export const log = pino({ level: 'silent' });
export const card = (text: string, incident = 'alpha-1'): Notice => ({
  incident,
  kind: 'card',
  text,
  severity: 'critical',
});
export const reply = (text: string, incident = 'alpha-1'): Notice => ({
  ...card(text, incident),
  kind: 'reply',
});

export let slack: FakeSlack;
let cleanup: Array<() => unknown>;

beforeEach(async () => {
  slack = await startFakeSlack();
  cleanup = [() => slack.stop()];
});
afterEach(async () => {
  for (const clean of cleanup.reverse()) await clean();
});

export type Reopen = () => Promise<Outbox>;

export const inFile = async (): Promise<Reopen> => {
  const folder = await mkdtemp(join(tmpdir(), 'tocsin-delivery-'));
  cleanup.push(() => rm(folder, { recursive: true, force: true }));
  return () => createFileOutbox({ path: join(folder, 'outbox.json') });
};
export const inRedis = async (): Promise<Reopen> => {
  const redis = new Redis(process.env.REDIS_URL ?? '');
  cleanup.push(() => redis.disconnect());
  const prefix = `test-${randomUUID()}`;
  return async () => createRedisOutbox({ redis, prefix });
};

export const deliverFrom = (
  outbox: Outbox,
  options: {
    editEvery?: number;
    token?: string;
    timeout?: number;
    allowed?: () => boolean;
    offers?: ReadonlySet<Offer>;
  } = {},
): Delivery => {
  const { editEvery = 0, token = slack.token, timeout = 1_000, allowed, offers } = options;
  const config = { channel: 'CALERTS', apiUrl: slack.url };
  const delivery = createDelivery({
    outbox,
    send: createSlackSender({ token, config, log, timeout, offers }),
    editEvery,
    log,
    allowed,
    patience: PATIENCE,
  });
  cleanup.push(() => delivery.stop());
  delivery.wake();
  return delivery;
};
interface ChannelOptions {
  readonly after?: string;
  readonly secret?: string;
  readonly onSlack?: boolean;
  readonly pictureOf?: ChannelParts['pictureOf'];
}

/** Slack first, then the others; what is left out is short. */
export const channelsFrom = (
  outbox: Outbox,
  fallback: Config['notify']['fallback'],
  { after = '40ms', secret, onSlack = true, pictureOf }: ChannelOptions = {},
): Delivery => {
  const { notify } = configSchema.parse({
    notify: {
      ...(onSlack
        ? { slack: { channel: 'CALERTS', apiUrl: slack.url, editEvery: '0ms', picture: true } }
        : {}),
      fallback,
      fallbackAfter: after,
    },
  });
  const delivery = createChannels({
    config: notify,
    secrets: { slackToken: slack.token, webhookSecret: secret },
    outbox,
    log,
    pictureOf,
    timeout: 500,
    patience: PATIENCE,
  });
  cleanup.push(() => delivery.stop());
  delivery.wake();
  return delivery;
};

export const receiver = async (): Promise<FakeReceiver> => {
  const started = await startFakeReceiver();
  cleanup.push(started.stop);
  return started;
};

export const isEmpty = (outbox: Outbox) => until(async () => (await outbox.size()) === 0);
export const texts = () => slack.messages.map((message) => message.text);
