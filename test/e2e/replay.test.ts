/** Replaying a log: what it finds, and that it finds the same every time. */
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { tocsinResult } from '../support/tocsin.ts';

const dir = mkdtempSync(join(tmpdir(), 'tocsin-replay-'));
const at = (name: string) => join(dir, name);
const linesOf = (path: string): Record<string, unknown>[] =>
  readFileSync(path, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line));
const OUTPUTS = ['findings.ndjson', 'incidents.ndjson', 'actions.ndjson'];

beforeAll(async () => {
  writeFileSync(at('armed.yaml'), 'mode: armed\nproviders:\n  alpha:\n    category: marketing\n');
  const night = ['--scenario', 'salon-night', '--start', '2026-10-28T19:15:00+01:00', '--for', '2h'];
  const day = ['--scenario', 'ordinary-day', '--start', '2026-10-27T00:00:00+01:00', '--for', '24h'];
  const results = await Promise.all([
    tocsinResult(['simulate', ...night, '--burst-after', '45m', '--seed', '3', '--out', at('night.ndjson')]),
    tocsinResult(['simulate', ...day, '--seed', '3', '--out', at('day.ndjson')]),
  ]);
  expect(results.map(({ code, stderr }) => [code, code === 0 ? '' : stderr])).toEqual([
    [0, ''],
    [0, ''],
  ]);
}, 600_000);

describe('tocsin replay', () => {
  test('pauses the provider of the salon night within seconds of event time, and no other', async () => {
    const run = await tocsinResult([
      'replay',
      at('night.ndjson'),
      '-c',
      at('armed.yaml'),
      '-o',
      at('a'),
      '--json',
    ]);
    expect(run.code, run.stderr).toBe(0);
    const pauses = linesOf(at('a/actions.ndjson')).filter(
      (action) => action.action === 'pause' && !action.refused,
    );
    expect(pauses).toEqual([expect.objectContaining({ provider: 'alpha', dryRun: false, action: 'pause' })]);
    const delay = Date.parse(String(pauses[0]?.at)) - Date.parse('2026-10-28T20:00:00+01:00');
    expect(delay).toBeGreaterThanOrEqual(0);
    expect(delay).toBeLessThanOrEqual(10_000);
    for (const finding of linesOf(at('a/findings.ndjson'))) {
      expect(finding.at).toMatch(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/);
      expect(finding.provider).toBeTypeOf('string');
    }
  }, 600_000);

  test('writes the same bytes for the same input', async () => {
    await tocsinResult(['replay', at('night.ndjson'), '-o', at('b')]);
    await tocsinResult(['replay', at('night.ndjson'), '-o', at('c')]);
    for (const name of OUTPUTS)
      expect(readFileSync(join(at('c'), name), 'utf8')).toBe(readFileSync(join(at('b'), name), 'utf8'));
    expect(linesOf(at('b/actions.ndjson'))).toContainEqual(
      expect.objectContaining({ dryRun: true, provider: 'alpha' }),
    );
  }, 600_000);

  test('an ordinary day with two campaigns pauses nobody', async () => {
    const run = await tocsinResult([
      'replay',
      at('day.ndjson'),
      '-c',
      at('armed.yaml'),
      '-o',
      at('d'),
      '--json',
    ]);
    expect(run.code, run.stderr).toBe(0);
    const summary = JSON.parse(run.stdout);
    console.log('ordinary day:', run.stdout.trim());
    expect(summary.events).toBeGreaterThan(10_000);
    expect(summary).toMatchObject({ pauses: 0, deadLetters: 0 });
    expect(linesOf(at('d/actions.ndjson'))).toEqual([]);
  }, 600_000);

  test('tells which file cannot be read, with the exit code of a failure', async () => {
    const run = await tocsinResult(['replay', at('nowhere.ndjson'), '-o', at('e')]);
    expect(run.code).toBe(1);
    expect(run.stderr).toContain('nowhere.ndjson');
  });
});
