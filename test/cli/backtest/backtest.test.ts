/** Backtesting a log of the salon night's first minutes. */
import { mkdtempSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { beforeAll, describe, expect, test } from 'vitest';
import type { Backtest } from '../../../src/cli/backtest/log.ts';
import { ms } from '../../../src/events/event.ts';
import { simulate } from '../../../src/simulate/stream.ts';
import { toJson } from '../../../src/simulate/write.ts';
import { tocsinResult } from '../../support/tocsin.ts';

const dir = mkdtempSync(join(tmpdir(), 'tocsin-backtest-'));
const log = join(dir, 'night.ndjson.gz');
const out = join(dir, 'out');
const start = ms(Date.parse('2026-10-28T19:50:00+01:00'));
const runawayAt = ms(Date.parse('2026-10-28T20:00:00+01:00'));
const end = ms(start + 20 * 60_000);

describe('tocsin backtest', () => {
  let result: Backtest;
  let events: ReturnType<typeof simulate> extends Iterable<infer Event> ? Event[] : never;

  beforeAll(async () => {
    events = [...simulate({ scenario: 'salon-night', seed: 3, start, end, runawayAt })];
    writeFileSync(log, gzipSync(`${events.map(toJson).join('\n')}\nno event\n`));
    writeFileSync(join(dir, 'armed.yaml'), 'mode: armed\nproviders: { alpha: { category: marketing } }\n');
    const run = await tocsinResult(['backtest', log, '-c', join(dir, 'armed.yaml'), '-o', out, '--json']);
    expect([run.code, run.stderr]).toEqual([0, expect.stringContaining('')]);
    result = JSON.parse(run.stdout);
  }, 600_000);

  test('says who would have been paused, when, why, and what that would have spared', () => {
    const pauses = result.incidents.flatMap((incident) =>
      incident.pause ? [{ ...incident.pause, provider: incident.provider }] : [],
    );
    expect(pauses).toEqual([
      expect.objectContaining({ provider: 'alpha', reason: expect.stringMatching(/ and /) }),
    ]);
    const [pause] = pauses;
    const at = Date.parse(pause?.at ?? '');
    expect(at).toBeGreaterThanOrEqual(runawayAt);
    expect(at).toBeLessThanOrEqual(runawayAt + 10_000);

    const after = events.filter((event) => {
      return event.type === 'sent' && event.provider === 'alpha' && event.at >= at + 1_000;
    });
    const spared = (pause?.spared.marketing ?? 0) + (pause?.spared.other ?? 0);
    expect(spared).toBe(after.length);
    expect(pause?.spared.marketing).toBeGreaterThan(1_000);
    const [incident] = result.incidents;
    expect(
      incident?.findings.every(({ says, evidence }) => says !== '' && Object.keys(evidence).length > 0),
    ).toBe(true);
  });

  test('compares settings: the more false alarms are allowed, the more alarms there are', () => {
    expect(result.settings.map(({ falseAlarmsPerYear }) => falseAlarmsPerYear)).toEqual([
      0.01, 0.1, 1, 10, 100,
    ]);
    expect(result.settings.filter(({ configured }) => configured)).toHaveLength(1);
    for (const [index, { alarms, strong, pauses }] of result.settings.entries()) {
      expect(alarms).toBeGreaterThanOrEqual(result.settings[index - 1]?.alarms ?? 0);
      expect(strong).toBeLessThanOrEqual(alarms);
      expect(pauses).toBe(1);
    }
  });

  test('writes all of it and a picture a provider', () => {
    expect(JSON.parse(readFileSync(join(out, 'backtest.json'), 'utf8'))).toEqual(result);
    expect(result).toMatchObject({ deadLetters: 1, pictures: ['alpha.svg', 'beta.svg'] });
    const alpha = readFileSync(join(out, 'alpha.svg'), 'utf8');
    expect(statSync(join(out, 'alpha.svg')).size).toBeLessThan(500_000);
    expect(alpha).toContain('alpha: messages sent');
    expect(alpha).toContain('>20:00<');
    expect(alpha).toContain('>paused<');
    expect(readFileSync(join(out, 'beta.svg'), 'utf8')).not.toContain('>paused<');
  });

  test('says what is missing', async () => {
    const run = await tocsinResult(['backtest', '-o', out]);
    expect([run.code, run.stderr]).toEqual([2, expect.stringContaining('name the log to read')]);
  });
});
