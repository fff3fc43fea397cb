/** Programs that tests run beside tocsin: found on PATH, or installed as Debian packages where that is possible. */
import { access, constants } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { run } from './process.ts';

/** The full path of the first of `names` found on PATH. */
export const onPath = async (...names: string[]): Promise<string | undefined> => {
  for (const name of names)
    for (const folder of (process.env.PATH ?? '').split(delimiter)) {
      const path = join(folder, name);
      const found = await access(path, constants.X_OK).then(
        () => true,
        () => false,
      );
      if (found) return path;
    }
  return undefined;
};

let installing: Promise<unknown> = Promise.resolve();

/** Installs Debian packages one call at a time; rejects when not root or without apt. */
export const aptInstall = (...packages: string[]): Promise<unknown> => {
  const next = installing.then(async () => {
    if (process.getuid?.() !== 0) throw new Error(`${packages.join(', ')}: not installed, and not root`);
    const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
    await run('apt-get', ['update', '-qq'], { env });
    await run('apt-get', ['install', '-y', '-qq', '--no-install-recommends', ...packages], {
      env,
      maxBuffer: 64_000_000,
    });
  });
  installing = next.catch(() => undefined);
  return next;
};

/** A program found on PATH, or installed when that is possible. */
export const obtain = async (names: readonly string[], packages: readonly string[]): Promise<string> => {
  const found = await onPath(...names);
  if (found) return found;
  await aptInstall(...packages);
  const installed = await onPath(...names);
  if (!installed) throw new Error(`${names.join(' or ')} is not on PATH`);
  return installed;
};
