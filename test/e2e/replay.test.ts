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
  test('pauses the same, whatever prints as its sender', async () => {
    const night = readFileSync(at('night.ndjson'), 'utf8');
    const renamed = night
      .split('\n')
      .map((line) =>
        line.includes('"provider":"alpha"')
          ? line.replace(/"from":"(?!\+)[^"]*"/, '"from":"L’Atelier d\'Élise & Cie"')
          : line,
      )
      .join('\n');
    expect(renamed).toContain('L’Atelier');
    writeFileSync(at('renamed.ndjson'), renamed);
    const actions = await Promise.all(
      ['night', 'renamed'].map(async (name) => {
        const run = await tocsinResult([
          'replay',
          at(`${name}.ndjson`),
          '-c',
          at('armed.yaml'),
          '-o',
          at(`of-${name}`),
          '--json',
        ]);
        expect(JSON.parse(run.stdout)).toMatchObject({ deadLetters: 0 });
        return linesOf(at(`of-${name}/actions.ndjson`)).map(({ at: when, action, provider }) => ({
          when,
          action,
          provider,
        }));
      }),
    );
    expect(actions[0]?.length).toBeGreaterThan(0);
    expect(actions[1]).toEqual(actions[0]);
  });

  test('counts what is no SMS apart, in providers’ own formats, and takes none of it for a dead letter', async () => {
    const start = Date.parse('2026-10-28T10:00:00Z');
    const lines = Array.from({ length: 300 }, (_, n) => {
      const time = new Date(start + 1_000 * n).toISOString();
      const person = `+3364000${String(n).padStart(4, '0')}`;
      const twilio = (to: string, from: string, type = 'sent') => ({
        ...{ specversion: '1.0', id: `e-${n}-${to}`, source: '/sinks/a', time },
        type: `com.twilio.messaging.message.${type}`,
        data: { messageSid: `SM${n}-${to.split(':')[0]}`, timestamp: time, to, from },
      });
      const aws = (eventType: string) => ({
        ...{ eventType, eventTimestamp: Date.parse(time), messageId: `a-${n}` },
        ...{ destinationPhoneNumber: person, originationPhoneNumber: '+33700000002' },
      });
      return [
        ...[twilio(person, '+33700000001'), twilio(`whatsapp:${person}`, 'whatsapp:+33700000001')],
        ...[
          twilio(`whatsapp:${person}`, 'whatsapp:+33700000001', 'read'),
          twilio('messenger:12345', 'messenger:67890'),
        ],
        ...[aws('VOICE_COMPLETED'), aws('MEDIA_DELIVERED')],
      ];
    }).flat();
    writeFileSync(at('channels.ndjson'), lines.map((line) => JSON.stringify(line)).join('\n'));
    const run = await tocsinResult(['replay', at('channels.ndjson'), '-o', at('channels'), '--json']);
    expect(run.code, run.stderr).toBe(0);
    expect(JSON.parse(run.stdout)).toMatchObject({
      ...{ records: 1_800, events: 1_800, deadLetters: 0, incidents: 0 },
      otherChannels: { whatsapp: 600, messenger: 300, voice: 300, mms: 300 },
    });
  });

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
