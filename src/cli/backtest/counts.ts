/**
 * `tocsin backtest --counts`: any series of numbers, scored row by row. In: a CSV with the header timestamp,value.
 * Out: a CSV of timestamp,value,expected,score,alarm, the timestamps as they were written; and a picture.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { basename } from 'node:path';
import type { Config } from '../../config/schema.ts';
import { createSeriesScorer, type SeriesScore } from '../../detect/scores/scores.ts';
import { messageOf } from '../../runtime/errors.ts';
import { CommandError, EXIT } from '../exit.ts';
import { type PictureMark, picture } from './picture.ts';

const HEADER = 'timestamp,value';
/** Timestamps below this are epoch seconds (until the year 5138), larger ones epoch ms (from March 1973). */
const MOST_SECONDS = 1e11;

interface CountRow {
  readonly text: string;
  /** The instant, in epoch ms. */
  readonly at: number;
  readonly value: number;
}

/** Scores a file. Throws `CommandError` with the file and the line of what cannot be read, or what cannot be written. */
export const scoreCounts = (parts: {
  readonly file: string;
  readonly out: string;
  readonly picture?: string;
  readonly config: Pick<Config['detect']['burst'], 'falseAlarmsPerYear'>;
}): { readonly rows: number; readonly alarms: number } => {
  const { file, out, config } = parts;
  const rows = readCounts(file);
  const score = createSeriesScorer({ falseAlarmsPerYear: config.falseAlarmsPerYear });
  const scored = rows.map((row) => ({ ...row, ...score(row) }));
  const lines = scored.map(
    (row) => `${row.text},${row.value},${number(row.expected)},${row.score.toFixed(6)},${row.alarm ? 1 : 0}`,
  );
  writeOut(out, `timestamp,value,expected,score,alarm\n${lines.map((line) => `${line}\n`).join('')}`);
  if (parts.picture !== undefined) writeOut(parts.picture, draw(basename(file), scored));
  return { rows: rows.length, alarms: scored.filter(({ alarm }) => alarm).length };
};

const readCounts = (file: string): CountRow[] => {
  const wrong = (line: number, what: string) => new CommandError(`${file}:${line}: ${what}`, EXIT.usage);
  const lines = readText(file)
    .replace(/^\ufeff/, '')
    .split(/\r?\n/);
  if (lines[0]?.trim() !== HEADER) throw wrong(1, `the header must be ${HEADER}`);
  const rows = lines.slice(1).flatMap((line, index): CountRow[] => {
    if (line.trim() === '') return [];
    const fields = line.split(',').map((field) => field.trim());
    const [text = '', value = ''] = fields;
    if (fields.length !== 2) throw wrong(index + 2, `two fields are expected, not ${fields.length}`);
    const at = instantOf(text);
    if (at === undefined)
      throw wrong(index + 2, `"${text}" is no timestamp (ISO 8601, or seconds or ms since 1970)`);
    if (value === '' || !Number.isFinite(Number(value))) throw wrong(index + 2, `"${value}" is no number`);
    return [{ text, at, value: Number(value) }];
  });
  return rows;
};

const readText = (file: string): string => {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new CommandError(`${file}: ${messageOf(error)}`);
  }
};

const writeOut = (path: string, text: string): void => {
  try {
    writeFileSync(path, text);
  } catch (error) {
    throw new CommandError(`${path}: ${messageOf(error)}`);
  }
};

/** The epoch ms of a timestamp, in UTC when it has no offset; undefined when it is none. */
const instantOf = (text: string): number | undefined => {
  if (/^-?\d+(\.\d+)?$/.test(text)) {
    const value = Number(text);
    return Math.abs(value) < MOST_SECONDS ? value * 1_000 : value;
  }
  const [, date, time, offset] =
    /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d(?::\d\d(?:\.\d+)?)?)\s*(Z|[+-]\d\d:?\d\d)?)?$/i.exec(text) ?? [];
  if (date === undefined) return undefined;
  const at = Date.parse(`${date}T${time ?? '00:00'}${offset ?? 'Z'}`);
  return Number.isNaN(at) ? undefined : at;
};

const number = (value: number): string => String(Number(value.toPrecision(8)));

const draw = (title: string, rows: ReadonlyArray<CountRow & SeriesScore>): string => {
  const steps = rows
    .map(({ at }, index) => at - (rows[index - 1]?.at ?? at))
    .filter((step) => step > 0)
    .sort((a, b) => a - b);
  return picture({
    title,
    unit: 'value',
    zone: 'UTC',
    points: rows,
    gap: 1.5 * (steps[steps.length >> 1] ?? 0),
    marks: rows.flatMap(({ at, alarm }): PictureMark[] => (alarm ? [{ at, kind: 'alarm' }] : [])),
  });
};
