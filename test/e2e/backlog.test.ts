/**
 * Hours that nobody watched, read at full speed: the same incidents as if somebody had, nothing done about what is
 * over, and no false alarm where the past meets the present.
 */
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { afterEach, describe, expect, test } from 'vitest';
import { replay } from '../../src/cli/replay/replay.ts';
import { configSchema } from '../../src/config/schema.ts';
import { startDaemon } from '../../src/daemon/daemon.ts';
import { type MessageEvent, ms, secondOf } from '../../src/events/event.ts';
import { HOUR, MINUTE } from '../../src/events/time.ts';
import type { Action } from '../../src/incidents/incident.ts';
import type { LiveState } from '../../src/live/feed.ts';
import { answersOf } from '../../src/runtime/redis.ts';
import { linesOf, partitionOf, writtenIn } from '../support/cut-stream.ts';
import { sent, to, wire } from '../support/events.ts';
import { forbiddenNow } from '../support/forbidden-now.ts';
import { createTopic } from '../support/kafka-topic.ts';
import { silent } from '../support/offset-store.ts';
import { freePorts } from '../support/process.ts';
import { until } from '../support/until.ts';

const { KAFKA_BROKERS = '', REDIS_URL = '', TOCSIN_KAFKA } = process.env;
const real = KAFKA_BROKERS && REDIS_URL && TOCSIN_KAFKA !== 'mock';
const PARTITIONS = 2;
const TEXT = "Profitez d'un soin offert lors de votre prochaine visite dans notre salon. STOP 36200";

/** Four messages a second of two providers, each to somebody else. */
const ordinary = (from: number, until: number): MessageEvent[] =>
  Array.from({ length: Math.max(0, Math.floor((until - from) / 250)) }, (_, n) =>
    sent({
      at: from + 250 * n,
      provider: n % 2 === 0 ? 'alpha' : 'beta',
      category: 'transactional',
      order: `o${from + 250 * n}`,
      to: to(n % 100_000),
    }),
  );
/** Alpha sends the same to the same forty people, ten a second. */
const burst = (from: number, until: number): MessageEvent[] =>
  Array.from({ length: Math.floor((until - from) / 100) }, (_, n) =>
    sent({ at: from + 100 * n, category: 'marketing', text: TEXT, to: to(200_000 + (n % 40)) }),
  );

interface Found {
  readonly provider: string;
  readonly severity: string;
  readonly openedAt: string | number;
  readonly findings: ReadonlyArray<{ readonly detector: string; readonly strength: string }>;
}
/**
 * Who went wrong, since when, how badly, by which strong signs. Numbers in them are those of a look, and a look that
 * takes in two minutes at once sees more than one that takes in a second; so do the weak signs that come and go by them.
 */
const gistOf = ({ provider, severity, openedAt, findings }: Found) => ({
  provider,
  severity,
  openedAt: new Date(openedAt).toISOString(),
  signs: findings.flatMap(({ detector, strength }) => (strength === 'strong' ? [detector] : [])).sort(),
});

