/** Dead letters in a file, one JSON object a line; of two files at most, so that the disk is bounded. */
import { type FileHandle, mkdir, open, rename } from 'node:fs/promises';
import { dirname } from 'node:path';
import { rfc3339 } from '../../events/time.ts';
import type { DeadLetter, DeadLetters } from '../source.ts';

const ROTATE_AT = 64 * 1024 * 1024;
/** The file's mode: letters hold phone numbers, which nobody else on the machine may read. */
const OWNER_ONLY = 0o600;

/**
 * Appends to `path`, which beyond `rotateAt` bytes becomes `path.1` in place of an older one. Its functions reject when
 * the file cannot be written.
 */
export const createFileDeadLetters = (path: string, { rotateAt = ROTATE_AT } = {}): DeadLetters => {
  let file: { handle: FileHandle; size: number } | undefined;
  let last: Promise<unknown> = Promise.resolve();

  const opened = async () => {
    await mkdir(dirname(path), { recursive: true });
    const handle = await open(path, 'a+', OWNER_ONLY);
    const { size } = await handle.stat();
    // A write cut short left half a line: what follows begins on its own.
    const tail = Buffer.alloc(1);
    if (size > 0) await handle.read(tail, 0, 1, size - 1);
    if (size > 0 && tail.toString() !== '\n') await handle.appendFile('\n');
    return { handle, size };
  };

  const close = async () => {
    const open = file;
    file = undefined;
    await open?.handle.close();
  };

  const write = async (letters: readonly DeadLetter[]) => {
    const bytes = Buffer.from(letters.map(toLine).join(''));
    if (file && file.size > 0 && file.size + bytes.length > rotateAt) {
      await close();
      await rename(path, `${path}.1`);
    }
    file ??= await opened();
    try {
      await file.handle.appendFile(bytes);
      await file.handle.datasync();
      file.size += bytes.length;
    } catch (error) {
      await close().catch(() => undefined); // The first error is the one to tell.
      throw error;
    }
  };

  /** Runs work after all work before, whatever became of that. */
  const alone = (work: () => Promise<void>): Promise<void> => {
    const done = last.then(work, work);
    last = done.catch(() => undefined);
    return done;
  };

  return {
    put: (letters) => (letters.length === 0 ? Promise.resolve() : alone(() => write(letters))),
    close: () => alone(close),
  };
};

const toLine = ({ at, value, ...letter }: DeadLetter): string =>
  `${JSON.stringify({ ...letter, at: rfc3339(at), value: value.toString('base64') })}\n`;
