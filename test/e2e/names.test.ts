/** Names from outside that JavaScript has a meaning for: a provider may be called as its company likes. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { replay } from '../../src/cli/replay/replay.ts';
import { configSchema } from '../../src/config/schema.ts';
import { createMemoryStore } from '../../src/windows/store/memory.ts';
import { restoreInto, snapshotOf } from '../../src/windows/store/snapshot.ts';

const folder = mkdtempSync(join(tmpdir(), 'tocsin-names-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const NIGHT = Date.UTC(2026, 9, 28, 19);

/** The same sixty people get the same text every ten seconds, two minutes long; every fifth record says no category. */
const nightOf = (provider: string): string =>
  Array.from({ length: 720 }, (_, n) =>
    JSON.stringify({
      type: 'sent',
      id: `${provider}-${n}`,
      at: new Date(NIGHT + Math.floor((n * 1_000) / 6)).toISOString(),
      provider,
      to: `+3361200${1_000 + (n % 60)}`,
      ...(n % 5 === 0 ? {} : { category: 'marketing' }),
      text: 'Un soin offert lors de votre prochaine visite. STOP 36200',
    }),
  ).join('\n');

describe.each([
  'constructor',
  '__proto__',
  'toString',
  'hasOwnProperty',
])('a provider called %s', (provider) => {
  test('is watched and paused as any other', async () => {
    const log = join(folder, `${provider}.ndjson`);
    writeFileSync(log, nightOf(provider));
    const config = configSchema.parse({ mode: 'armed', respond: { settle: '0s' } });
    const { pauses, deadLetters } = await replay([log], config, join(folder, `out-${provider}`));
    expect({ pauses, deadLetters }).toEqual({ pauses: 1, deadLetters: 0 });
  });

  test('is in the snapshot that a restart begins from', async () => {
    const store = createMemoryStore();
    const { epoch } = await store.claim('http');
    const batch = {
      partition: 'http',
      epoch,
      from: 0,
      next: 1,
      watermark: NIGHT,
      distinct: new Map(),
      tallies: new Map(),
    };
    const series = `sent{provider=${provider}}`;
    await store.apply({
      ...batch,
      counts: new Map([[NIGHT / 1_000, new Map([[series, 3]])]]),
      samples: new Map([[provider, 'a text']]),
      announced: new Map(),
      consent: { withdrawn: new Map(), returned: new Map() },
    } as unknown as Parameters<typeof store.apply>[0]);
    const restored = createMemoryStore();
    restoreInto(restored, snapshotOf(store));
    const { counts, samples } = await restored.read();
    expect([...counts.values()].map((one) => [...one])).toEqual([[[series, 3]]]);
    expect([...samples]).toEqual([[provider, 'a text']]);
  });
});
