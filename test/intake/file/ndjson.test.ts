import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough, Readable } from 'node:stream';
import { gzipSync } from 'node:zlib';
import { afterAll, describe, expect, it } from 'vitest';
import { duration } from '../../../src/events/event.ts';
import { readLines } from '../../../src/intake/file/ndjson.ts';
import type { Ingest } from '../../../src/intake/source.ts';
import { EVENING, sent, wire } from '../../support/events.ts';
import { createIntake } from '../../support/offset-store.ts';
import { until } from '../../support/until.ts';

const dir = mkdtempSync(join(tmpdir(), 'tocsin-lines-'));
afterAll(() => rmSync(dir, { recursive: true }));
let files = 0;
const file = (content: string | Buffer, suffix = '') => {
  const path = join(dir, `${++files}.ndjson${suffix}`);
  writeFileSync(path, content);
  return path;
};
const read = (path: string, intake: ReturnType<typeof createIntake>, more = {}) =>
  readLines({
    path,
    partition: `file:${path}`,
    claim: intake.store.claim,
    ingest: intake.ingest,
    maxRecord: 1_024,
    ...more,
  });
const ids = (intake: ReturnType<typeof createIntake>) => intake.events().map((event) => event.id);
const good = (...names: string[]) => names.map((id) => wire(sent({ id })));

describe('readLines, from a file', () => {
  it('takes all that is good of a broken file, and sets every bad line aside with its reason', async () => {
    const intake = createIntake({ maxAhead: duration(300_000) });
    const bad: Array<[string, string | Buffer]> = [
      ['not_json', '{"type":"sent",'],
      ['not_json', 'hello'],
      ['not_json', '\0\0\0'],
      ['not_json', wire(sent()).replace('alpha', '\0')],
      [
        'not_utf8',
        Buffer.concat([Buffer.from('{"text":"'), Buffer.from([0xc3, 0x28, 0xff]), Buffer.from('"}')]),
      ],
      ['not_an_object', '[1,2]'],
      ['too_long', wire(sent({ text: 'x'.repeat(1_000_000) }))],
      ['bad_date', wire({ ...sent(), at: Date.UTC(50_000, 0, 1) })],
      ['bad_date', wire({ ...sent(), at: '50000-01-01T00:00:00Z' })],
      ['in_the_future', wire({ ...sent(), at: EVENING + 3_600_000 })],
      ['bad_field', wire({ ...sent(), provider: 1.5 })],
      ['bad_type', wire({ ...sent(), type: 'rung' })],
      ['bad_address', wire({ ...sent(), to: 'Marie Dupont' })],
      ['missing_field', wire({ ...sent(), to: undefined })],
      ['unknown_format', '{}'],
      ['empty', '   '],
    ];
    const mixed = bad.flatMap(([, line], index) => [
      Buffer.from(line),
      Buffer.from(index % 2 ? '\r\n' : '\n'),
      Buffer.from(`${wire(sent({ id: `good-${index}` }))}\n\n`),
    ]);
    expect(await read(file(Buffer.concat(mixed)), intake)).toBe('end');

    expect(ids(intake)).toEqual(bad.map((_, index) => `good-${index}`));
    expect(intake.letters.map((letter) => letter.reason)).toEqual(bad.map(([reason]) => reason));
    expect(intake.letters.map((letter) => letter.offset)).toEqual(bad.map((_, index) => index * 3));
    expect(intake.letters.every((letter) => letter.value.length <= 1_024)).toBe(true);
    expect(intake.store.next()).toBe(bad.length * 3);
  });

  it('begins where the store stands, in whole batches and within one', async () => {
    const path = file(good('a', 'b', 'c', 'd', 'e').join('\n'));
    for (const [start, rest] of [
      [0, 'abcde'],
      [2, 'cde'],
      [3, 'de'],
      [5, ''],
    ] as const) {
      const intake = createIntake({ start });
      expect(await read(path, intake, { batchLines: 2 })).toBe('end');
      expect(ids(intake).join('')).toBe(rest);
      expect(intake.store.next()).toBe(5);
    }
  });

  it('reads gzip, and says how far it is', async () => {
    const intake = createIntake();
    const content = `${good('a', 'b').join('\n')}\n`;
    const done: unknown[] = [];
    await read(file(gzipSync(content), '.gz'), intake, { onProgress: (step: unknown) => done.push(step) });
    expect(ids(intake)).toEqual(['a', 'b']);
    expect(done).toEqual([{ lines: 2, bytes: content.length }]);
  });

  it('rejects, naming the file, when it is not there or gzip is cut short', async () => {
    const path = file(gzipSync(good('a').join('\n').repeat(100)).subarray(0, -10), '.gz');
    await expect(read(path, createIntake())).rejects.toThrow(path);
    await expect(read(join(dir, 'none'), createIntake())).rejects.toThrow(/ENOENT.*none/);
  });

  it('tries again while the store is away: nothing is lost, doubled, or set aside twice', async () => {
    const intake = createIntake();
    const path = file([...good('a'), 'broken', ...good('b'), ''].join('\n'));
    let tries = 0;
    const ingest: Ingest = (batch) => {
      if (++tries === 1) {
        intake.store.goAway(2);
        intake.store.loseAnswers(1);
      }
      return intake.ingest(batch);
    };
    intake.store.goAway(1);
    expect(await read(path, intake, { ingest })).toBe('end');
    expect(tries).toBe(4);
    expect(intake.letters.length).toBe(1);
    expect(intake.store.next()).toBe(3);
  });

  it('reads again when the store forgot, and stops when another process took over', async () => {
    const path = file(good('a', 'b', 'c').join('\n'));
    const forgetful = createIntake();
    await read(path, forgetful, {
      batchLines: 1,
      onProgress: ({ lines }: { lines: number }) => {
        if (lines === 2 && forgetful.folds.length === 2) forgetful.store.setNext(0);
      },
    });
    expect(ids(forgetful)).toEqual(['a', 'b', 'a', 'b', 'c']);

    const fenced = createIntake();
    const outcome = await read(path, fenced, { batchLines: 1, onProgress: () => void fenced.store.claim() });
    expect(outcome).toBe('fenced');
    expect(ids(fenced)).toEqual(['a']);
  });
});

