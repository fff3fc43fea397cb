/** Scores for any series of numbers, and the CSV they come from and go to. */
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { scoreCounts } from '../../../src/cli/backtest/counts.ts';
import { createSeriesScorer } from '../../../src/detect/scores/scores.ts';
import { createRandom } from '../../../src/simulate/random.ts';
import { tocsinResult } from '../../support/tocsin.ts';

const dir = mkdtempSync(join(tmpdir(), 'tocsin-counts-'));
const START = Date.UTC(2014, 3, 1);
const FIVE_MINUTES = 300_000;
const DAY_ROWS = 288;

/** Two weeks, five minutes apart. */
const series = (value: (row: number) => number, rows = 14 * DAY_ROWS) =>
  Array.from({ length: rows }, (_, row) => ({ at: START + row * FIVE_MINUTES, value: value(row) }));
const scores = (rows: ReadonlyArray<{ at: number; value: number }>, falseAlarmsPerYear = 1) =>
  rows.map(createSeriesScorer({ falseAlarmsPerYear }));
const alarmsOf = (rows: ReadonlyArray<{ at: number; value: number }>) =>
  scores(rows).flatMap(({ alarm }, row) => (alarm ? [row] : []));

const noise = (seed: string) => {
  const random = createRandom(seed);
  return () => random.normal();
};
const daily = (row: number) => 50 + 30 * Math.sin((2 * Math.PI * row) / DAY_ROWS);

describe('what scores high', () => {
  const steady = (seed: string, change: (row: number) => number) => {
    const next = noise(seed);
    return series((row) => daily(row) + 2 * next() + change(row));
  };

  test('two ordinary weeks hold no alarm', () => {
    for (const seed of ['a', 'b', 'c']) expect(alarmsOf(steady(seed, () => 0))).toEqual([]);
  });

  test('a spike and a drop are alarms on their first row', () => {
    const change = (row: number) => (row === 2_000 ? 40 : row === 3_000 ? -40 : 0);
    expect(alarmsOf(steady('a', change))).toEqual([2_000, 3_000]);
  });

  test('a small rise that lasts is an alarm within the hour, and soon no more', () => {
    const alarms = alarmsOf(steady('b', (row) => (row >= 3_000 ? 12 : 0)));
    expect(alarms[0]).toBeGreaterThanOrEqual(3_000);
    expect(alarms[0]).toBeLessThan(3_012);
    expect(alarms.length).toBeLessThan(8);
    expect(alarms.filter((row) => row > 3_000 + 2 * DAY_ROWS)).toEqual([]);
  });

  test('a day whose peak does not come is an alarm', () => {
    const next = noise('c');
    const peak = (row: number) => (row % DAY_ROWS > 100 && row % DAY_ROWS < 200 ? 60 : 0);
    const missing = 11 * DAY_ROWS + 100;
    const alarms = alarmsOf(
      series((row) => 20 + 2 * next() + (row > missing && row < missing + 100 ? 0 : peak(row))),
    );
    expect(alarms.some((row) => row > missing && row < missing + 50)).toBe(true);
    expect(alarms.filter((row) => row <= missing)).toEqual([]);
  });

  test('slow growth, and a temperature that wanders, are not', () => {
    const next = noise('d');
    expect(alarmsOf(series((row) => 20 + row / 50 + 2 * next()))).toEqual([]);
    let wandering = 0;
    const temperature = series((row) => {
      wandering = 0.99 * wandering + 0.2 * next();
      return -5 + wandering + 4 * Math.sin((2 * Math.PI * row) / DAY_ROWS);
    });
    expect(alarmsOf(temperature)).toEqual([]);
  });

  test('nothing in the first two days is an alarm', () => {
    const young = scores(steady('f', (row) => (row === 200 ? 1_000 : row > 300 ? 50 : 0)));
    expect(Math.max(...young.slice(0, 500).map(({ score }) => score))).toBeLessThan(0.3);
  });

  test('a constant stays at 0, and its first change is an alarm', () => {
    expect(scores(series(() => 7)).every(({ score }) => score === 0)).toBe(true);
    expect(alarmsOf(series((row) => (row === 3_000 ? 8 : 7)))[0]).toBe(3_000);
  });

  test('a gap of a day is no alarm', () => {
    const rows = steady('e', () => 0).filter((_, row) => row < 2_500 || row > 2_500 + DAY_ROWS);
    expect(scores(rows).flatMap(({ alarm }, row) => (alarm ? [row] : []))).toEqual([]);
  });
});

