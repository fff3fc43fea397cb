/**
 * Hands off: a person's word that nothing is to be paused, of everything or of one provider. It works without Slack,
 * Redis and Kafka: a file `hands-off` or `hands-off.<provider>` in the data directory, its content the reason, is
 * enough, and so is the signal SIGUSR2, which makes or removes the first.
 */
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isNotFound } from '../runtime/errors.ts';

export interface HandsOffSwitch {
  /** Why nothing is to be paused at this provider, as last read; undefined when nobody said so. */
  of(provider: string): string | undefined;
  /** Reads again what is there. */
  read(): Promise<void>;
  /** Makes the file for everything, or removes it. Answers whether it is there now. */
  toggle(reason: string): Promise<boolean>;
}

const NAME = 'hands-off';
const LONGEST = 200;

export const createHandsOff = ({ dir }: { readonly dir: string }): HandsOffSwitch => {
  let said: ReadonlyMap<string, string> = new Map();

  const read = async (): Promise<void> => {
    const names = (await readdir(dir).catch(missing)).filter(
      (name) => name === NAME || name.startsWith(`${NAME}.`),
    );
    const read = names.map(async (name) => [name, await readFile(join(dir, name), 'utf8')] as const);
    said = new Map((await Promise.all(read)).map(([name, text]) => [name, firstLine(text)]));
  };

  return {
    of: (provider) => said.get(NAME) ?? said.get(`${NAME}.${provider}`),
    read,
    toggle: async (reason) => {
      await read();
      const path = join(dir, NAME);
      if (said.has(NAME)) await rm(path, { force: true });
      else {
        await mkdir(dir, { recursive: true });
        await writeFile(path, `${reason}\n`);
      }
      await read();
      return said.has(NAME);
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
