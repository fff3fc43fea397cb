/** Whether the files that a command is given can be read: said before anything is begun, in a sentence each. */
import { constants } from 'node:fs';
import { access, stat } from 'node:fs/promises';
import { isNotFound, messageOf } from '../runtime/errors.ts';
import { CommandError } from './exit.ts';

/** Throws `CommandError`, which names every file that cannot be read; "-" stands for standard input. */
export const requireReadable = async (files: readonly string[]): Promise<void> => {
  const asked = files.filter((file) => file !== '-');
  const faults = await Promise.all(asked.map(async (file) => ({ file, fault: await faultOf(file) })));
  const said = faults.flatMap(({ file, fault }) => (fault === undefined ? [] : `${file}: ${fault}`));
  if (said.length > 0) throw new CommandError(said.join('\n'));
};

/** Why a file cannot be read; undefined when it can. */
const faultOf = async (file: string): Promise<string | undefined> => {
  try {
    await access(file, constants.R_OK);
    return (await stat(file)).isDirectory() ? 'a directory; name the files in it' : undefined;
  } catch (error) {
    return isNotFound(error) ? 'there is no such file' : `cannot be read (${messageOf(error)})`;
  }
};
