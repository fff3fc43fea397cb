/** Delivery when Slack limits, refuses, breaks or hangs. */
import { describe, expect, it } from 'vitest';
import { until } from '../support/until.ts';
import { card, deliverFrom, inFile, isEmpty, reply, slack, texts } from './harness.ts';

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
