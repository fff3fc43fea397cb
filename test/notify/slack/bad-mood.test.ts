/** Delivery when Slack limits, refuses, breaks or hangs. */
import { describe, expect, it } from 'vitest';
import { until } from '../../support/until.ts';
import {
  card,
  channelsFrom,
  deliverFrom,
  inFile,
  isEmpty,
  receiver,
  reply,
  slack,
  texts,
} from '../harness.ts';

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

describe('the fallback of a Slack in a bad mood', () => {
  it.each([
    ['limits the rate for long', () => ({ status: 429, retryAfter: 1 })],
    ['has revoked the token', () => ({ error: 'token_revoked' })],
    ['has archived the channel', () => ({ error: 'is_archived' })],
    ['answers 500', () => ({ status: 500 })],
    ['hangs', () => ({ hang: true as const })],
  ])('is told everything once when Slack %s, and Slack itself once it is well', async (_what, failure) => {
    const outbox = await (await inFile())();
    const webhook = await receiver();
    slack.fail(failure);
    const delivery = channelsFrom(outbox, [{ webhook: webhook.url }]);
    await outbox.put([card('a'), reply('1'), card('b', 'beta-1')]);
    delivery.wake();
    await until(() => webhook.taken.length === 3);
    slack.fail();
    await isEmpty(outbox);
    expect(webhook.taken.map(({ body }) => body.text)).toEqual(['a', '1', 'b']);
    expect(texts().sort()).toEqual(['1', 'a', 'b']);
    await until(() => delivery.problem() === undefined);
  });

  it('may be another channel of the same Slack', async () => {
    const outbox = await (await inFile())();
    slack.fail((next) => (next.params.channel === 'CALERTS' ? { error: 'is_archived' } : undefined));
    const delivery = channelsFrom(outbox, [{ slack: 'CBACKUP' }]);
    await outbox.put([card('a'), reply('1')]);
    delivery.wake();
    await until(() => slack.messages.length === 2);
    expect(slack.messages.map(({ channel, text }) => [channel, text])).toEqual([
      ['CBACKUP', 'a'],
      ['CBACKUP', '1'],
    ]);
    await outbox.put([card('a, later')]);
    delivery.wake();
    await until(() => texts()[0] === 'a, later');
  });

  it('says both when neither takes anything, and loses nothing', async () => {
    const outbox = await (await inFile())();
    const webhook = await receiver();
    webhook.fail({ status: 503 });
    slack.fail(() => ({ error: 'token_revoked' }));
    const delivery = channelsFrom(outbox, [{ webhook: webhook.url }]);
    await outbox.put([card('a')]);
    delivery.wake();
    await until(() => /token_revoked.*; the webhook at .* cannot be reached/.test(delivery.problem() ?? ''));
    webhook.fail();
    await until(() => webhook.taken.length === 1);
    expect(await outbox.size()).toBe(1);
  });
});
