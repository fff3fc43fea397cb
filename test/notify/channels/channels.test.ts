/** The channels beside the first: a second Slack channel, a webhook, Alertmanager, over real HTTP. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { ms } from '../../../src/events/event.ts';
import { signWebhook } from '../../../src/notify/channels/webhook.ts';
import type { Notice } from '../../../src/notify/outbox/outbox.ts';
import { until } from '../../support/until.ts';
import { card, channelsFrom, inFile, inRedis, isEmpty, receiver, reply, slack, texts } from '../harness.ts';

const since = ms(Date.parse('2026-10-28T20:00:04Z'));
const about: Notice['about'] = { provider: 'alpha', since };
const over: Notice['about'] = { ...about, until: ms(since + 60_000) };

const places = [
  ['a file', inFile, true],
  ['Redis', inRedis, Boolean(process.env.REDIS_URL)],
] as const;

for (const [name, place, isThere] of places) {
  describe.skipIf(!isThere)(`fallback from an outbox in ${name}`, () => {
    it('is told everything in order and once while Slack is away, and Slack everything afterwards', async () => {
      const outbox = await (await place())();
      const webhook = await receiver();
      await slack.down();
      const delivery = channelsFrom(outbox, [{ webhook: webhook.url }]);
      await outbox.put([card('a'), reply('1'), card('b', 'beta-1'), reply('2')]);
      delivery.wake();
      const told = () => webhook.taken.map(({ body }) => body.text);
      await until(() => told().length === 4);
      await outbox.put([card('a, later'), reply('3')]);
      delivery.wake();
      await until(() => told().length === 6);
      expect(told()).toEqual(['a', '1', 'b', '2', 'a, later', '3']);
      expect(await outbox.size()).toBe(5);
      await slack.up();
      await isEmpty(outbox);
      expect(texts().sort()).toEqual(['1', '2', '3', 'a, later', 'b']);
      expect(told()).toHaveLength(6);
    });

    it('tells a channel how an incident ended that it was told of, and nothing else', async () => {
      const outbox = await (await place())();
      const webhook = await receiver();
      slack.fail(() => ({ error: 'is_archived' }));
      const delivery = channelsFrom(outbox, [{ webhook: webhook.url }]);
      await outbox.put([card('a')]);
      delivery.wake();
      await until(() => webhook.taken.length === 1);
      slack.fail();
      await isEmpty(outbox);
      await outbox.put([{ ...card('a, over'), about: over }, reply('it is over'), card('b', 'beta-1')]);
      delivery.wake();
      await isEmpty(outbox);
      expect(webhook.taken.map(({ body }) => [body.text, body.until ?? null])).toEqual([
        ['a', null],
        ['a, over', '2026-10-28T20:01:04.000Z'],
      ]);
      expect(texts()).toEqual(['a, over', 'it is over', 'b']);
    });

    it('goes on from what each channel had taken when the process ends', async () => {
      const open = await place();
      const webhook = await receiver();
      await slack.down();
      const before = await open();
      const first = channelsFrom(before, [{ webhook: webhook.url }]);
      await before.put([card('a'), reply('1')]);
      first.wake();
      await until(() => webhook.taken.length === 2);
      await first.stop();
      await before.close();
      const outbox = await open();
      const delivery = channelsFrom(outbox, [{ webhook: webhook.url }]);
      await outbox.put([reply('2')]);
      delivery.wake();
      await until(() => webhook.taken.length === 3);
      expect(webhook.taken.map(({ body }) => body.text)).toEqual(['a', '1', '2']);
    });
  });
}

describe('fallback', () => {
  it('is not used while Slack has not failed for long', async () => {
    const outbox = await (await inFile())();
    const webhook = await receiver();
    await slack.down();
    const delivery = channelsFrom(outbox, [{ webhook: webhook.url }], { after: '1h' });
    await outbox.put([card('a')]);
    delivery.wake();
    await until(() => delivery.problem()?.includes('Slack cannot be reached'));
    await slack.up();
    await isEmpty(outbox);
    expect(webhook.taken).toEqual([]);
  });

  it('drops a copy for a channel that is configured no more', async () => {
    const outbox = await (await inFile())();
    await outbox.put([{ ...card('a'), only: 'webhook:gone' }]);
    channelsFrom(outbox, []);
    await isEmpty(outbox);
    expect(texts()).toEqual([]);
  });

  it('is the first channel where there is no Slack', async () => {
    const outbox = await (await inFile())();
    const webhook = await receiver();
    channelsFrom(outbox, [{ webhook: webhook.url }], { onSlack: false, after: '1h' });
    await outbox.put([card('a')]);
    await isEmpty(outbox);
    expect(webhook.taken).toHaveLength(1);
  });

  it('tells one alert that Slack does not take, and only that', async () => {
    const outbox = await (await inFile())();
    const webhook = await receiver();
    slack.fail((next) => (next.params.text === 'too long' ? { error: 'msg_too_long' } : undefined));
    const delivery = channelsFrom(outbox, [{ webhook: webhook.url }]);
    await outbox.put([card('too long'), card('b', 'beta-1')]);
    delivery.wake();
    await until(() => webhook.taken.length === 1);
    expect(webhook.taken[0]?.body.text).toBe('too long');
    expect(texts()).toEqual(['b']);
  });
});

/** The body as src/notify/README.md shows it to whoever writes a receiver. */
const EXAMPLE = JSON.parse(
  /```json\n(.*)\n```/.exec(
    readFileSync(new URL('../../../src/notify/README.md', import.meta.url), 'utf8'),
  )?.[1] ?? '',
);

