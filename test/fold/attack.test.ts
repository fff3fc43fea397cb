/** An attack of made-up names: what is kept of two hundred thousand of them stays within what the page of operations says. */
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { Redis } from 'ioredis';
import { afterAll, describe, expect, test } from 'vitest';
import { NAME_LIMITS, type NameLimits } from '../../src/config/name-limits.ts';
import { type Address, type MessageEvent, ms } from '../../src/events/event.ts';
import { createCardinalityLimit } from '../../src/fold/cardinality.ts';
import { createFold } from '../../src/fold/fold.ts';
import { createRecipientKey } from '../../src/fold/recipient-key.ts';
import { wholeOf } from '../../src/windows/quarters.ts';
import type { SeriesKey } from '../../src/windows/series.ts';
import { createMemoryStore } from '../../src/windows/store/memory.ts';
import { createRedisStore } from '../../src/windows/store/redis.ts';
import { type Cursor, type FoldedBatch, TALLY_LIMIT } from '../../src/windows/store/store.ts';
import { createView } from '../../src/windows/view.ts';
import { EVENING } from '../support/events.ts';

const PARTITION = 'kafka:attack:0';
const LIMITS = { ...NAME_LIMITS, providers: 4, campaigns: 50, senders: 20 };
const BATCH = 2_000;
const OPERATIONS = readFileSync(new URL('../../.github/OPERATIONS.md', import.meta.url), 'utf8');

/** The number that the page of operations gives at this place. */
const said = (place: RegExp): number => {
  const found = place.exec(OPERATIONS)?.[1];
  if (found === undefined) throw new Error(`.github/OPERATIONS.md no longer says ${place}`);
  return Number(found);
};

/** Bytes in Redis. */
const SAID = {
  seriesOfFew: said(/is (\d+) bytes a series/),
  seriesOfMany: said(/and (\d+) bytes in those/),
  sketch: 1_000 * said(/(\d+) KB × sketched series/),
  person: said(/(\d+) B × people/),
};
/** Series of a provider that have no name in them, of one type of message; and its countries: as many as there are. */
const FIXED = 60;

/** Another campaign, sender, provider and person each time. */
const madeUp = (n: number): MessageEvent => ({
  type: 'sent',
  id: `m${n}`,
  at: ms(EVENING + Math.floor(n / BATCH) * 1_000),
  provider: n % 4 === 0 ? `p${n}` : 'alpha',
  to: `+336${String(10_000_000 + n)}` as Address,
  from: `S${n}` as Address,
  campaign: `c${n}`,
  category: 'marketing',
  text: `A text for ${n % 1_000}`,
});

const newFold = (limits: NameLimits) =>
  createFold({
    cardinality: createCardinalityLimit(limits),
    isQuiet: () => undefined,
    categoryOf: ({ category }) => category ?? 'marketing',
    recipientKey: createRecipientKey('a key for the tests'),
    maskText: (text) => text,
  });

/** Folds `count` of them, batch by batch. */
function* folded(count: number, limits: NameLimits): Generator<FoldedBatch> {
  const fold = newFold(limits);
  for (let from = 0; from < count; from += BATCH) {
    const events = Array.from({ length: BATCH }, (_, n) => ({ offset: from + n, event: madeUp(from + n) }));
    yield fold({ partition: PARTITION, epoch: 1, from, next: from + BATCH, events, rejected: new Map() });
  }
}

/** The most series of one metric, as that page says: of each provider, the others as one more. */
const most = (providers: number) =>
  (providers + 1) * (FIXED + 2 * (LIMITS.campaigns + 1) + (LIMITS.senders + 1) + (LIMITS.codes + 1));

describe('made-up names', () => {
  test('leave the fold, the store and the view with no more series than the limits allow', {
    timeout: 600_000,
  }, async () => {
    const [store, view] = [createMemoryStore(), createView()];
    await store.claim(PARTITION);
    const series = new Set<SeriesKey>();
    let cursor: Cursor | undefined;
    for (const batch of folded(200_000, LIMITS)) {
      for (const counts of batch.counts.values()) for (const key of counts.keys()) series.add(key);
      expect(await store.apply(batch)).toEqual({ kind: 'applied' });
      if (batch.next % (50 * BATCH) > 0) continue;
      const changes = await store.read(cursor);
      cursor = changes.cursor;
      view.update(changes);
    }
    // No hour passes in 500 s, or one at most: the names of two hours.
    expect(series.size).toBeLessThanOrEqual(most(LIMITS.providers));
    expect(series.size).toBeGreaterThan(LIMITS.campaigns);
    const quarters = [...series].filter((key) => wholeOf(key) !== undefined);
    expect([...view.series()].length).toBe(series.size - quarters.length);
    const kept = store.partitions.get(PARTITION);
    expect(kept?.samples.size).toBeLessThanOrEqual(LIMITS.providers + 1);
    for (const tally of kept?.tallies.values() ?? [])
      expect(tally.counts.size).toBeLessThanOrEqual(TALLY_LIMIT);
    expect(kept?.tallies.size).toBeLessThanOrEqual(2 * 4 * (LIMITS.providers + 1));
    // Nothing was dropped in silence: every message is counted once, under its provider or with the others.
    let counted = 0;
    for (const counts of kept?.seconds.values() ?? [])
      for (const [key, n] of counts) if (/^sent\{provider=[^,]*\}$/.test(key)) counted += n;
    expect(counted).toBe(200_000);
  });
});

const redisUrl = process.env.REDIS_URL;
describe.skipIf(!redisUrl)('in Redis', () => {
  const redis = new Redis(redisUrl ?? '');
  const prefix = `attack-${randomUUID().slice(0, 8)}`;
  afterAll(async () => {
    const keys = await redis.keys(`${prefix}*`);
    if (keys.length > 0) await redis.del(...keys);
    redis.disconnect();
  });

  test('what a hundred thousand of them take is what the page of operations says, within a factor of two', async () => {
    const store = createRedisStore({ redis, prefix });
    const { epoch } = await store.claim(PARTITION);
    for (const batch of folded(100_000, NAME_LIMITS)) await store.apply({ ...batch, epoch });
    const start = `${prefix}:{${PARTITION}}:`;
    const keys = await redis.keys(`${start}*`);
    /** Bytes an entry, over the keys of a kind that have so many entries. */
    const entryOf = async (
      kind: string,
      least: number,
      most: number,
      sizeOf: (key: string) => Promise<number>,
    ) => {
      let [bytes, entries] = [0, 0];
      for (const key of keys.filter((one) => one.startsWith(`${start}${kind}|`))) {
        const size = await sizeOf(key);
        if (size < least || size > most) continue;
        bytes += Number(await redis.call('MEMORY', 'USAGE', key, 'SAMPLES', '0'));
        entries += size;
      }
      return Math.round(bytes / entries);
    };
    const measured = {
      seriesOfFew: await entryOf('b', 1, 128, (key) => redis.hlen(key)),
      seriesOfMany: await entryOf('b', 513, 1e6, (key) => redis.hlen(key)),
      sketch: await entryOf('d', 1, 1e6, async () => 1),
      person: await entryOf('t', 1_000, 1e6, (key) => redis.zcard(key)),
    };
    for (const [what, bytes] of Object.entries(SAID)) {
      const found = measured[what as keyof typeof SAID];
      expect(found, what).toBeGreaterThan(bytes / 2);
      expect(found, what).toBeLessThan(bytes * 2);
    }
  });
});
