/** The commands as a person types them, on embedded defaults. */
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { stringify } from 'yaml';
import type { LiveState } from '../../src/live/feed.ts';
import type { Pause } from '../../src/respond/gate/gate.ts';
import { startRun, tocsinResult } from '../support/tocsin.ts';
import { until } from '../support/until.ts';

const dir = mkdtempSync(join(tmpdir(), 'tocsin-commands-'));
const config = join(dir, 'tocsin.yaml');
const input = join(dir, 'events.ndjson');
writeFileSync(config, stringify({ dataDir: join(dir, 'data') }));

const event = (id: string, more: object = {}) =>
  JSON.stringify({
    id,
    type: 'sent',
    at: Date.now() - 1_000,
    provider: 'alpha',
    to: '+33612345678',
    ...more,
  });

describe('a running daemon', () => {
  let daemon: Awaited<ReturnType<typeof startRun>>;
  const status = async () => (await (await fetch(`${daemon.url}/v1/status`)).json()) as LiveState;
  const at = (...args: string[]) => tocsinResult([...args, '--url', daemon.url, '--json']);

  beforeAll(async () => {
    const broken = [
      'not json',
      event('wrong', { to: [7] }),
      event('future', { at: '50000-01-01T00:00:00Z' }),
      '{"id":"m","type":"sent"}',
      `{"id":"${'x'.repeat(1_000_000)}"}`,
      'a\u0000b',
    ];
    const good = ['g1', 'g2', 'g3', 'g4', 'g5', 'g6', 'g7'].map((id) => event(id));
    const mixed = good.flatMap((line, index) => [line, broken[index] ?? event('g8')]);
    const bytes = Buffer.concat([Buffer.from(`${mixed.join('\n')}\n`), Buffer.from([0xff, 0xfe, 0x0a])]);
    writeFileSync(input, bytes);
    daemon = await startRun([input, '-c', config]);
  });
  afterAll(() => daemon.kill9());

  test('counts everything good in a file of broken lines, and keeps every bad one with its reason', async () => {
    const health = await until(async () => {
      const { health } = await status();
      return health.eventsCounted + health.deadLetters >= 15 && health;
    });
    expect(health).toMatchObject({ eventsCounted: 8, deadLetters: 7 });
    const letters = readFileSync(join(dir, 'data', 'dead-letters.ndjson'), 'utf8')
      .trim()
      .split('\n');
    const reasons = letters.map((line) => JSON.parse(line).reason).sort();
    expect(reasons).toEqual(
      ['bad_date', 'missing_field', 'not_json', 'not_json', 'not_utf8', 'too_long', 'bad_field'].sort(),
    );
  });

  test('takes events over HTTP', async () => {
    const before = (await status()).health.eventsCounted;
    const body = [event('h1'), event('h2')].join('\n');
    const headers = { 'content-type': 'application/x-ndjson' };
    const response = await fetch(`${daemon.url}/v1/events`, { method: 'POST', headers, body });
    expect([response.status, await response.json()]).toEqual([202, { accepted: 2, rejected: [] }]);
    expect((await status()).health.eventsCounted).toBe(before + 2);
  });

  test('is paused and resumed by one command each, and says so', async () => {
    const gate = async () => (await fetch(`${daemon.url}/v1/gate/alpha`)).json();
    expect(await at('pause', 'alpha', '--reason', 'a drill', '--by', 'ada')).toMatchObject({ code: 0 });
    expect(await gate()).toMatchObject({ allowed: false, pause: { reason: 'a drill', by: 'ada' } });
    const shown = await tocsinResult(['status', '--url', daemon.url]);
    expect(shown.stdout).toMatch(/alpha +paused .*a drill/);
    expect(await at('resume', 'alpha')).toMatchObject({ code: 0 });
    expect(await gate()).toMatchObject({ allowed: true });
  });

  test('pauses a campaign for a time by command, and shows exactly that', { timeout: 120_000 }, async () => {
    const gate = async (campaign: string) => {
      const answer = await fetch(`${daemon.url}/v1/gate/alpha?campaign=${campaign}`);
      return (await answer.json()) as { allowed: boolean; pause?: Pause };
    };
    const paused = await at(
      'pause',
      'alpha',
      '--campaign',
      'spring',
      '--for',
      '2h',
      '--then',
      'probe',
      '--by',
      'ada',
    );
    expect([paused.code, JSON.parse(paused.stdout)]).toEqual([
      0,
      expect.objectContaining({ provider: 'alpha', campaign: 'spring', for: 7_200_000, atEnd: 'probe' }),
    ]);
    const { pause, allowed } = await gate('spring');
    expect(allowed).toBe(false);
    expect(pause).toMatchObject({ by: 'ada', atEnd: 'probe', until: (pause?.since ?? 0) + 7_200_000 });
    expect(await gate('summer')).toEqual({ allowed: true });
    const shown = await tocsinResult(['status', '--url', daemon.url]);
    expect(shown.stdout).toMatch(
      /alpha +(ok|alert) .*\n +campaign spring through alpha paused since .* by ada, until /,
    );

    const wide = await at('pause', 'alpha', '--then', 'probe');
    expect([wide.code, wide.stderr]).toEqual([2, expect.stringContaining('say after how long to probe')]);
    const other = await at('resume', 'alpha', '--category', 'marketing');
    expect([other.code, other.stderr]).toEqual([1, expect.stringContaining('not paused')]);
    expect(await at('resume', 'alpha')).toMatchObject({ code: 0 });
    expect(await gate('spring')).toEqual({ allowed: true });
  });

  test('takes its hands off by command, keeps them off over a restart, and says so', {
    timeout: 120_000,
  }, async () => {
    const said = async () => (await tocsinResult(['hands-off', '--url', daemon.url])).stdout;
    expect(await said()).toMatch(/^hands on/);
    expect(await at('hands-off', 'on', '--reason', 'a migration', '--by', 'ada')).toMatchObject({ code: 0 });
    await daemon.kill9();
    daemon = await startRun([input, '-c', config]);
    expect(await said()).toMatch(/^hands off since .* by ada \(a migration\)/);
    expect(await at('hands-off', 'off')).toMatchObject({ code: 0 });
    expect((await status()).handsOff).toBeNull();
  });

  test('keeps a journal of orders that is whole, and that the page of it is asked for rightly', async () => {
    const shown = await at('audit', '--since', '2026-01-01T00:00:00Z');
    const entries = shown.stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(entries).toContainEqual(
      expect.objectContaining({ kind: 'ordered', by: 'ada', cause: 'a drill', incident: null }),
    );
    const resumed = { kind: 'carried_out', evidence: expect.objectContaining({ action: 'resume' }) };
    expect(entries).toContainEqual(expect.objectContaining(resumed));
    expect(entries).toContainEqual(
      expect.objectContaining({ kind: 'hands_off', cause: 'hands off: a migration' }),
    );
    expect(await at('audit', '--verify')).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^whole: entries 1 to \d+, the last is [0-9a-f]{64}\n$/),
    });
    expect((await fetch(`${daemon.url}/v1/audit?limit=0`)).status).toBe(400);
    expect((await at('audit', '--since', 'yesterday')).code).toBe(2);
  });

  test('is armed by command, stays so over a restart, and says so', { timeout: 120_000 }, async () => {
    const said = async () => (await tocsinResult(['mode', '--url', daemon.url])).stdout;
    expect(await said()).toBe('dry-run: tocsin says what it would pause, and pauses nothing\n');
    const armed = await at('mode', 'armed', '--reason', 'tried for two weeks', '--by', 'ada');
    expect([armed.code, JSON.parse(armed.stdout)]).toMatchObject([0, { mode: 'armed', set: { by: 'ada' } }]);
    await daemon.kill9();
    daemon = await startRun([input, '-c', config]);
    expect(await said()).toMatch(/^armed: .* by ada \(tried for two weeks\); the configuration says dry-run/);
    expect((await status()).mode).toBe('armed');
    expect(await at('mode', 'default')).toMatchObject({ code: 0 });
    expect((await status()).mode).toBe('dry-run');
    expect((await at('mode', 'asleep')).code).toBe(2);
    const shown = await tocsinResult(['audit', '--url', daemon.url]);
    expect(shown.stdout).toMatch(/ mode by ada: dry-run to armed: tried for two weeks\n/);
  });

  test('is told of a campaign, and says what it does not understand', async () => {
    const day = { start: '2026-10-28T10:30:00+01:00', end: '2026-10-28T12:00:00+01:00' };
    const announce = (...args: string[]) =>
      at('announce', 'spring', '--provider', 'alpha', '--audience', '4800', ...args);
    const before = (await status()).health.eventsCounted;
    const told = await announce('--start', day.start, '--end', day.end);
    expect([told.code, JSON.parse(told.stdout)]).toEqual([
      0,
      {
        id: `spring@${Date.parse(day.start)}`,
        campaign: 'spring',
        provider: 'alpha',
        start: '2026-10-28T09:30:00.000Z',
        end: '2026-10-28T11:00:00.000Z',
        audience: 4_800,
      },
    ]);
    const again = await announce('--start', 'now', '--for', '2h', '--id', 'a1');
    expect([again.code, JSON.parse(again.stdout).id]).toEqual([0, 'a1']);
    expect((await status()).health.eventsCounted).toBe(before + 2);

    const refused: [string[], number, RegExp][] = [
      [['--start', 'now'], 2, /say when it ends/],
      [['--start', day.end, '--end', day.start], 2, /it must end after it starts/],
      [['--start', 'tomorrow', '--for', '2h'], 2, /--start.*must be RFC 3339/],
      [['--start', 'now', '--for', '2h', '--end', day.end], 2, /cannot be used with/],
      [['--start', 'now', '--for', '2h', '--id', '\t'], 1, /refused \(400\): id has a value/],
    ];
    for (const [args, code, stderr] of refused) {
      const result = await announce(...args);
      expect([args, result.code]).toEqual([args, code]);
      expect(result.stderr).toMatch(stderr);
    }
  });

  test('a second one on the same port says so and ends', async () => {
    const port = new URL(daemon.url).port;
    const second = await tocsinResult(['run', '--port', port]);
    expect([second.code, second.stderr]).toEqual([2, expect.stringContaining('live.port: cannot listen')]);
  });

  test('stops when told to, and a pause outlives it', async () => {
    await at('pause', 'alpha');
    expect(await daemon.stop()).toBe(0);
    const journal = join(dir, 'data', 'audit.ndjson');
    const whole = readFileSync(journal, 'utf8');
    const verify = () => at('audit', '--verify', '--config', config);
    expect((await verify()).code).toBe(0);
    writeFileSync(journal, whole.replace('a drill', 'a grill'));
    expect(await verify()).toMatchObject({ code: 1, stderr: expect.stringContaining('it was edited') });
    writeFileSync(journal, whole);
    daemon = await startRun([input, '-c', config]);
    const state = await status();
    expect(state.providers).toContainEqual(expect.objectContaining({ provider: 'alpha', state: 'paused' }));
    // The file was read to its end before: nothing of it counts again.
    await until(async () => (await status()).health.problems.length === 0);
    expect((await status()).health.eventsCounted).toBe(0);
  });
});
