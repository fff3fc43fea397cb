/** tocsin as users have it: built into dist, once for a run, and only when something in src is newer than what is there. */
import { readdir, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { run } from './process.ts';

export const ROOT = resolve(import.meta.dirname, '../..');
/** The command line, for node. */
export const DIST_MAIN = join(ROOT, 'dist/cli/main.js');

const SETTINGS = ['package.json', 'tsconfig.json', 'tsconfig.build.json'];

const changed = (path: string): Promise<number> =>
  stat(path).then(
    ({ mtimeMs }) => mtimeMs,
    () => 0,
  );

/** Folders count as well: one is newer when a file of it has gone. */
const isCurrent = async (): Promise<boolean> => {
  const sources = await readdir(join(ROOT, 'src'), { recursive: true });
  const paths = ['src', ...sources.map((path) => join('src', path)), ...SETTINGS];
  const newest = Math.max(...(await Promise.all(paths.map((path) => changed(join(ROOT, path))))));
  return (await changed(DIST_MAIN)) > newest;
};

/** `npm run build`, unless it was done since the last change. Throws what the compiler says. */
export const buildOnce = async (): Promise<void> => {
  if (await isCurrent()) return;
  await run('npm', ['run', '-s', 'build'], { cwd: ROOT }).catch((error: { stdout?: string }) => {
    throw new Error(`tocsin does not build:\n${error.stdout ?? error}`);
  });
};