describe('readLines, from a stream', () => {
  const stream = (input: Readable, intake: ReturnType<typeof createIntake>, more = {}) =>
    readLines({
      stream: input,
      partition: 'stdin',
      claim: intake.store.claim,
      ingest: intake.ingest,
      maxRecord: 1_024,
      ...more,
    });

  it('goes on numbering where the store stands', async () => {
    const intake = createIntake({ start: 100 });
    await stream(Readable.from([Buffer.from(good('a', 'b').join('\n'))]), intake);
    expect(ids(intake)).toEqual(['a', 'b']);
    expect(intake.store.next()).toBe(102);
  });

  it('hands over each line as it comes, and stops when it is told to', async () => {
    const intake = createIntake();
    const input = new PassThrough();
    const stop = new AbortController();
    const reading = stream(input, intake, { signal: stop.signal });
    input.write(`${good('a')[0]}\n`);
    await until(() => ids(intake).length === 1);
    stop.abort();
    expect(await reading).toBe('aborted');
  });

  it('stops waiting for a store that is away when it is told to', async () => {
    const intake = createIntake();
    intake.store.goAway(1_000);
    const stop = new AbortController();
    const reading = stream(Readable.from([Buffer.from('x\n')]), intake, { signal: stop.signal });
    stop.abort();
    expect(await reading).toBe('aborted');
  });

  it('goes on where the store stands when it forgot', async () => {
    const intake = createIntake();
    const input = new PassThrough();
    const reading = stream(input, intake);
    input.write(`${good('a')[0]}\n`);
    await until(() => ids(intake).length === 1);
    intake.store.setNext(0);
    input.end(good('b')[0]);
    expect(await reading).toBe('end');
    expect(ids(intake)).toEqual(['a', 'b']);
    expect(intake.store.next()).toBe(1);
  });
});
