/** Delivery over real HTTP to a Slack of our own; time is real but short, and results are waited for, not slept for. */
import { describe, expect, it } from 'vitest';
import { createDelivery, createLogSender } from '../../src/notify/delivery.ts';
import type { Outbox } from '../../src/notify/outbox/outbox.ts';
import { until } from '../support/until.ts';
import {
  card,
  deliverFrom,
  inFile,
  inRedis,
  isEmpty,
  log,
  type Reopen,
  reply,
  slack,
  texts,
} from './harness.ts';

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

    it('finds the message of an incident told before, though the outbox has forgotten where it is', async () => {
      const before = await (await place())();
      const first = deliverFrom(before);
      await before.put([card('it begins')]);
      first.wake();
      await isEmpty(before);
      await first.stop();
      const outbox = await (await place())();
      const delivery = deliverFrom(outbox);
      await until(() => slack.requests.length > 0);
      await outbox.put([{ ...card('it goes on'), follows: true }, reply('a line')]);
      delivery.wake();
      await isEmpty(outbox);
      expect(texts()).toEqual(['it goes on', 'a line']);
    });

    it('sends nothing that another instance may have sent while this one was frozen', async () => {
      const outbox = await (await place())();
      await outbox.put([card('a')]);
      let asked = 0;
      const frozen = deliverFrom(outbox, { allowed: () => ++asked === 1 });
      await until(() => asked > 2);
      await frozen.stop();
      expect(slack.requests).toEqual([]);
      expect(await outbox.size()).toBe(1);
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

  it('calls people in a reply, and leaves what else looks like a call without effect', async () => {
    const outbox = await (await inFile())();
    deliverFrom(outbox);
    await outbox.put([card('<!here>'), { ...reply('<!here> is hit'), mention: '<!subteam^S123>' }]);
    await isEmpty(outbox);
    expect(texts()).toEqual(['&lt;!here&gt;', '<!subteam^S123> &lt;!here&gt; is hit']);
  });

  it('shows buttons for what may be ordered, and takes them away with the last order', async () => {
    const outbox = await (await inFile())();
    const delivery = deliverFrom(outbox, { offers: new Set(['acknowledge', 'mute'] as const) });
    const buttons = () =>
      slack.messages[0]?.blocks?.flatMap(({ elements = [] }) => elements.map(({ action_id }) => action_id));
    await outbox.put([{ ...card('a'), offers: ['acknowledge', 'resume', 'mute'] }]);
    delivery.wake();
    await until(() => slack.messages.length === 1);
    expect(buttons()).toEqual(['acknowledge', 'mute']);
    await outbox.put([card('a, over')]);
    delivery.wake();
    await until(() => texts()[0] === 'a, over');
    expect(buttons()).toEqual([]);
  });

  it('says nothing of who is muted, and afterwards how it stands and what was said, in one line', async () => {
    const outbox = await (await inFile())();
    const delivery = deliverFrom(outbox);
    await outbox.put([card('a')]);
    delivery.wake();
    await isEmpty(outbox);
    await outbox.mute('alpha-1', 'critical', 3_600_000);
    await outbox.put([card('a, later'), reply('1'), reply('2'), card('b', 'beta-1')]);
    delivery.wake();
    await until(() => slack.messages.length === 2);
    expect(texts()).toEqual(['a', 'b']);
    await outbox.mute('alpha-1', 'critical', 0);
    delivery.wake();
    await isEmpty(outbox);
    expect(texts()).toEqual(['a, later', 'b', '1\n2']);
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
