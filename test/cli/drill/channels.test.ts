import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { tryChannel } from '../../../src/cli/drill/channels.ts';
import { configSchema } from '../../../src/config/schema.ts';
import { ms } from '../../../src/events/event.ts';
import { channelsOf } from '../../../src/notify/channels/channels.ts';
import { type FakeReceiver, startFakeReceiver } from '../../support/fake-receiver.ts';
import { type Failure, type FakeSlack, startFakeSlack } from '../../support/fake-slack.ts';

const NOW = ms(Date.parse('2026-10-26T08:00:00Z'));

let slack: FakeSlack;
let pager: FakeReceiver;
beforeEach(async () => {
  [slack, pager] = await Promise.all([startFakeSlack(), startFakeReceiver()]);
});
afterEach(() => Promise.all([slack.stop(), pager.stop()]));

const drilled = (token = slack.token) => {
  const { notify } = configSchema.parse({
    notify: {
      slack: { channel: 'C0ONCALL', apiUrl: slack.url, operators: ['U1'] },
      fallback: [{ slack: 'C0BACKUP' }, { webhook: `${pager.url}/in` }, { alertmanager: pager.url }],
    },
  });
  const log = pino({ level: 'silent' });
  const channels = channelsOf({ config: notify, secrets: { slackToken: token }, log, timeout: 300 });
  return Promise.all(
    channels.map((channel) => tryChannel(channel, { provider: 'alpha', by: 'ada', now: NOW })),
  );
};

describe('a message of a drill', () => {
  test('arrives once in every channel, begins with DRILL, and asks for nothing', async () => {
    expect((await drilled()).map(({ state }) => state)).toEqual(['ok', 'ok', 'ok', 'ok']);

    expect(slack.messages.map(({ channel }) => channel)).toEqual(['C0ONCALL', 'C0BACKUP']);
    for (const { text, blocks, thread_ts } of slack.messages)
      expect([text, blocks, thread_ts]).toEqual([
        expect.stringMatching(/^DRILL alpha: nothing is wrong.*ada/),
        undefined,
        undefined,
      ]);
    const [webhook, alerts] = pager.taken;
    expect(webhook).toMatchObject({ path: '/in', body: { text: expect.stringMatching(/^DRILL/) } });
    expect(alerts).toMatchObject({
      path: '/api/v2/alerts',
      body: [{ annotations: { summary: expect.stringMatching(/^DRILL/) } }],
    });
  });

  test('pages nobody: it is over as soon as it began', async () => {
    await drilled();
    const [webhook, alerts] = pager.taken;
    expect(webhook?.body.until).toBe('2026-10-26T08:00:00.000Z');
    expect(Date.parse(alerts?.body[0].endsAt) - NOW).toBe(1);
  });

  test.each<[string, Failure, string, string]>([
    ['refuses the channel', { error: 'is_archived' }, 'refuses alerts (is_archived)', 'notify.slack.channel'],
    ['limits the rate', { status: 429, retryAfter: 7 }, 'limits our rate', 'try again in 7 s'],
    ['errs', { status: 500 }, 'cannot be reached (HTTP 500)', 'check its address'],
    ['breaks the connection', { reset: 'before' }, 'cannot be reached', 'check its address'],
    ['is silent', { hang: true }, 'cannot be reached', 'check its address'],
    ['takes no such text', { error: 'msg_too_long' }, 'does not take this message (msg_too_long)', ''],
  ])('fails when Slack %s, with what to do, and stops no other', async (_name, how, says, todo) => {
    slack.fail(({ params }) => (params.channel === 'C0ONCALL' ? how : undefined));

    const [first, ...others] = await drilled();

    expect(first).toMatchObject({
      state: 'failed',
      says: expect.stringContaining(says),
      todo: expect.stringContaining(todo),
    });
    expect(others.map(({ state }) => state)).toEqual(['ok', 'ok', 'ok']);
  });

  test('fails on a token that is revoked, and on a webhook that is gone, without showing either', async () => {
    pager.fail({ status: 404 });

    const outcomes = await drilled('xoxb-wrong');

    expect(outcomes.map(({ says }) => says)).toEqual([
      expect.stringContaining('(invalid_auth)'),
      expect.stringContaining('(invalid_auth)'),
      expect.stringContaining('(HTTP 404)'),
      expect.stringContaining('(HTTP 404)'),
    ]);
    expect(JSON.stringify(outcomes)).not.toContain('xoxb-wrong');
  });
});
