/** The whole drill against a daemon of this process, embedded and on real servers, with a Slack and a provider of ours. */
import { randomUUID } from 'node:crypto';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type Drill, runDrill } from '../../../src/cli/drill/drill.ts';
import type { Row } from '../../../src/cli/drill/step.ts';
import { configSchema } from '../../../src/config/schema.ts';
import { type Daemon, startDaemon } from '../../../src/daemon/daemon.ts';
import { ms } from '../../../src/events/event.ts';
import { entryOf } from '../../../src/incidents/audit/log.ts';
import { type FakeProvider, json, startFakeProvider, status } from '../../support/fake-provider.ts';
import { type FakeSlack, startFakeSlack } from '../../support/fake-slack.ts';
import { createTopic } from '../../support/kafka-topic.ts';
import { until } from '../../support/until.ts';

const NOBODY = 'http://127.0.0.1:1';
const env = { KEY: 's3cret' };

let dir: string;
let slack: FakeSlack;
let api: FakeProvider;
let daemon: Daemon | undefined;
beforeEach(async () => {
  dir = mkdtempSync(join(tmpdir(), 'tocsin-drill-'));
  [slack, api] = await Promise.all([startFakeSlack(), startFakeProvider(json({ paused: false }))]);
});
afterEach(async () => {
  await daemon?.stop();
  daemon = undefined;
  await Promise.all([slack.stop(), api.stop()]);
  rmSync(dir, { recursive: true });
});

const secrets = () => ({ slackToken: slack.token, hmacKey: 'k' });
const configOf = (more: object = {}) => {
  const headers = { authorization: `Bearer \${KEY}` };
  const own = {
    kind: 'http',
    name: 'own system',
    stops: ['category'],
    pause: { url: `${api.url}/pause`, headers },
    verify: { url: `${api.url}/state`, headers, expect: { json: { paused: true } } },
  };
  return configSchema.parse({
    mode: 'armed',
    dataDir: dir,
    live: { port: 0 },
    providers: { alpha: { actuators: [own], carries: ['marketing'] }, beta: { carries: ['otp'] } },
    notify: { slack: { channel: 'C0ONCALL', apiUrl: slack.url } },
    ...more,
  });
};

/** Started, ready and leading. */
const started = async (config: Drill['config']): Promise<string> => {
  const clock = () => ms(Date.now());
  const running = await startDaemon({
    ...{ config, secrets: secrets(), env, clock },
    log: pino({ level: 'silent' }),
  });
  daemon = running;
  const { url } = running;
  await until(async () => {
    const view = (await (await fetch(`${url}/v1/drill/alpha`)).json()) as { leading: boolean };
    return view.leading && (await fetch(`${url}/readyz`)).ok;
  });
  return url;
};

const drilled = (config: Drill['config'], url: string, more: Partial<Drill> = {}) =>
  runDrill({
    ...{ provider: 'alpha', config, secrets: secrets(), env, url },
    ...{ by: 'ada', quiet: false, onRow: () => undefined, ...more },
  });
const statesOf = (rows: readonly Row[]) =>
  Object.fromEntries(
    rows.map(({ step, state, says }) => [step, state === 'ok' ? 'ok' : `${state}: ${says}`]),
  );
const ALL_OK = {
  configuration: 'ok',
  daemon: 'ok',
  detection: 'ok',
  guardrails: 'ok',
  gate: 'ok',
  'own system': 'ok',
  Slack: 'ok',
  journal: 'ok',
};
const lastEntry = async (url: string) => {
  const page = (await (await fetch(`${url}/v1/audit`)).json()) as { lines: string[] };
  return entryOf(page.lines.at(-1) ?? '');
};

