/** All sources of one instance together: what one file has no part in, it does not hold up. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { pino } from 'pino';
import { afterAll, expect, test } from 'vitest';
import { configSchema } from '../../src/config/schema.ts';
import { ms } from '../../src/events/event.ts';
import { createIntake } from '../../src/intake/intake.ts';
import { createMemoryStore } from '../../src/windows/store/memory.ts';
import { until } from '../support/until.ts';

const dir = mkdtempSync(join(tmpdir(), 'tocsin-intake-'));
afterAll(() => rmSync(dir, { recursive: true, force: true }));

const NIGHT = Date.UTC(2026, 9, 28, 19);
const line = (n: number): string =>
  JSON.stringify({ type: 'sent', id: `m${n}`, at: NIGHT + n, provider: 'alpha', to: '+33612345678' });
const many = (count: number): string => Array.from({ length: count }, (_, n) => line(n)).join('\n');

/** Reads the files and answers what became of it. */
const reading = async (contents: Readonly<Record<string, string | Buffer | undefined>>) => {
  const files = Object.entries(contents).map(([name, content]) => {
    const path = join(dir, name);
    if (content !== undefined) writeFileSync(path, content);
    return path;
  });
  const logged: string[] = [];
  const log = pino({ level: 'error' }, { write: (text: string) => void logged.push(JSON.parse(text).msg) });
  const intake = createIntake({
    config: configSchema.parse({ dataDir: dir, intake: { files } }),
    secrets: {},
    store: createMemoryStore(),
    hmacKey: 'a key for the tests',
    clock: () => ms(NIGHT + 60_000),
    log,
    onBatch: () => {},
    evaluated: () => ms(NIGHT + 60_000),
  });
  await intake.start();
  await until(() => !intake.isBehind());
  await intake.stop();
  await intake.close();
  return { counted: intake.counted(), unreadable: intake.unreadable(), logged };
};

test.each([
  ['is gone when its turn comes', undefined],
  ['is cut off in the middle', gzipSync(many(20_000)).subarray(0, 20_000)],
])('a file that %s is told of by its name, and the next is read all the same', async (_what, content) => {
  const { counted, unreadable, logged } = await reading({
    [`bad-${Number(!content)}.gz`]: content,
    good: line(50_000),
  });
  expect(unreadable).toEqual([expect.stringMatching(/bad-\d\.gz was not read to its end \(.+\): mend it/)]);
  expect(logged).toEqual(unreadable);
  expect(counted.events).toBeGreaterThanOrEqual(1);
  expect(counted.rejected).toBe(0);
});

test('an empty file has nothing in it, and a last line needs no end', async () => {
  const { counted, unreadable } = await reading({ empty: '', 'no-end': many(3), ended: `${line(7)}\n\n` });
  expect(unreadable).toEqual([]);
  expect(counted).toEqual({ events: 4, rejected: 0 });
});
