import { Readable } from 'node:stream';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { lines } from '../../../src/intake/file/ndjson.ts';
import { split, unzipped } from '../../../src/intake/file/split-lines.ts';

async function* chunks(parts: readonly Buffer[]) {
  yield* parts;
}
const flat = async (source: AsyncIterable<Buffer[]>) => {
  const all: Buffer[] = [];
  for await (const some of source) all.push(...some);
  return all;
};
const text = async (source: AsyncIterable<Buffer[]>) => (await flat(source)).map(String);

/** The bytes cut at the given places. */
const cut = (bytes: Buffer, places: readonly number[]): Buffer[] => {
  const at = [0, ...places.map((place) => place % (bytes.length + 1)), bytes.length].sort((a, b) => a - b);
  return at.slice(1).map((end, index) => bytes.subarray(at[index], end));
};

/** What it must be, said plainly and slowly. */
const expected = (bytes: Buffer, max: number): string[] => {
  const parts = bytes.toString('latin1').split('\n');
  if (parts.at(-1) === '') parts.pop();
  return parts.map((part) => part.replace(/\r$/, '').slice(0, max + 1));
};

const bytesOfLines = fc
  .array(fc.oneof(fc.constantFrom('\n', '\r', '\r\n', '\0', '{"a":1}'), fc.string({ maxLength: 12 })))
  .map((parts) => Buffer.from(parts.join('')));

it('gives the same lines however the bytes are cut into chunks', async () => {
  await fc.assert(
    fc.asyncProperty(
      bytesOfLines,
      fc.array(fc.nat(), { maxLength: 8 }),
      fc.integer({ min: 1, max: 20 }),
      async (bytes, places, max) => {
        const got = await flat(split(chunks(cut(bytes, places)), max));
        expect(got.map((line) => line.toString('latin1'))).toEqual(expected(bytes, max));
      },
    ),
    { numRuns: 500 },
  );
});

it('keeps of a line without end only what shows that it is too long', async () => {
  async function* endless() {
    for (let i = 0; i < 4_000; i++) yield Buffer.alloc(65_536, 'x');
    yield Buffer.from('\nnext\n');
  }
  const before = process.memoryUsage().rss;
  const got = await flat(split(endless(), 1_000));
  expect(got.map((line) => line.length)).toEqual([1_001, 4]);
  expect(process.memoryUsage().rss - before).toBeLessThan(150e6);
});

it('unpacks gzip by its first bytes, even when they come one by one', async () => {
  const packed = Buffer.concat([gzipSync('a\nb\n'), gzipSync('c')]);
  const single = [...packed].map((byte) => Buffer.from([byte]));
  expect(await text(split(unzipped(chunks(single), { name: 'x' }), 100))).toEqual(['a', 'b', 'c']);
  expect(await text(split(unzipped(chunks([Buffer.from('a')]), { name: 'x' }), 100))).toEqual(['a']);
});

it('names the file when gzip is cut short or damaged', async () => {
  const packed = gzipSync(Buffer.from('a line\n'.repeat(10_000)));
  const read = (bytes: Buffer, mustBeGzip = false) =>
    flat(split(unzipped(chunks([bytes]), { name: 'log.gz', mustBeGzip }), 100));
  await expect(read(packed.subarray(0, -20))).rejects.toThrow(/log\.gz is a truncated or damaged gzip file/);
  await expect(read(Buffer.concat([packed.subarray(0, 20), Buffer.alloc(40)]))).rejects.toThrow(
    /log\.gz is a truncated/,
  );
  await expect(read(Buffer.from('plain'), true)).rejects.toThrow('log.gz is named .gz but is not gzip');
});

it('leaves blank lines out for a replay', async () => {
  const stream = Readable.from([Buffer.from('a\n\n\r\nb')]);
  expect(await text(lines(stream, 100))).toEqual(['a', 'b']);
});
