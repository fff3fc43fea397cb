/** What a command's exit code says, and that its help says so. */
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { COMMANDS } from '../../src/cli/commands.ts';
import { tocsinResult } from '../support/tocsin.ts';

const dir = mkdtempSync(join(tmpdir(), 'tocsin-exit-codes-'));

describe('exit codes', () => {
  const cases: [string, string[], number, RegExp][] = [
    ['an unknown command is wrong usage', ['dance'], 2, /unknown command/],
    ['an unknown option is wrong usage', ['run', '--dance'], 2, /unknown option/],
    ['a broken configuration is wrong usage', ['check', join(dir, 'broken.yaml')], 2, /broken\.yaml:1: mode/],
    [
      'a daemon that is not there is not reachable',
      ['status', '--url', 'http://127.0.0.1:9'],
      3,
      /no tocsin answers/,
    ],
    [
      'a file that is not there is a failure, and named',
      ['run', '--port', '0', join(dir, 'none.ndjson'), join(dir, 'none.gz')],
      1,
      /^tocsin: .*none\.ndjson: there is no such file\n.*none\.gz: there is no such file\n$/,
    ],
    [
      'a folder given as a file is a failure',
      ['run', '--port', '0', dir],
      1,
      /: a directory; name the files/,
    ],
    [
      'a log that is not there is a failure, and named',
      ['replay', join(dir, 'none.ndjson'), '--out', join(dir, 'out')],
      1,
      /^tocsin: .*none\.ndjson: there is no such file\n$/,
    ],
    [
      'a sample with a line that is refused fails, so that a mapping is held by it',
      ['check', join(dir, 'mapped.yaml'), '--sample', join(dir, 'sample.ndjson')],
      1,
      /^tocsin: 1 of 2 lines are refused: see intake\.mapping/,
    ],
    ['help is no error', ['replay', '--help'], 0, /^$/],
  ];
  writeFileSync(join(dir, 'broken.yaml'), 'mode: sometimes\n');
  writeFileSync(
    join(dir, 'mapped.yaml'),
    'intake: { mapping: { id: uid, type: { field: st, words: { E: sent } }, at: quand } }\n',
  );
  const sample = { uid: 7, st: 'E', quand: 1_793_214_300, provider: 'alpha', to: '+33612345678' };
  writeFileSync(
    join(dir, 'sample.ndjson'),
    `${JSON.stringify(sample)}\n${JSON.stringify({ ...sample, st: 'Z' })}\n`,
  );
  test.each(cases)('%s', async (_name, args, code, stderr) => {
    const result = await tocsinResult(args);
    expect(result.code).toBe(code);
    expect(result.stderr).toMatch(stderr);
  });

  test('every command explains itself and its exit codes', { timeout: 400_000 }, async () => {
    for (const { name } of COMMANDS) {
      const { code, stdout } = await tocsinResult([name, '--help']);
      expect([name, code, /Exit codes: 0 done/.test(stdout)]).toEqual([name, 0, true]);
    }
  });

  test('the help lists every command with what it is for, and `help` of one is its own help', async () => {
    const { code, stdout } = await tocsinResult(['--help']);
    expect(code).toBe(0);
    const said = stdout.replaceAll(/\s+/g, ' ');
    for (const { name, description } of COMMANDS) expect(said).toContain(`${name} ${description}`);
    const own = await tocsinResult(['status', '--help']);
    expect(own.stdout).toContain('--url <url>');
    expect(await tocsinResult(['help', 'status'])).toEqual(own);
  });
});