describe('a webhook', () => {
  it('gets what the page of notify says, signed', async () => {
    const outbox = await (await inFile())();
    const { taken, url } = await receiver();
    channelsFrom(outbox, [{ webhook: `${url}/in` }], { onSlack: false, secret: 'shh' });
    await outbox.put([{ ...card('a\nb'), about }]);
    await isEmpty(outbox);
    const [{ path, headers, body, text } = { path: '', headers: {}, body: {}, text: '' }] = taken;
    expect(path).toBe('/in');
    expect(body).toEqual({
      version: 1,
      id: expect.stringMatching(/^alpha-1\/card\/1\/[0-9a-f]{16}$/),
      incident: 'alpha-1',
      kind: 'card',
      severity: 'critical',
      text: 'a\nb',
      provider: 'alpha',
      since: '2026-10-28T20:00:04.000Z',
      until: null,
    });
    expect(Object.keys(body)).toEqual(Object.keys(EXAMPLE));
    expect(headers['idempotency-key']).toBe(body.id);
    expect(headers['tocsin-signature']).toBe(signWebhook(`${headers['tocsin-timestamp']}`, text, 'shh'));
  });

  it('shows of a secret address no more than its host', async () => {
    const outbox = await (await inFile())();
    const { fail, url } = await receiver();
    fail({ status: 404 });
    const delivery = channelsFrom(outbox, [{ webhook: `${url}/s3cret` }], { onSlack: false });
    await outbox.put([card('a')]);
    const problem = await until(() => delivery.problem());
    expect(problem).toContain('HTTP 404');
    expect(problem).not.toContain('s3cret');
  });

  it.each<[number, Record<string, string>]>([
    [429, { 'retry-after': '0' }],
    [429, { 'retry-after': 'Wed, 21 Oct 2026 07:28:00 GMT' }],
    [302, { location: 'http://127.0.0.1:9/' }],
    [401, {}],
    [422, {}],
    [503, {}],
  ])('that answers %i loses nothing', async (status, headers) => {
    const outbox = await (await inFile())();
    const { fail, taken, url } = await receiver();
    fail({ status, headers });
    const delivery = channelsFrom(outbox, [{ webhook: url }], { onSlack: false });
    await outbox.put([card('a'), reply('1')]);
    await until(() => delivery.problem());
    fail();
    if (headers['retry-after']?.startsWith('Wed')) return expect(await outbox.size()).toBe(2);
    await isEmpty(outbox);
    expect(taken.map(({ body }) => body.text)).toEqual(['a', '1']);
  });
});

describe('Alertmanager', () => {
  it('gets an alert an incident, renewed as it grows, resolved at its end; no lines', async () => {
    const outbox = await (await inFile())();
    const { taken, url } = await receiver();
    channelsFrom(outbox, [{ alertmanager: `${url}/am/` }], { onSlack: false });
    await outbox.put([{ ...card('🟠 alpha: burst\nmore'), severity: 'warning', about }, reply('line')]);
    await isEmpty(outbox);
    await outbox.put([{ ...card('over'), about: over }]);
    await isEmpty(outbox);
    expect(taken.map(({ path }) => path)).toEqual(['/am/api/v2/alerts', '/am/api/v2/alerts']);
    const [[opened], [ended, warning]] = taken.map(({ body }) => body);
    expect(opened).toMatchObject({
      labels: { alertname: 'tocsin', provider: 'alpha', severity: 'warning', incident: 'alpha-1' },
      annotations: { summary: '🟠 alpha: burst', description: '🟠 alpha: burst\nmore' },
      startsAt: '2026-10-28T20:00:04.000Z',
    });
    expect(Date.parse(opened.endsAt)).toBeGreaterThan(Date.now());
    expect(ended).toMatchObject({ labels: { severity: 'critical' }, endsAt: '2026-10-28T20:01:04.000Z' });
    expect(warning).toMatchObject({ labels: { severity: 'warning' } });
    expect(Date.parse(warning.endsAt)).toBeLessThanOrEqual(Math.max(Date.now(), since + 1));
  });
});