describe('a drill, embedded', { timeout: 120_000 }, () => {
  test('goes the whole way, and touches nothing but its own', async () => {
    const config = configOf();
    const url = await started(config);

    const rows = await drilled(config, url);

    expect(statesOf(rows)).toEqual({
      ...ALL_OK,
      Kafka: expect.stringMatching(/^skipped/),
      'data directory': 'ok',
    });
    expect(api.calls.map((call) => `${call.method} ${call.url}`)).toEqual(['GET /state']);
    expect(slack.messages.map(({ text }) => text)).toEqual([expect.stringMatching(/^DRILL alpha: /)]);
    expect(daemon?.pauses()).toEqual([]);
    // Written with the first alert that anybody puts in.
    expect(existsSync(join(dir, 'outbox.json'))).toBe(false);
    expect(await lastEntry(url)).toMatchObject({
      kind: 'drill',
      by: 'ada',
      cause: 'drill of alpha: 8 ok, none failed, 1 skipped',
      evidence: { provider: 'alpha', failed: [] },
    });
    expect(JSON.stringify(rows)).not.toMatch(/s3cret|xoxb/);
  });

  test('sends nothing to people when it is to be quiet', async () => {
    const config = configOf();

    const rows = await drilled(config, NOBODY, { quiet: true });

    expect(statesOf(rows)).toMatchObject({ Slack: 'skipped: nothing is sent (--quiet)' });
    expect(slack.requests).toEqual([]);
  });

  test('tells each thing that is wrong, tries the rest, and writes down what failed', async () => {
    const config = configOf();
    const url = await started({ ...config, mode: 'dry-run' });
    writeFileSync(join(dir, 'hands-off.alpha'), 'a migration\n');
    await daemon?.tick();
    slack.fail(() => ({ error: 'token_revoked' }));
    api.next(status(401));

    const rows = await drilled(config, url);

    expect(statesOf(rows)).toMatchObject({
      ...ALL_OK,
      daemon: 'failed: it runs by another configuration',
      guardrails: expect.stringMatching(/^failed: dry-run: .*hands off: a migration/),
      'own system': expect.stringContaining('check KEY'),
      Slack: 'failed: it refuses alerts (token_revoked)',
    });
    expect(rows.filter(({ state }) => state === 'failed').every(({ todo }) => todo)).toBe(true);
    expect((await lastEntry(url))?.evidence).toEqual({
      provider: 'alpha',
      failed: ['daemon', 'guardrails', 'own system', 'Slack'],
    });
  });

  test('tells a mode that a person set and left, and what that does', async () => {
    const config = configOf();
    const url = await started(config);
    const body = JSON.stringify({ mode: 'learning', reason: 'a migration', by: 'ada' });
    const headers = { 'content-type': 'application/json' };
    await fetch(`${url}/v1/mode`, { method: 'PUT', headers, body });

    const rows = await drilled(config, url, { quiet: true });

    expect(statesOf(rows)).toMatchObject({
      daemon: 'failed: its mode is learning, as a person set it; the configuration says armed',
    });
    const guardrails = rows.find(({ step }) => step === 'guardrails');
    expect(guardrails?.says).toMatch(/^learning: nothing is decided; /);
  });

  test('without a daemon goes by the configuration and the files beside it', async () => {
    writeFileSync(join(dir, 'hands-off'), 'a migration\n');
    const config = configOf({ providers: { alpha: { protected: true } } });

    const rows = await drilled(config, NOBODY);

    expect(statesOf(rows)).toMatchObject({
      daemon: expect.stringMatching(/^failed: no tocsin answers/),
      guardrails: expect.stringMatching(
        /^failed: armed; hands off: a migration; the provider is protected.*\(by the configuration\)/,
      ),
      gate: expect.stringMatching(/^skipped/),
      actuators: expect.stringMatching(/^skipped/),
      journal: expect.stringMatching(/^skipped/),
    });
  });

  test('stops at a configuration that will not do', async () => {
    const config = configOf();
    const missing = await drilled(config, NOBODY, { env: {} });
    const other = await drilled(config, NOBODY, { provider: 'alpah' });

    expect([missing.length, missing[0]?.says]).toEqual([1, expect.stringContaining('KEY')]);
    expect([other.length, other[0]?.says]).toEqual([1, 'providers has no alpah, but alpha, beta']);
    expect(slack.requests).toEqual([]);
  });
});

const { REDIS_URL, KAFKA_BROKERS, TOCSIN_KAFKA } = process.env;
describe.skipIf(!REDIS_URL || !KAFKA_BROKERS || TOCSIN_KAFKA === 'mock')(
  'a drill, on Redis and Kafka',
  { timeout: 120_000 },
  () => {
    test('goes the whole way with a daemon, and as far as it can without', async () => {
      const brokers = KAFKA_BROKERS ?? '';
      const [events, dead] = await Promise.all([createTopic(brokers, 1), createTopic(brokers, 1)]);
      const [{ topic }, { topic: deadLetterTopic }] = [events, dead];
      const kafka = { brokers: brokers.split(','), topic, deadLetterTopic, group: topic };
      const redis = { url: REDIS_URL, prefix: `test-${randomUUID()}` };
      const controlTopic = `${topic}-control`;
      const config = configOf({ intake: { kafka }, redis, respond: { controlTopic } });
      const url = await started(config);

      expect(statesOf(await drilled(config, url))).toEqual({
        ...ALL_OK,
        Kafka: 'ok',
        Redis: 'ok',
        'control topic': 'ok',
      });
      expect(await lastEntry(url)).toMatchObject({ kind: 'drill' });
      expect(daemon?.pauses()).toEqual([]);

      await daemon?.stop();
      daemon = undefined;
      expect(statesOf(await drilled(config, url))).toEqual({
        ...ALL_OK,
        Kafka: 'ok',
        Redis: 'ok',
        'control topic': 'ok',
        daemon: expect.stringMatching(/^failed/),
      });

      for (const name of [topic, deadLetterTopic])
        expect(await events.admin.fetchTopicOffsets(name)).toMatchObject([{ high: '0' }]);
      expect(await events.admin.listTopics()).not.toContain(controlTopic);
      expect(api.calls.map(({ method }) => method)).toEqual(['GET', 'GET']);
      await Promise.all([events.close(), dead.close()]);
    });
  },
);
