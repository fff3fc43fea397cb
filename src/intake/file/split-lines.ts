/**
 * A stream of bytes, gzip or not, as its lines: never decoded, never more than one line's limit kept.
 * In: chunks as they come. Out: for each chunk the lines that it completes, blank ones included.
 */
import { pipeline, Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';

const NEWLINE = 10;
const RETURN = 13;
const GZIP = [0x1f, 0x8b];

/** The lines of a stream without their \n or \r\n; of one longer than `maxRecord`, maxRecord + 1 bytes. */
export async function* split(source: AsyncIterable<Buffer>, maxRecord: number): AsyncGenerator<Buffer[]> {
  // With one byte for the \r, which is not of the record.
  const most = maxRecord + 2;
  let carry: Buffer[] = [];
  let carried = 0;
  const keep = (part: Buffer) => {
    if (part.length === 0 || carried >= most) return;
    // A copy: a few bytes must not hold on to a whole chunk.
    carry.push(Buffer.from(part.subarray(0, most - carried)));
    carried += Math.min(part.length, most - carried);
  };
  const finish = (part: Buffer): Buffer => {
    if (carried === 0) return trimmed(part, maxRecord);
    keep(part);
    const line = carry.length === 1 && carry[0] ? carry[0] : Buffer.concat(carry);
    carry = [];
    carried = 0;
    return trimmed(line, maxRecord);
  };
  for await (const chunk of source) {
    const lines: Buffer[] = [];
    let start = 0;
    for (let end = chunk.indexOf(NEWLINE); end !== -1; end = chunk.indexOf(NEWLINE, start)) {
      lines.push(finish(chunk.subarray(start, end)));
      start = end + 1;
    }
    keep(chunk.subarray(start));
    if (lines.length > 0) yield lines;
  }
  if (carried > 0) yield [finish(Buffer.alloc(0))];
}

const trimmed = (line: Buffer, maxRecord: number): Buffer => {
  const bare = line.at(-1) === RETURN ? line.subarray(0, -1) : line;
  return bare.length > maxRecord ? bare.subarray(0, maxRecord + 1) : bare;
};

/** Unpacks what begins with gzip's magic bytes and passes on all else. Throws, naming `name`, on damaged gzip. */
export async function* unzipped(
  source: AsyncIterable<Buffer>,
  { name, mustBeGzip = false }: { name: string; mustBeGzip?: boolean },
): AsyncGenerator<Buffer> {
  const chunks = source[Symbol.asyncIterator]();
  let head: Buffer = Buffer.alloc(0);
  while (head.length < GZIP.length) {
    const { done, value } = await chunks.next();
    if (done) break;
    head = head.length === 0 ? value : Buffer.concat([head, value]);
  }
  const all = after(head, chunks);
  if (!GZIP.every((byte, index) => head[index] === byte)) {
    if (mustBeGzip) throw new Error(`${name} is named .gz but is not gzip`);
    yield* all;
    return;
  }
  const gunzip = createGunzip();
  let failed: unknown;
  pipeline(Readable.from(all), gunzip, (error) => {
    failed = error;
  });
  try {
    yield* gunzip as AsyncIterable<Buffer>;
  } catch (error) {
    const cause = failed ?? error;
    if (!isZlib(cause)) throw cause;
    throw new Error(`${name} is a truncated or damaged gzip file (${cause.message})`, { cause });
  }
}

const isZlib = (error: unknown): error is Error =>
  error instanceof Error && 'code' in error && String(error.code).startsWith('Z_');

async function* after(head: Buffer, rest: AsyncIterator<Buffer>): AsyncGenerator<Buffer> {
  try {
    if (head.length > 0) yield head;
    for (let step = await rest.next(); !step.done; step = await rest.next()) yield step.value;
  } finally {
    await rest.return?.();
  }
}
