/** Delivery over real HTTP to a Slack of our own; time is real but short, and results are waited for, not slept for. */
import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Duration } from '../../src/events/event.ts';
import { createDelivery, createLogSender, type Delivery } from '../../src/notify/delivery.ts';
import type { Notice, Outbox } from '../../src/notify/outbox.ts';
import { createFileOutbox } from '../../src/notify/outbox-file.ts';
import { createRedisOutbox } from '../../src/notify/outbox-redis.ts';
import { createSlackSender } from '../../src/notify/slack.ts';
import { type FakeSlack, startFakeSlack } from '../support/fake-slack.ts';
import { until } from '../support/until.ts';

const log = pino({ level: 'silent' });
const card = (text: string, incident = 'alpha-1'): Notice => ({
  incident,
  kind: 'card',
  text,
  severity: 'critical',
});
const reply = (text: string, incident = 'alpha-1'): Notice => ({ ...card(text, incident), kind: 'reply' });

let slack: FakeSlack;
let cleanup: Array<() => unknown>;

beforeEach(async () => {
  slack = await startFakeSlack();
  cleanup = [() => slack.stop()];
});
afterEach(async () => {
  for (const clean of cleanup.reverse()) await clean();
});

type Reopen = () => Promise<Outbox>;

const inFile = async (): Promise<Reopen> => {
  const folder = await mkdtemp(join(tmpdir(), 'tocsin-delivery-'));
  cleanup.push(() => rm(folder, { recursive: true, force: true }));
  return () => createFileOutbox({ path: join(folder, 'outbox.json') });
};
const inRedis = async (): Promise<Reopen> => {
  const redis = new Redis(process.env.REDIS_URL ?? '');
  cleanup.push(() => redis.disconnect());
  const prefix = `test-${randomUUID()}`;
  return async () => createRedisOutbox({ redis, prefix });
};

const deliverFrom = (
  outbox: Outbox,
  options: { editEvery?: number; token?: string; timeout?: number; allowed?: () => boolean } = {},
): Delivery => {
  const { editEvery = 0, token = slack.token, timeout = 1_000, allowed } = options;
  const config = { channel: 'CALERTS', apiUrl: slack.url, editEvery: editEvery as Duration };
  const delivery = createDelivery({
    outbox,
    send: createSlackSender({ token, config, log, timeout }),
    editEvery,
    log,
    allowed,
    patience: { first: 10, slowest: 40, refused: 40, look: 20, stop: 2_000 },
  });
  cleanup.push(() => delivery.stop());
  delivery.wake();
  return delivery;
};
const isEmpty = (outbox: Outbox) => until(async () => (await outbox.size()) === 0);
const texts = () => slack.messages.map((message) => message.text);

const places: Array<[string, () => Promise<Reopen>, boolean]> = [
  ['a file', inFile, true],
  ['Redis', inRedis, Boolean(process.env.REDIS_URL)],
];

for (const [name, place, isThere] of places) {
  describe.skipIf(!isThere)(`delivery from an outbox in ${name}`, () => {
    it('makes one message an incident, edits it, and answers in its thread in order', async () => {
      const outbox = await (await place())();
      const delivery = deliverFrom(outbox);
      await outbox.put([card('it begins'), reply('first')]);
      delivery.wake();
      await isEmpty(outbox);
      await outbox.put([card('it goes on'), reply('second'), reply('third')]);
      delivery.wake();
      await isEmpty(outbox);
      expect(texts()).toEqual(['it goes on', 'first', 'second', 'third']);
      const [top, ...thread] = slack.messages;
      expect(top?.thread_ts).toBeUndefined();
      expect(thread.every((message) => message.thread_ts === top?.ts)).toBe(true);
    });

    it('loses nothing and sends nothing twice while Slack is down', async () => {
      const outbox = await (await place())();
      await slack.down();
      const delivery = deliverFrom(outbox);
      await outbox.put([card('a'), reply('1'), card('b', 'beta-1')]);
      delivery.wake();
      await until(() => delivery.problem()?.includes('cannot be reached'));
      await outbox.put([card('a, later'), reply('2')]);
      await slack.up();
      await isEmpty(outbox);
      expect(texts().sort()).toEqual(['1', '2', 'a, later', 'b']);
      await until(() => delivery.problem() === undefined);
    });

    it('loses nothing when the process ends between put and delivery', async () => {
      const open = await place();
      const before = await open();
      await before.put([card('a'), reply('1'), reply('2')]);
      await before.close();
      const outbox = await open();
      deliverFrom(outbox);
      await isEmpty(outbox);
      expect(texts()).toEqual(['a', '1', '2']);
    });

    it('finds what Slack took when the process ended before it could note that', async () => {
      const open = await place();
      const before = await open();
      await before.put([card('a'), reply('1')]);
      const ends = { ...before, done: () => Promise.reject(new Error('ended')) };
      const first = deliverFrom(ends);
      await until(() => slack.messages.length === 1);
      await first.stop();
      const outbox = await open();
      deliverFrom(outbox);
      await isEmpty(outbox);
      expect(texts()).toEqual(['a', '1']);
    });
  });
}

