/**
 * The stream of a chaos run: ordinary messages without end, and lumps of marketing at a forbidden hour, each from a
 * provider of its own, which is one incident. What the log holds is known to the record, whatever the broker does.
 * In: the broker. Out: the log, and the same stream lived through undisturbed, in this process.
 */
import { type Admin, Kafka, logLevel } from 'kafkajs';
import { pino } from 'pino';
import { createPass } from '../../../src/cli/replay/pass.ts';
import type { Config } from '../../../src/config/schema.ts';
import { type Ms, ms, type SmsEvent } from '../../../src/events/event.ts';
import { parseRecord } from '../../../src/events/parse.ts';
import { foldFrom } from '../../../src/fold/from-config.ts';
import { createMemoryStore } from '../../../src/windows/store/memory.ts';
import { until } from '../../support/until.ts';

export const PARTITIONS = 12;
const EVERY = 100;
const ORDINARY = 24;
/** Over all partitions, so that no one of them has enough of it. */
export const LUMP = 4 * PARTITIONS;

type Draft = Readonly<Record<string, string | number>>;

export type Stream = Awaited<ReturnType<typeof startStream>>;

export const startStream = async (parts: {
  readonly brokers: string;
  readonly topic: string;
  readonly config: Config;
  readonly hmacKey: string;
}) => {
  const { brokers, topic, config, hmacKey } = parts;
  const kafka = new Kafka({ brokers: [brokers], logLevel: logLevel.NOTHING, retry: { retries: 2 } });
  // Its own tries could write twice; ours look first.
  const [admin, producer] = [kafka.admin(), kafka.producer({ retry: { retries: 0 } })];
  await Promise.all([admin.connect(), producer.connect()]);
  await admin.createTopics({ topics: [{ topic, numPartitions: PARTITIONS }], waitForLeaders: true });

  // The same, undisturbed: folded as it is written, looked at once a second.
  const store = createMemoryStore();
  const log = pino({ level: 'silent' });
  const pass = createPass({ config, store, log });
  const fold = foldFrom(config, { hmacKey });
  const ends = Array.from({ length: PARTITIONS }, () => 0);
  const count = async (partition: number, events: readonly SmsEvent[], idleUntil: Ms): Promise<void> => {
    const from = ends[partition] ?? 0;
    const next = from + events.length;
    const placed = events.map((event, index) => ({ offset: from + index, event }));
    const place = { partition: `kafka:${topic}:${partition}`, epoch: 1, from, next, idleUntil };
    await store.apply(fold({ ...place, events: placed, rejected: new Map() }));
    ends[partition] = next;
  };

  const lumps: Array<{ readonly provider: string; readonly at: Ms }> = [];
  let wanted: string[] = [];
  let made = 0;
  let stopped = false;
  let now = ms(Date.now());

  /** One turn's messages, by partition: a lump's people are all different. */
  const drafts = (): Draft[][] => {
    now = ms(Date.now());
    const ordinary = Array.from({ length: ORDINARY }, () => {
      made += 1;
      const provider = made % 3 === 0 ? 'alpha' : 'beta';
      return {
        id: `m${made}`,
        provider,
        to: `+336${10_000_000 + (made % 5_000)}`,
        category: 'transactional',
      };
    });
    const lumped = wanted.flatMap((provider) =>
      Array.from({ length: LUMP }, (_, n) => {
        made += 1;
        return { id: `m${made}`, provider, to: `+336${20_000_000 + n}`, category: 'marketing' };
      }),
    );
    lumps.push(...wanted.map((provider) => ({ provider, at: now })));
    wanted = [];
    const all = [...ordinary, ...lumped].map((draft) => ({ ...draft, type: 'sent', at: now }));
    return Array.from({ length: PARTITIONS }, (_, p) => all.filter((_draft, n) => n % PARTITIONS === p));
  };

  const turn = async (): Promise<void> => {
    const batch = drafts();
    await write(batch);
    for (const [partition, some] of batch.entries()) {
      const events = some.map((draft) => eventOf(draft));
      await count(partition, events, ms(now - config.windows.lateness));
    }
  };

  /** Sends until the log has it: a broker that died may have taken it without an answer. */
  const write = async (batch: readonly Draft[][]): Promise<void> => {
    let left = batch.map((some, partition) => ({ partition, some })).filter(({ some }) => some.length > 0);
    while (left.length > 0) {
      const messages = left.flatMap(({ partition, some }) =>
        some.map((draft) => ({ partition, value: JSON.stringify(draft) })),
      );
      try {
        await producer.send({ topic, messages });
        return;
      } catch {
        const highs = await until(() => highsOf(admin, topic), { every: 200 });
        left = left.filter(({ partition }) => (highs.get(partition) ?? 0) <= (ends[partition] ?? 0));
      }
    }
  };

  let looked = Date.now();
  const run = async (): Promise<void> => {
    while (!stopped) {
      const began = Date.now();
      await turn();
      if (began - looked >= 1_000) {
        looked = began;
        await pass.look();
      }
      await new Promise((resolve) => setTimeout(resolve, Math.max(0, began + EVERY - Date.now())));
    }
  };
  const running = run();

  return {
    /** A lump with the next turn. */
    lump: () => {
      const provider = `lump-${lumps.length + wanted.length + 1}`;
      wanted.push(provider);
    },
    lumps: () => lumps as readonly { readonly provider: string; readonly at: Ms }[],
    /** What has been written, and up to when: nothing older is written any more. */
    written: () => ({ ends: [...ends], before: now }),
    counts: () => store.read(),
    incidents: () => pass.book.all(),
    failed: running.catch((error: unknown) => error),
    stop: async () => {
      stopped = true;
      await running;
      await Promise.all([admin.disconnect(), producer.disconnect()]);
    },
  };
};

const eventOf = (draft: Draft): SmsEvent => {
  const parsed = parseRecord(Buffer.from(JSON.stringify(draft)), { preset: 'auto', maxRecord: 10_000 });
  if (!parsed.ok) throw new Error(`the stream itself is wrong: ${parsed.detail}`);
  return parsed.event;
};

const highsOf = async (admin: Admin, topic: string): Promise<ReadonlyMap<number, number>> => {
  const offsets = await admin.fetchTopicOffsets(topic);
  return new Map(offsets.map(({ partition, high }) => [partition, Number(high)]));
};
