/**
 * `npm run bench:fold`: where the time of one event goes, without Kafka: microseconds of
 * processor and bytes an event by stage.
 * Stages follow each other batch by batch, as `accept` runs them. Bytes are those the heap grew by between
 * collections, with a young generation too large to be collected within a batch.
 */
import { configSchema } from '../../src/config/schema.ts';
import { parseRecord } from '../../src/events/parse.ts';
import { maskDigits } from '../../src/events/text/mask.ts';
import { createFold } from '../../src/fold/fold.ts';
import { categoryFrom } from '../../src/fold/from-config.ts';
import { createRecipientKey } from '../../src/fold/recipient-key.ts';
import { createIsQuiet } from '../../src/quiet-hours/quiet-hours.ts';
import { createMemoryStore } from '../../src/windows/store/memory.ts';
import { plainEvent, RATE } from './traffic.ts';

const EVENTS = Number(process.env.BENCH_EVENTS ?? 300_000);
const ROUNDS = Number(process.env.BENCH_ROUNDS ?? 3);
const PARTITIONS = 3;
const BATCH = 2_000;
const STAGES = ['JSON.parse', 'parse', 'fold', 'memory'] as const;

const config = configSchema.parse({});
const parse = { preset: 'auto', maxRecord: 65_536 } as const;
const start = Date.now() - (EVENTS / RATE) * 1000;
const values: Buffer[][] = Array.from({ length: PARTITIONS }, () => []);
for (let n = 0; n < EVENTS; n++) {
  const { person, value } = plainEvent(n, start);
  values[person % PARTITIONS]?.push(Buffer.from(value));
}

const run = async (): Promise<void> => {
  const fold = createFold({
    isQuiet: createIsQuiet(config.detect.quietHours),
    categoryOf: categoryFrom(config),
    recipientKey: createRecipientKey('a key for the bench'),
    maskText: maskDigits,
  });
  const store = createMemoryStore();
  const spent = new Map<string, { us: number; bytes: number }>();
  const timed = <T>(name: (typeof STAGES)[number], work: () => T): T => {
    const heap = process.memoryUsage().heapUsed;
    const before = process.cpuUsage();
    const made = work();
    const { user, system } = process.cpuUsage(before);
    const sums = spent.get(name) ?? { us: 0, bytes: 0 };
    sums.us += user + system;
    sums.bytes += Math.max(0, process.memoryUsage().heapUsed - heap);
    spent.set(name, sums);
    return made;
  };
  for (let from = 0; from < EVENTS; from += BATCH)
    for (const [partition, all] of values.entries()) {
      const part = all.slice(from, from + BATCH);
      if (part.length === 0) continue;
      timed('JSON.parse', () => {
        for (const value of part) JSON.parse(value.toString());
      });
      const parsed = timed('parse', () => part.map((value) => parseRecord(value, parse)));
      const events = parsed.flatMap((one, n) => (one.ok ? [{ offset: from + n, event: one.event }] : []));
      const next = from + part.length;
      const input = { partition: `kafka:t:${partition}`, epoch: 0, from, next, events, rejected: new Map() };
      const folded = timed('fold', () => fold(input));
      await timed('memory', () => store.apply(folded));
    }
  for (const stage of STAGES) {
    const { us = 0, bytes = 0 } = spent.get(stage) ?? {};
    console.log(
      `${stage.padEnd(10)} ${(us / EVENTS).toFixed(2).padStart(7)} us ${(bytes / EVENTS).toFixed(0).padStart(7)} bytes`,
    );
  }
};

for (let round = 0; round < ROUNDS; round++) {
  console.log(`round ${round + 1}`);
  await run();
}
