/**
 * What a look costs while incidents pile up: one provider after the other goes wrong with the same text, is paused, and
 * stays open. Fed to `accept` by hand, with a clock of its own; windows, incidents and the gate are in Redis.
 */
import { randomUUID } from 'node:crypto';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { configSchema } from '../../src/config/schema.ts';
import { startDaemon } from '../../src/daemon/daemon.ts';
import { ms } from '../../src/events/event.ts';
import { runaway } from './traffic.ts';

const PARTITION = 'bench:storm:0';
/** 22:00 in Paris. */
const NIGHT = Date.parse('2026-10-28T21:00:00Z');
/** Looks are averaged over so many providers, two looks each. */
const TOGETHER = 25;

export interface Look {
  readonly paused: number;
  /** Milliseconds of processor. */
  readonly cpu: number;
}

/** An ordinary second of another provider. */
const ordinary = (number: number, at: number): object[] =>
  Array.from({ length: 50 }, (_, n) => ({
    id: `m${number}-${n}`,
    type: 'sent',
    at,
    provider: 'alpha',
    to: `+336${10_000_000 + number * 50 + n}`,
    category: 'transactional',
    order: `o${number}-${n}`,
  }));

/** Goes on until `providers` are paused. Throws when one was not. */
export async function* storm(providers: number, redisUrl: string): AsyncGenerator<Look> {
  let now = NIGHT;
  let next = 0;
  const daemon = await startDaemon({
    config: configSchema.parse({
      mode: 'armed',
      dataDir: mkdtempSync(join(tmpdir(), 'tocsin-bench-')),
      intake: { http: { enabled: false } },
      live: { port: 0 },
      detect: { every: '1h', quietHours: { rules: { FR: { marketing: { 'mon-sat': '08:00-20:00' } } } } },
      respond: { maxPausesPerHour: 100_000, settle: '1s', keepOneFor: [] },
      windows: { names: { providers: 10_000 } },
      redis: { url: redisUrl, prefix: `bench-${randomUUID()}` },
    }),
    secrets: { hmacKey: 'a key for the bench' },
    log: pino({ level: 'silent' }),
    clock: () => ms(now),
    env: {},
  });
  const { epoch } = await daemon.claim(PARTITION);
  const look = async (events: readonly object[]): Promise<void> => {
    const from = next;
    next += events.length;
    const records = events.map((event, n) => ({
      offset: from + n,
      value: Buffer.from(JSON.stringify(event)),
    }));
    await daemon.ingest({ partition: PARTITION, epoch, from, next, records });
    await daemon.tick();
  };
  let seconds = 0;
  for (; seconds < 20; seconds++, now += 1_000) await look(ordinary(seconds, now));
  let before = process.cpuUsage();
  for (let paused = 1; paused <= providers; paused++) {
    now += 500;
    await look([...ordinary(seconds++, now), ...runaway(`provider${paused}`, now, 60_000_000)]);
    now += 500;
    await look(ordinary(seconds++, now));
    if (daemon.pauses().length !== paused) throw new Error(`provider${paused} was not paused`);
    if (paused % TOGETHER > 0) continue;
    const { user, system } = process.cpuUsage(before);
    yield { paused, cpu: (user + system) / 1_000 / (2 * TOGETHER) };
    before = process.cpuUsage();
  }
  await daemon.stop();
}
