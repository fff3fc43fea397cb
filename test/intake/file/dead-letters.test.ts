import { appendFileSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { createFileDeadLetters } from '../../../src/intake/file/dead-letters.ts';
import type { DeadLetter } from '../../../src/intake/source.ts';
import { EVENING } from '../../support/events.ts';

const dir = mkdtempSync(join(tmpdir(), 'tocsin-dead-'));
afterAll(() => rmSync(dir, { recursive: true }));
const letter = (offset: number, value = 'x'): DeadLetter => ({
  partition: 'p',
  offset,
  reason: 'not_json',
  detail: 'The record is not JSON.',
  at: EVENING,
  value: Buffer.from(value),
});
const offsets = (path: string) =>
  readFileSync(path, 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line).offset);

it('appends one JSON object a line, the record in base64, for its owner’s eyes', async () => {
  const path = join(dir, 'new', 'dead.ndjson');
  const letters = createFileDeadLetters(path);
  await Promise.all([letters.put([letter(1, '\u0000é')]), letters.put([letter(2), letter(3)])]);
  await letters.close();
  const [first] = readFileSync(path, 'utf8').split('\n');
  expect(JSON.parse(first ?? '')).toEqual({
    partition: 'p',
    offset: 1,
    reason: 'not_json',
    detail: 'The record is not JSON.',
    at: '2025-10-28T19:00:00.000Z',
    value: Buffer.from('\u0000é').toString('base64'),
  });
  expect(offsets(path)).toEqual([1, 2, 3]);
  expect(statSync(path).mode & 0o777).toBe(0o600);
});

it('goes on after a restart, on a line of its own when the last was cut short', async () => {
  const path = join(dir, 'torn.ndjson');
  const write = async (offset: number) => {
    const letters = createFileDeadLetters(path);
    await letters.put([letter(offset)]);
    await letters.close();
  };
  await write(1);
  appendFileSync(path, '{"offset":');
  await write(2);
  const lines = readFileSync(path, 'utf8').split('\n');
  expect(JSON.parse(lines[2] ?? '').offset).toBe(2);
});

it('keeps two files at most', async () => {
  const path = join(dir, 'full.ndjson');
  const letters = createFileDeadLetters(path, { rotateAt: 400 });
  for (let offset = 0; offset < 20; offset++) await letters.put([letter(offset)]);
  await letters.close();
  expect([...offsets(`${path}.1`), ...offsets(path)]).toEqual(expect.arrayContaining([18, 19]));
  expect(statSync(path).size).toBeLessThanOrEqual(400);
  expect(statSync(`${path}.1`).size).toBeLessThanOrEqual(400);
});

it('rejects when it cannot write, and works again when it can', async () => {
  const path = join(dir, 'dead.ndjson', 'inside-a-file');
  appendFileSync(join(dir, 'dead.ndjson'), '');
  const letters = createFileDeadLetters(path);
  await expect(letters.put([letter(1)])).rejects.toThrow();
  rmSync(join(dir, 'dead.ndjson'));
  await letters.put([letter(2)]);
  expect(offsets(path)).toEqual([2]);
  await letters.close();
});