describe.skipIf(!real)('a backlog', () => {
  const stops: Array<() => Promise<unknown>> = [];
  afterEach(async () => {
    for (const stop of stops.splice(0).reverse()) await stop();
  });

  const startTopic = async () => {
    const { topic, send, close } = await createTopic(KAFKA_BROKERS, PARTITIONS);
    stops.push(close);
    const produce = async (events: readonly MessageEvent[]) => {
      for (let partition = 0; partition < PARTITIONS; partition++) {
        const values = events.filter((event) => partitionOf(event) % PARTITIONS === partition).map(wire);
        for (let n = 0; n < values.length; n += 200) await send(partition, values.slice(n, n + 200));
      }
    };
    return { topic, produce };
  };

  /** Sends what happens from `from` on as it happens; `more` is sent on top. */
  const goOn = (from: number, produce: (events: readonly MessageEvent[]) => Promise<void>) => {
    let upTo = from;
    let more = (_from: number, _until: number): MessageEvent[] => [];
    let stopped = false;
    const run = async () => {
      while (!stopped) {
        const now = upTo + 1_000 * Math.floor((Date.now() - upTo) / 1_000);
        await produce([...ordinary(upTo, now), ...more(upTo, now)].sort((a, b) => a.at - b.at));
        upTo = now;
        await new Promise((resolve) => setTimeout(resolve, 200));
      }
    };
    const running = run();
    stops.push(async () => {
      stopped = true;
      await running;
    });
    return (next: typeof more) => {
      more = next;
    };
  };

  test('of hours gives the incidents of a replay, pauses nobody for what is over, and then watches as ever', async () => {
    const { topic, produce } = await startTopic();
    const now = 1_000 * Math.floor(Date.now() / 1_000);
    const then = now - 2 * HOUR;
    const past = [...ordinary(now - 3 * HOUR, now), ...burst(then, then + 5 * MINUTE)].sort(
      (a, b) => a.at - b.at,
    );
    await produce(past);
    const burstToo = goOn(now, produce);

    const [port = 0] = await freePorts(1);
    const dataDir = mkdtempSync(join(tmpdir(), 'tocsin-backlog-'));
    const config = configSchema.parse({
      mode: 'armed',
      dataDir,
      redis: { url: REDIS_URL, prefix: topic },
      live: { port },
      // Little at a time: there is a while in which it is behind.
      intake: {
        kafka: { brokers: KAFKA_BROKERS.split(','), topic, group: topic, maxBytesPerPartition: 65_536 },
      },
      detect: { quietHours: forbiddenNow() },
    });
    const log = join(dataDir, 'log.ndjson');
    writeFileSync(log, past.map((event) => `${wire(event)}\n`).join(''));
    await replay([log], config, dataDir);
    const replayed = linesOf<Found>(writtenIn(dataDir).incidents).map(gistOf);
    expect(replayed).toMatchObject([{ provider: 'alpha', severity: 'critical' }]);

    const redis = new Redis(REDIS_URL);
    stops.push(async () => redis.disconnect());
    /** In the five minutes from `from` on; what lies further back than an hour is there, and read by nobody any more. */
    const countedOf = async (series: string, from: number): Promise<number> => {
      const reads = redis.pipeline();
      for (let at = from; at < from + 5 * MINUTE; at += 1_000)
        for (let n = 0; n < PARTITIONS; n++)
          reads.hget(`${topic}:{kafka:${topic}:${n}}:b|${secondOf(ms(at))}`, series);
      return answersOf(await reads.exec()).reduce((sum: number, n) => sum + Number(n ?? 0), 0);
    };
    const actions: Action[] = [];
    const daemon = await startDaemon({
      ...{ config, secrets: { hmacKey: 'a key for the test' }, log: silent, env: {} },
      clock: () => ms(Date.now()),
      onAction: (action) => actions.push(action),
    });
    stops.push(daemon.stop);
    const json = async (path: string) => (await fetch(`${daemon.url}${path}`)).json();
    const readiness = async () => (await json('/readyz')) as { ready: boolean; problems: string[] };
    const incidents = async () =>
      ((await json('/v1/status')) as LiveState).incidents.map((one) =>
        gistOf({ ...one, findings: one.findings.map(({ latest }) => latest) }),
      );

    await until(async () => (await readiness()).problems.some((text) => text.startsWith('behind: ')));
    await until(async () => daemon.counted() > past.length && (await readiness()).ready);
    expect(await incidents()).toEqual(replayed);
    expect(actions).toMatchObject([
      { provider: 'alpha', refused: expect.stringMatching(/^too old to act on/) },
    ]);
    expect(daemon.pauses()).toEqual([]);
    expect(await countedOf('sent{provider=alpha,category=marketing}', then)).toBe(3_000);

    // Long enough for a silence to be called one, and for a burst at the seam.
    const seen = daemon.counted();
    await until(() => daemon.counted() > seen + 4 * 45);
    expect(await incidents()).toEqual(replayed);

    burstToo(burst);
    await until(() => daemon.pauses().length > 0);
    expect(daemon.pauses()).toMatchObject([{ provider: 'alpha', category: 'marketing' }]);
  });
});
