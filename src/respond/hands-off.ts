/**
 * Hands off: a person's word that nothing is to be paused, of everything or of one provider. It works without Slack,
 * Redis and Kafka: a file `hands-off` or `hands-off.<provider>` in the data directory, its content the reason, is
 * enough, and so is the signal SIGUSR2, which makes or removes the first.
 */
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isNotFound, messageOf } from '../runtime/errors.ts';

export interface HandsOffSwitch {
  /** Why nothing is to be paused at this provider, as last read; undefined when nobody said so. */
  of(provider: string): string | undefined;
  /** Reads again what is there. */
  read(): Promise<void>;
  /** Takes hands off everything by the file, or puts them on again by removing it; never rejects. */
  toggle(reason: string): Promise<HandsOffToggle>;
}

export interface HandsOffToggle {
  /** Whether hands are off now. */
  readonly isOff: boolean;
  /**
   * Why the file could not be made or removed. Hands are off then either way: when it could not be made, by the word of
   * this process alone, for as long as it runs.
   */
  readonly failed?: string;
}

const NAME = 'hands-off';
const LONGEST = 200;

export const createHandsOff = ({ dir }: { readonly dir: string }): HandsOffSwitch => {
  let said: ReadonlyMap<string, string> = new Map();
  /** What was said to this process and could not be written down. */
  let unwritten: string | undefined;
  const path = join(dir, NAME);

  const read = async (): Promise<void> => {
    const names = (await readdir(dir).catch(missing)).filter(
      (name) => name === NAME || name.startsWith(`${NAME}.`),
    );
    const read = names.map(async (name) => [name, await readFile(join(dir, name), 'utf8')] as const);
    said = new Map((await Promise.all(read)).map(([name, text]) => [name, firstLine(text)]));
  };

  const takeOff = async (reason: string): Promise<HandsOffToggle> => {
    // First of all it holds, whatever becomes of the file.
    unwritten = reason;
    try {
      await mkdir(dir, { recursive: true });
      await writeFile(path, `${reason}\n`);
      await read();
      unwritten = undefined;
      return { isOff: true };
    } catch (error) {
      return { isOff: true, failed: messageOf(error) };
    }
  };

  const putOn = async (): Promise<HandsOffToggle> => {
    try {
      await rm(path, { force: true });
      await read();
      unwritten = undefined;
      return { isOff: said.has(NAME) };
    } catch (error) {
      return { isOff: true, failed: messageOf(error) };
    }
  };

  return {
    of: (provider) => said.get(NAME) ?? unwritten ?? said.get(`${NAME}.${provider}`),
    read,
    toggle: async (reason) => {
      // What cannot be read now is as it was last read.
      await read().catch(() => undefined);
      return said.has(NAME) || unwritten !== undefined ? putOn() : takeOff(reason);
    },
  };
};

const firstLine = (text: string): string => {
  const [line = ''] = text.trim().split('\n');
  return line === '' ? `a file ${NAME} in the data directory says so` : line.slice(0, LONGEST);
};

/** While the directory is not there yet, nobody has said anything. */
const missing = (error: unknown): string[] => {
  if (isNotFound(error)) return [];
  throw error;
};
