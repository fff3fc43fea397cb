/**
 * What the daemon's process holds as millions of events pass: 10,000 series, a million people an hour of event time.
 * Fed to `accept` from memory, since Kafka would be most of the time; windows are in Redis, as in production.
 */
import { randomUUID } from 'node:crypto';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { configSchema } from '../../src/config/schema.ts';
import { startDaemon } from '../../src/daemon/daemon.ts';
import { ms } from '../../src/events/event.ts';

const BATCH = 2_000;
const PARTITIONS = 3;
/** Events a second of event time: a million people an hour, each told twice of one message. */
const RATE = 556;
const PEOPLE = 1_000_000;
const PROVIDERS = 20;
/** Of each provider, counted by what was submitted and what was sent. */
const CAMPAIGNS = 250;

const MiB = 2 ** 20;
export interface Held {
  readonly events: number;
  readonly heap: number;
  readonly rss: number;
}

const recordOf = (number: number, start: number): Buffer => {
  const message = number >> 1;
  const provider = message % PROVIDERS;
  return Buffer.from(
    JSON.stringify({
      id: `SM${message.toString(16).padStart(32, '0')}`,
      type: number % 2 === 0 ? 'submitted' : 'sent',
      at: Math.floor(start + (number * 1000) / RATE),
      provider: `provider-${provider}`,
      to: `+336${String((message * 7_919) % PEOPLE).padStart(8, '0')}`,
      category: message % 5 === 0 ? 'marketing' : 'transactional',
      campaign: `campaign-${Math.floor(message / PROVIDERS) % CAMPAIGNS}`,
      order: `o-${message}`,
      text: `Votre rendez-vous ${message} est confirmé.`,
    }),
  );
};

/** Looks at rest, at every tenth of `events`, and at the end. Needs --expose-gc. */
export async function* memoryOver(events: number, redisUrl: string): AsyncGenerator<Held> {
  const start = Date.now() - (events / RATE) * 1000;
  let now = start;
  const daemon = await startDaemon({
    config: configSchema.parse({
      dataDir: mkdtempSync(join(tmpdir(), 'tocsin-bench-')),
      intake: { http: { enabled: false } },
      live: { port: 0 },
      // Looked at once a batch, below: in a quarter of an hour pass five hours of events, and nothing is skipped.
      detect: { every: '1h' },
      redis: { url: redisUrl, prefix: `bench-${randomUUID()}` },
    }),
    secrets: { hmacKey: 'a key for the bench' },
    log: pino({ level: 'fatal' }),
    clock: () => ms(now),
    env: {},
  });
  const look = (done: number): Held => {
    globalThis.gc?.();
    const { heapUsed, rss, arrayBuffers } = process.memoryUsage();
    return { events: done, heap: (heapUsed + arrayBuffers) / MiB, rss: rss / MiB };
  };
  yield look(0);
  const ids = Array.from({ length: PARTITIONS }, (_, n) => `bench:memory:${n}`);
  const claims = await Promise.all(ids.map((id) => daemon.claim(id)));
  const offsets = ids.map(() => 0);
  for (let done = 0, batch = 0; done < events; done += BATCH, batch++) {
    const at = batch % PARTITIONS;
    const from = offsets[at] ?? 0;
    const records = Array.from({ length: BATCH }, (_, n) => ({
      offset: from + n,
      value: recordOf(done + n, start),
    }));
    now = Math.floor(start + ((done + BATCH) * 1000) / RATE);
    const next = from + BATCH;
    const epoch = claims[at]?.epoch ?? 0;
    const result = await daemon.ingest({ partition: ids[at] ?? '', epoch, from, next, records });
    if (result.kind !== 'applied') throw new Error(`a batch was not counted: ${result.kind}`);
    offsets[at] = next;
    await daemon.tick();
    if ((done + BATCH) % (events / 10) === 0) yield look(done + BATCH);
  }
  await daemon.stop();
}
