import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createHandsOff } from '../../src/respond/hands-off.ts';

let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'tocsin-hands-off-'));
});
afterEach(() => rm(dir, { recursive: true }));

test('nothing is said where there is no file, nor a directory', async () => {
  const nowhere = createHandsOff({ dir: join(dir, 'not-there') });
  await nowhere.read();
  expect(nowhere.of('alpha')).toBeUndefined();
});

test('a file speaks for all providers, in its first line', async () => {
  await writeFile(join(dir, 'hands-off'), 'we move to a new platform (ana)\nuntil noon\n');
  const handsOff = createHandsOff({ dir });
  await handsOff.read();
  expect(handsOff.of('alpha')).toBe('we move to a new platform (ana)');
  expect(handsOff.of('beta')).toBe('we move to a new platform (ana)');
});

test('a file with a name speaks for that provider alone, empty or not, until it is gone', async () => {
  await writeFile(join(dir, 'hands-off.alpha'), '');
  const handsOff = createHandsOff({ dir });
  await handsOff.read();
  expect(handsOff.of('alpha')).toContain('hands-off');
  expect(handsOff.of('beta')).toBeUndefined();
  await rm(join(dir, 'hands-off.alpha'));
  await handsOff.read();
  expect(handsOff.of('alpha')).toBeUndefined();
});

test('the signal makes the file, and takes it away, also for the next process', async () => {
  const handsOff = createHandsOff({ dir: join(dir, 'new') });
  expect(await handsOff.toggle('SIGUSR2')).toEqual({ isOff: true });
  const next = createHandsOff({ dir: join(dir, 'new') });
  await next.read();
  expect(next.of('alpha')).toBe('SIGUSR2');
  expect(await next.toggle('SIGUSR2')).toEqual({ isOff: false });
  await handsOff.read();
  expect(handsOff.of('alpha')).toBeUndefined();
});

test('where the file cannot be made, hands are off by the word of this process, until the next signal', async () => {
  // A file stands where the directory should be, which nobody can write into, whoever runs this.
  const blocked = join(dir, 'blocked');
  await writeFile(blocked, '');
  const handsOff = createHandsOff({ dir: join(blocked, 'data') });
  const said = await handsOff.toggle('SIGUSR2');
  expect(said).toEqual({ isOff: true, failed: expect.stringContaining('ENOTDIR') });
  await handsOff.read().catch(() => undefined);
  expect(handsOff.of('alpha')).toBe('SIGUSR2');

  await rm(blocked);
  expect(await handsOff.toggle('SIGUSR2')).toEqual({ isOff: false });
  expect(handsOff.of('alpha')).toBeUndefined();
});

test('where the file cannot be removed, hands stay off, and it is said', async () => {
  await mkdir(join(dir, 'hands-off.alpha'));
  const handsOff = createHandsOff({ dir });
  expect(await handsOff.toggle('SIGUSR2')).toMatchObject({ isOff: true, failed: expect.any(String) });
  expect(await handsOff.toggle('SIGUSR2')).toMatchObject({ isOff: true, failed: expect.any(String) });
  expect(handsOff.of('beta')).toBe('SIGUSR2');
});
