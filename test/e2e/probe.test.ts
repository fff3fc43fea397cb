/** `tocsin probe stop` as a person types it: a running daemon, and a sender that hands on what it is given, or not. */
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { stringify } from 'yaml';
import { type Behaviour, startFakeSender, status } from '../support/fake-sender.ts';
import { startRun, tocsinResult } from '../support/tocsin.ts';

const NUMBER = '+33612345678';
const dir = mkdtempSync(join(tmpdir(), 'tocsin-probe-'));
const env = { SENDER_KEY: 's3cret' };
const write = (name: string, settings: object): string => {
  const path = join(dir, name);
  writeFileSync(path, stringify({ dataDir: join(dir, 'data'), ...settings }));
  return path;
};

// Each command is a process, which takes long to start on a busy machine.
describe('tocsin probe stop', { timeout: 400_000 }, () => {
  let sender: Awaited<ReturnType<typeof startFakeSender>>;
  let daemon: Awaited<ReturnType<typeof startRun>>;
  let config: string;
  let ids = 0;

  const settings = (more: object = {}) => ({
    probe: {
      stop: {
        number: NUMBER,
        codes: ['36200'],
        request: {
          url: `${sender.url}/send?key=\${SENDER_KEY}`,
          headers: { authorization: `Bearer \${SENDER_KEY}` },
          body: '{"to":"{to}","from":"{from}","text":"{text}"}',
        },
        ...more,
      },
    },
  });
  const post = async (events: object[]): Promise<void> => {
    const headers = { 'content-type': 'application/json' };
    const at = Date.now();
    const body = JSON.stringify(
      events.map((event) => ({ id: `p${++ids}`, at, provider: 'alpha', ...event })),
    );
    const response = await fetch(`${daemon.url}/v1/events`, { method: 'POST', headers, body });
    expect(await response.json()).toEqual({ accepted: events.length, rejected: [] });
  };
  /** The code works, and whoever reads it takes the number off the base. */
  const works: Behaviour = async (response, call) => {
    const { to, from, text } = JSON.parse(call.body);
    await post([
      { type: 'received', to, from, text },
      { type: 'opted_out', to: from },
    ]);
    status(202)(response, call);
  };
  const probe = (file: string, ...args: string[]) =>
    tocsinResult(['probe', 'stop', '-c', file, '--url', daemon.url, ...args], env);

  beforeAll(async () => {
    sender = await startFakeSender();
    config = write('tocsin.yaml', settings());
    daemon = await startRun(['-c', config]);
  });
  afterAll(async () => {
    await daemon.kill9();
    sender.stop();
  });

  test('succeeds when the answer and the opt-out come round', async () => {
    sender.behave(works);
    const { code, stdout } = await probe(config, '--json');
    expect([code, JSON.parse(stdout)]).toEqual([
      0,
      {
        number: '+33 6 •• •• •• 78',
        ok: true,
        codes: [{ code: '36200', arrived: expect.any(Number) }],
        recorded: expect.any(Number),
        failures: [],
      },
    ]);
    expect(sender.calls[0]).toMatchObject({ method: 'POST', url: '/send?key=s3cret' });
    expect(sender.calls[0]?.headers).toMatchObject({ authorization: 'Bearer s3cret' });
    expect(JSON.parse(sender.calls[0]?.body ?? '')).toEqual({ to: '36200', from: NUMBER, text: 'STOP' });
  });

  test('fails when the sender takes STOP and nothing comes of it, and says which half is missing', async () => {
    const hasty = write('hasty.yaml', settings({ limit: '200ms' }));
    const dead = await probe(hasty);
    expect([dead.code, dead.stdout]).toEqual([1, '']);
    expect(dead.stderr).toMatch(/36200: the answer never arrived within 0\.2 s.*\nno opt-out was recorded/);
    sender.behave(async (response, call) => {
      await post([{ type: 'received', to: '36200', from: NUMBER, text: 'STOP' }]);
      status(202)(response, call);
    });
    const unheard = await probe(write('patient.yaml', settings({ limit: '3s' })));
    expect([unheard.code, unheard.stdout]).toEqual([1, expect.stringMatching(/^36200: STOP arrived after/)]);
    expect(unheard.stderr).toContain('the answer arrived, but nobody recorded the opt-out within 3 s');
  });

  test('shows on a dry run what it would send, without secrets and without the number, and sends nothing', async () => {
    const before = sender.calls.length;
    const { code, stdout } = await probe(config, '--dry-run');
    expect([code, sender.calls.length]).toEqual([0, before]);
    expect(stdout).toContain(`authorization: Bearer \${SENDER_KEY}`);
    expect(stdout).toContain('{"to":"36200","from":"+33 6 •• •• •• 78","text":"STOP"}');
    expect(stdout).not.toMatch(/s3cret|12345678/);
    expect((await tocsinResult(['check', config])).stdout).not.toContain('12345678');
  });

  test('tells what is misconfigured, and sends nothing then', async () => {
    const before = sender.calls.length;
    const none = write('none.yaml', {});
    const other = write('other.yaml', settings({ number: '+33612345699' }));
    const wrong: [ReturnType<typeof probe>, RegExp][] = [
      [probe(none), /probe\.stop is missing/],
      [probe(other), /knows another test number/],
      [tocsinResult(['probe', 'stop', '-c', config]), /not set.*SENDER_KEY/],
    ];
    for (const [result, told] of wrong)
      expect(await result).toMatchObject({ code: 2, stderr: expect.stringMatching(told) });
    expect(sender.calls.length).toBe(before);
  });
});
