import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { expect, it } from 'vitest';
import { readSample, renderSample } from '../../src/cli/check-sample.ts';
import { sent, wire } from '../support/events.ts';

const parse = { preset: 'auto', maxRecord: 10_000 } as const;
const dir = mkdtempSync(join(tmpdir(), 'tocsin-sample-'));
const file = (name: string, content: string | Buffer): string => {
  const path = join(dir, name);
  writeFileSync(path, content);
  return path;
};

it('says what each line becomes, or why it becomes nothing, and shows nobody’s number', async () => {
  const good = sent({ id: 'm', category: 'marketing', from: "L'Atelier", text: 'Code 4711, 0612345678' });
  const path = file('mixed.ndjson', `${wire(good)}\n\n${wire({ ...good, at: '28/10/2026' })}\nbroken\n`);
  const sample = await readSample(path, parse);
  expect(sample).toMatchObject([
    {
      line: 1,
      ok: true,
      event: {
        type: 'sent',
        at: '2025-10-28T19:00:00.000Z',
        from: "L'Atelier",
        text: 'Code ••••, ••••••••••',
      },
    },
    { line: 2, ok: false, reason: 'bad_date', detail: expect.stringContaining('at is "99/99/9999"') },
    { line: 3, ok: false, reason: 'not_json' },
  ]);
  const text = renderSample(sample);
  expect(text).toMatch(/^ {2}1 {2}sent: id="m" .*category="marketing"/);
  expect(text).toMatch(/^ {2}2 {2}refused \(bad_date\): at is/m);
  expect(text).toMatch(/1 of 3 lines become events\n$/);
  expect(JSON.stringify(sample) + text).not.toMatch(/12345678|12 ?000 ?000|4711/);
});

it('reads the first twenty lines and no further, compressed or not', async () => {
  const lines = Array.from({ length: 5_000 }, (_, n) => wire(sent({ id: `m${n}` }))).join('\n');
  for (const path of [file('many.ndjson', lines), file('many.ndjson.gz', gzipSync(lines))]) {
    const sample = await readSample(path, parse);
    expect(sample.map((one) => one.ok && one.event.id)).toEqual(
      Array.from({ length: 20 }, (_, n) => `m${n}`),
    );
  }
  expect(await readSample(file('none.ndjson', '\n\n'), parse)).toEqual([]);
});