describe('properties', () => {
  const any = fc.array(
    fc.record({
      wait: fc.oneof(fc.constant(60_000), fc.integer({ min: 0, max: 10_000_000 })),
      value: fc.oneof(fc.double({ noNaN: true, noDefaultInfinity: true }), fc.integer({ min: 0, max: 5 })),
    }),
    { maxLength: 400 },
  );
  const rowsOf = (given: ReadonlyArray<{ wait: number; value: number }>) => {
    let at = START;
    return given.map(({ wait, value }) => {
      at += wait;
      return { at, value };
    });
  };

  test('no later row changes a score', () => {
    fc.assert(
      fc.property(any, fc.double({ min: 0, max: 1, noNaN: true }), (given, part) => {
        const rows = rowsOf(given);
        const cut = Math.floor(part * rows.length);
        expect(scores(rows.slice(0, cut))).toEqual(scores(rows).slice(0, cut));
      }),
      { numRuns: 50 },
    );
  });

  test('whatever the numbers, scores lie in [0, 1] and everything is finite', () => {
    fc.assert(
      fc.property(any, (given) => {
        for (const { score, expected, low, high } of scores(rowsOf(given))) {
          expect(score).toBeGreaterThanOrEqual(0);
          expect(score).toBeLessThanOrEqual(1);
          expect([expected, low, high].every(Number.isFinite)).toBe(true);
        }
      }),
      { numRuns: 50 },
    );
  });
});

describe('tocsin backtest --counts', () => {
  const file = (name: string, text: string) => {
    const path = join(dir, name);
    writeFileSync(path, text);
    return path;
  };
  const config = { falseAlarmsPerYear: 1 };

  test('keeps the timestamps as they are, and draws a picture', async () => {
    const stamps = [
      '2014-04-01 00:00:00',
      '2014-04-01T00:05:00Z',
      '1396311000',
      '1396311300000',
      '2014-04-01',
    ];
    const input = file('in.csv', `timestamp,value\r\n${stamps.map((stamp) => `${stamp},1.5\r\n`).join('')}`);
    const [out, drawn] = [join(dir, 'out.csv'), join(dir, 'out.svg')];
    const run = await tocsinResult(['backtest', '--counts', input, '--out', out, '--picture', drawn]);
    expect([run.code, run.stderr]).toEqual([0, '']);
    const lines = readFileSync(out, 'utf8').trimEnd().split('\n');
    expect(lines).toEqual([
      'timestamp,value,expected,score,alarm',
      ...stamps.map((stamp) => `${stamp},1.5,1.5,0.000000,0`),
    ]);
    expect(readFileSync(drawn, 'utf8')).toMatch(/^<svg [\s\S]*<\/svg>\n$/);
  });

  const broken: [string, string, RegExp][] = [
    ['another header', 'time,count\n', /bad\.csv:1: the header must be timestamp,value/],
    [
      'a value that is no number',
      'timestamp,value\n2014-04-01,1\n2014-04-02,many\n',
      /bad\.csv:3: "many" is no number/,
    ],
    ['a timestamp that is none', 'timestamp,value\nyesterday,1\n', /bad\.csv:2: "yesterday" is no timestamp/],
    ['a field too many', 'timestamp,value\n2014-04-01,1,2\n', /bad\.csv:2: two fields/],
  ];
  test.each(broken)('names file and line of %s', (_name, text, message) => {
    const input = file('bad.csv', text);
    expect(() => scoreCounts({ file: input, out: join(dir, 'never.csv'), config })).toThrow(
      expect.objectContaining({ message: expect.stringMatching(message), code: 2 }),
    );
  });

  test('ends with 2 for a broken file, with 1 for one that is not there', async () => {
    const run = (path: string) =>
      tocsinResult(['backtest', '--counts', path, '--out', join(dir, 'never.csv')]);
    const [bad, none] = await Promise.all([run(file('bad2.csv', 'a,b\n')), run(join(dir, 'nowhere.csv'))]);
    expect([bad.code, none.code]).toEqual([2, 1]);
    expect(none.stderr).toContain('nowhere.csv');
  });
});