describe('delivery to a Slack in a bad mood', () => {
  it('waits as long as a 429 asks', async () => {
    const outbox = await (await inFile())();
    slack.fail(() => (slack.requests.length === 1 ? { status: 429, retryAfter: 1 } : undefined));
    await outbox.put([card('a')]);
    const delivery = deliverFrom(outbox);
    await until(() => delivery.problem()?.includes('limits our rate'));
    await isEmpty(outbox);
    const [refused, taken] = slack.requests;
    expect((taken?.at ?? 0) - (refused?.at ?? 0)).toBeGreaterThanOrEqual(990);
    expect(texts()).toEqual(['a']);
  });

  it.each([
    ['token_revoked', 'SLACK_BOT_TOKEN'],
    ['is_archived', 'unarchive'],
    ['channel_not_found', 'notify.slack.channel'],
    ['not_in_channel', 'invite'],
  ])('says %s with what to do, keeps everything and goes on once it is put right', async (error, todo) => {
    const outbox = await (await inFile())();
    slack.fail(() => ({ error }));
    await outbox.put([card('a'), reply('1')]);
    const delivery = deliverFrom(outbox);
    const problem = await until(() => delivery.problem());
    expect(problem).toContain(error);
    expect(problem).toContain(todo);
    expect(await outbox.size()).toBe(2);
    slack.fail();
    await isEmpty(outbox);
    expect(texts()).toEqual(['a', '1']);
  });

  it('names a wrong token without showing it', async () => {
    const outbox = await (await inFile())();
    await outbox.put([card('a')]);
    const delivery = deliverFrom(outbox, { token: 'xoxb-wrong' });
    const problem = await until(() => delivery.problem());
    expect(problem).toContain('invalid_auth');
    expect(problem).not.toContain('xoxb');
  });

  it.each([
    ['answers 500', { status: 500 }],
    ['answers with a page instead of JSON', { status: 200 }],
    ['breaks the connection before it takes a message', { reset: 'before' as const }],
    ['breaks the connection after it took a message', { reset: 'after' as const }],
    ['hangs', { hang: true as const }],
  ])('sends everything once when Slack %s now and then', async (_what, failure) => {
    const outbox = await (await inFile())();
    slack.fail((next) =>
      next.method.startsWith('chat.') && slack.requests.length % 3 === 1 ? failure : undefined,
    );
    await outbox.put([card('a'), reply('1'), reply('2'), card('b', 'beta-1'), reply('3')]);
    deliverFrom(outbox, { timeout: 200 });
    await isEmpty(outbox);
    expect(texts().sort()).toEqual(['1', '2', '3', 'a', 'b']);
  });

  it('lets other incidents pass an alert that Slack does not take', async () => {
    const outbox = await (await inFile())();
    slack.fail((next) => (next.params.text === 'too long' ? { error: 'msg_too_long' } : undefined));
    await outbox.put([card('too long'), card('b', 'beta-1')]);
    const delivery = deliverFrom(outbox);
    await until(() => slack.messages.length === 1);
    expect(texts()).toEqual(['b']);
    await until(async () => (await outbox.size()) === 1);
    expect(delivery.problem()).toContain('msg_too_long');
  });

  it('posts an incident anew when somebody deleted its message', async () => {
    const outbox = await (await inFile())();
    const delivery = deliverFrom(outbox);
    await outbox.put([card('a')]);
    delivery.wake();
    await isEmpty(outbox);
    (slack.messages as unknown[]).length = 0;
    await outbox.put([card('a, later'), reply('1')]);
    delivery.wake();
    await isEmpty(outbox);
    expect(texts()).toEqual(['a, later', '1']);
  });
});

