import { existsSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { describe, expect, test } from 'vitest';
import { duration, ms } from '../../../src/events/event.ts';
import { createMemoryStore } from '../../../src/windows/store/memory.ts';
import { openSnapshot, snapshotOf } from '../../../src/windows/store/snapshot.ts';
import { countedOnce } from '../../contract/store.ts';

const open = async (path: string, said: string[] = []) => {
  const store = createMemoryStore(() => ms(0));
  const log = pino({ level: 'error' }, { write: (line: string) => void said.push(line) });
  const snapshot = await openSnapshot({ store, path, every: duration(3_600_000), log });
  return { store, snapshot };
};
const newPath = () => join(mkdtempSync(join(tmpdir(), 'tocsin-snapshot-')), 'windows.json');

describe('the snapshot of the embedded windows', () => {
  test('a restart has every count, sketch and tally, and goes on at the same offset', async () => {
    const path = newPath();
    const before = await open(path);
    await countedOnce(before.store, 'file:a');
    await before.snapshot.stop();

    const after = await open(path);
    expect(snapshotOf(after.store)).toBe(snapshotOf(before.store));
    expect(await after.store.read()).toEqual(await before.store.read());
    expect([...(await after.store.read()).announced.keys()]).toEqual(['spring']);
    expect(await after.store.claim('file:a')).toMatchObject({ next: 8 });
    const { withdrawn, returned } = await after.store.consent('file:a');
    expect([withdrawn.size, returned.size]).toEqual([2, 1]);
    expect(await after.store.consent('file:a')).toEqual(await before.store.consent('file:a'));
    await after.snapshot.stop();
  });

  test('one of an earlier version, that knew of no announcements and no opt-outs, is taken up', async () => {
    const path = newPath();
    const before = await open(path);
    await countedOnce(before.store, 'file:a');
    await before.snapshot.stop();
    const { version, partitions } = JSON.parse(readFileSync(path, 'utf8')) as {
      version: number;
      partitions: Array<[string, Record<string, unknown>]>;
    };
    const earlier = partitions.map(([id, { announced, withdrawn, returned, ...rest }]) => [id, rest]);
    writeFileSync(path, JSON.stringify({ version, partitions: earlier }));

    const said: string[] = [];
    const { store, snapshot } = await open(path, said);
    expect(said).toEqual([]);
    expect(await store.claim('file:a')).toMatchObject({ next: 8 });
    expect((await store.read()).announced.size).toBe(0);
    await snapshot.stop();
  });

  test.each([
    '{"version":1,',
    '{"version":1,"partitions":[["a",{"epoch":"x"}]]}',
    '',
  ])('one that cannot be read is kept aside and said, and windows begin empty: %s', async (text) => {
    const path = newPath();
    writeFileSync(path, text);
    const said: string[] = [];
    const { store, snapshot } = await open(path, said);
    expect([store.partitions.size, existsSync(`${path}.broken`), said.length]).toEqual([0, true, 1]);
    await snapshot.stop();
  });
});
