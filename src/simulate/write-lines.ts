/** Events as NDJSON into a file (gzipped when it is named .gz) or a stream. */
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import type { Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { toLines, type Writer } from './write.ts';

/** Writes to a stream. `write` and `close` reject with the stream's own error, EPIPE when its reader has gone. */
export const createStreamWriter = (stream: Writable): Writer => {
  let broken: Error | undefined;
  stream.on('error', (error) => {
    broken = error;
  });
  return {
    write: async (batch) => {
      if (broken) throw broken;
      if (!stream.write(toLines(batch))) await once(stream, 'drain');
    },
    close: async () => {
      if (broken) throw broken;
    },
  };
};

/** Writes to a file, made anew. Rejects with the file system's error. */
export const createFileWriter = async (path: string): Promise<Writer> => {
  const file = createWriteStream(path);
  await once(file, 'open');
  if (!path.endsWith('.gz')) {
    const { write } = createStreamWriter(file);
    return { write, close: () => ended(file) };
  }
  const gzip = createGzip({ level: 4 });
  const { write } = createStreamWriter(gzip);
  const done = pipeline(gzip, file);
  // Told to whoever writes next or closes; alone it must not end the process.
  done.catch(() => undefined);
  return {
    write,
    close: async () => {
      gzip.end();
      await done;
    },
  };
};

const ended = async (stream: Writable): Promise<void> => {
  if (stream.errored) throw stream.errored;
  stream.end();
  await once(stream, 'close');
};
