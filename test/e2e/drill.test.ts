/** `tocsin drill PROVIDER` as a person types it: a running daemon, a Slack of ours, and what the exit codes say. */
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { stringify } from 'yaml';
import type { Row } from '../../src/cli/drill/step.ts';
import { type FakeSlack, startFakeSlack } from '../support/fake-slack.ts';
import { startRun, tocsinResult } from '../support/tocsin.ts';

const dir = mkdtempSync(join(tmpdir(), 'tocsin-drill-'));
const config = join(dir, 'tocsin.yaml');

// Each command is a process, which takes long to start on a busy machine.
describe('tocsin drill', { timeout: 120_000 }, () => {
  let slack: FakeSlack;
  let daemon: Awaited<ReturnType<typeof startRun>>;
  let env: Record<string, string>;
  const drill = (...args: string[]) =>
    tocsinResult(['drill', 'alpha', '-c', config, '--url', daemon.url, '--by', 'ada', ...args], env);

  beforeAll(async () => {
    slack = await startFakeSlack();
    env = { SLACK_BOT_TOKEN: slack.token };
    const notify = { slack: { channel: 'C0ONCALL', apiUrl: slack.url } };
    writeFileSync(config, stringify({ dataDir: join(dir, 'data'), mode: 'armed', notify }));
    daemon = await startRun(['-c', config], env);
  });
  afterAll(() => Promise.all([daemon.kill9(), slack.stop()]));

  test('ends with 0 when all is well, and leaves one message and one line in the journal', async () => {
    const { code, stdout, stderr } = await drill('--json');

    expect([code, stderr]).toEqual([0, '']);
    const { provider, ok, steps } = JSON.parse(stdout) as { provider: string; ok: boolean; steps: Row[] };
    expect([provider, ok, steps.map(({ step }) => step)]).toEqual([
      'alpha',
      true,
      [
        ...['configuration', 'Kafka', 'data directory', 'daemon', 'detection', 'guardrails', 'gate'],
        ...['actuators', 'Slack', 'journal'],
      ],
    ]);
    expect(slack.messages).toMatchObject([{ text: expect.stringMatching(/^DRILL alpha/) }]);
    const audit = await tocsinResult(['audit', '--url', daemon.url]);
    expect(audit.stdout.trim().split('\n').at(-1)).toMatch(
      /^\S+ alpha drill by ada: drill of alpha: 7 ok, none failed, 2 skipped$/,
    );
  });

  test('ends with 1 when a step failed: a table, what to do, and a line that sums up', async () => {
    slack.fail(() => ({ error: 'is_archived' }));

    const { code, stdout, stderr } = await drill();

    expect([code, stderr]).toEqual([1, 'tocsin: failed: Slack\n']);
    expect(stdout).toMatch(/^ok {7}configuration {11}\d\.\d s {2}armed/);
    expect(stdout).toMatch(/\nfailed {3}Slack .*is_archived.*\n +-> unarchive the channel/);
    expect(stdout).toMatch(/\n\nalpha: \d+ ok, 1 failed \(Slack\), 2 skipped\n$/);
  });

  test('ends with 2 when the configuration will not do, and says what is missing', async () => {
    const { code, stdout, stderr } = await tocsinResult(['drill', 'alpha', '-c', config], {
      SLACK_BOT_TOKEN: '',
    });

    expect([code, stderr]).toEqual([2, expect.stringContaining('misconfigured')]);
    expect(stdout).toMatch(/^failed +configuration .*SLACK_BOT_TOKEN is not set/);
    expect((await tocsinResult(['drill', 'alpha', '-c', join(dir, 'none.yaml')])).code).toBe(2);
  });
});