describe('delivery', () => {
  it('edits a card at most every editEvery, yet posts and answers at once', async () => {
    const outbox = await (await inFile())();
    const delivery = deliverFrom(outbox, { editEvery: 300 });
    for (let n = 0; n < 20; n++) {
      await outbox.put([card(`card ${n}`), ...(n === 10 ? [reply('reply')] : [])]);
      delivery.wake();
      if (n === 10) await until(() => texts().includes('reply'), { within: 250, every: 5 });
    }
    await isEmpty(outbox);
    expect(texts()).toEqual(['card 19', 'reply']);
    const edits = slack.requests.filter((request) => request.method === 'chat.update');
    expect(edits.length).toBeLessThanOrEqual(2);
  });

  it('sends a waiting edit at the stop instead of leaving it', async () => {
    const outbox = await (await inFile())();
    const delivery = deliverFrom(outbox, { editEvery: 60_000 });
    await outbox.put([card('a')]);
    delivery.wake();
    await isEmpty(outbox);
    await outbox.put([card('a, at last')]);
    await delivery.stop();
    expect(texts()).toEqual(['a, at last']);
  });

  it('stops within its bound when Slack hangs', async () => {
    const outbox = await (await inFile())();
    slack.fail(() => ({ hang: true }));
    await outbox.put([card('a')]);
    const delivery = deliverFrom(outbox, { timeout: 20_000 });
    await until(() => slack.requests.length === 1);
    const began = Date.now();
    await delivery.stop();
    expect(Date.now() - began).toBeLessThan(3_000);
    expect(await outbox.size()).toBe(1);
  });

  it('leaves the outbox to the instance that may deliver, and takes over from it', async () => {
    const outbox = await (await inFile())();
    let leads = false;
    let asked = 0;
    await outbox.put([card('a')]);
    const allowed = () => {
      asked += 1;
      return leads;
    };
    deliverFrom(outbox, { allowed });
    await until(() => asked > 3);
    expect(slack.requests).toHaveLength(0);
    leads = true;
    await isEmpty(outbox);
    expect(texts()).toEqual(['a']);
  });

  it('does not send twice what it could not note as taken', async () => {
    const outbox = await (await inFile())();
    let tries = 0;
    const done: Outbox['done'] = (...what) =>
      tries++ < 3 ? Promise.reject(new Error('disk full')) : outbox.done(...what);
    await outbox.put([card('a'), reply('1')]);
    const delivery = deliverFrom({ ...outbox, done });
    await until(() => delivery.problem()?.includes('disk full'));
    await isEmpty(outbox);
    expect(texts()).toEqual(['a', '1']);
  });

  it('escapes what Slack would read as markup', async () => {
    const outbox = await (await inFile())();
    await outbox.put([card('<!channel> & <http://x|y>')]);
    deliverFrom(outbox);
    await isEmpty(outbox);
    expect(texts()).toEqual(['&lt;!channel&gt; &amp; &lt;http://x|y&gt;']);
  });

  it('posts to Slack what was only logged before Slack was configured', async () => {
    const outbox = await (await inFile())();
    await outbox.put([card('a')]);
    const logging = createDelivery({ outbox, send: createLogSender(log), editEvery: 0, log });
    logging.wake();
    await isEmpty(outbox);
    await logging.stop();
    await outbox.put([card('a, later'), reply('1')]);
    deliverFrom(outbox);
    await isEmpty(outbox);
    expect(texts()).toEqual(['a, later', '1']);
  });
});
