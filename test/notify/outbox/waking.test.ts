import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createFileOutbox } from '../../../src/notify/outbox/file.ts';
import type { Notice } from '../../../src/notify/outbox/outbox.ts';
import { waking } from '../../../src/notify/outbox/waking.ts';

const notice: Notice = { incident: 'alpha-1', kind: 'reply', text: 'something', severity: 'warning' };

test('who delivers is woken once what was put is there, and not when nothing was', async () => {
  const file = await createFileOutbox({
    path: join(mkdtempSync(join(tmpdir(), 'tocsin-waking-')), 'o.json'),
  });
  const sizes: Array<Promise<number>> = [];
  const outbox = waking(file, () => void sizes.push(file.size()));
  await outbox.put([], 7);
  expect(sizes).toEqual([]);
  await outbox.put([notice]);
  expect(await Promise.all(sizes)).toEqual([1]);
});

test('what could not be put wakes nobody', async () => {
  const file = await createFileOutbox({
    path: join(mkdtempSync(join(tmpdir(), 'tocsin-waking-')), 'o.json'),
  });
  let woken = 0;
  const away = { ...file, put: () => Promise.reject(new Error('no space left')) };
  const outbox = waking(away, () => {
    woken += 1;
  });
  await expect(outbox.put([notice])).rejects.toThrow('no space left');
  expect(woken).toBe(0);
});
