/**
 * How long it takes from a produced message to the pause in the gate, while steady traffic runs through the same
 * daemon. A sample is a provider of its own that all at once sends forty messages of one text to the same ten people,
 * in forbidden hours: enough to act on as soon as it is seen, so that what is measured is the way through.
 */
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { Redis } from 'ioredis';
import type { Kafka, Producer } from 'kafkajs';
import { quantileSorted } from 'simple-statistics';
import { forbiddenNow } from '../support/forbidden-now.ts';
import { until } from '../support/until.ts';
import { type Instance, startInstance } from './instances.ts';
import { createTopic } from './produce.ts';
import { plainEvent, RATE, runaway } from './traffic.ts';

const PARTITIONS = 3;
/** Traffic is sent so often, in ms. */
const BEAT = 20;
/** So many at once at most. */
const MOST = 2_000;
/** With so many on their way to Kafka, more waits. */
const IN_FLIGHT = 20_000;
/** A rate is held when, after so long, no more than half a second of it is still to be counted. */
const STEP = 6_000;
const GROWTH = 1.2;
const FIRST_RATE = 5_000;
/** In hours forbidden to it, and to the same people every few seconds, it would be stopped itself. */
const NO_MARKETING = { marketing: Number.POSITIVE_INFINITY };

export interface Latency {
  /** Events a second. */
  readonly rate: number;
  /** Of the highest rate held. */
  readonly share: number;
  /** In ms. */
  readonly p50: number;
  readonly p99: number;
  readonly samples: number;
}

const startTraffic = (producer: Producer, topic: string) => {
  let rate = 0;
  let due = 0;
  let sent = 0;
  /** Of these Kafka has said that it has them. */
  let taken = 0;
  const some = (count: number, now: number) =>
    Array.from({ length: count }, (_, n) => {
      const start = now - ((sent + n) * 1_000) / RATE;
      const { key, person, value } = plainEvent(sent + n, start, NO_MARKETING);
      return { partition: person % PARTITIONS, key, value };
    });
  const timer = setInterval(() => {
    due = Math.min(due + (rate * BEAT) / 1_000, rate);
    while (due >= 1 && sent - taken < IN_FLIGHT) {
      const count = Math.min(MOST, Math.floor(due));
      const messages = some(count, Date.now());
      due -= count;
      sent += count;
      void producer.send({ topic, messages }).then(() => {
        taken += count;
      });
    }
  }, BEAT);
  return {
    taken: () => taken,
    at: (next: number) => {
      rate = next;
      due = 0;
    },
    stop: async () => {
      clearInterval(timer);
      await until(() => taken === sent, { within: 60_000 });
    },
  };
};
type Traffic = ReturnType<typeof startTraffic>;

const waiting = async (traffic: Traffic, instance: Instance): Promise<number> =>
  traffic.taken() - (await instance.look()).counted;

/** Goes up until what is to be counted grows, or Kafka does not take it as fast as it is to be sent. */
const highestHeld = async (traffic: Traffic, instance: Instance): Promise<number> => {
  let held = 0;
  for (let rate = FIRST_RATE; ; rate *= GROWTH) {
    const before = traffic.taken();
    traffic.at(rate);
    await sleep(STEP);
    const isTaken = traffic.taken() - before > 0.9 * rate * (STEP / 1_000);
    if (!isTaken || (await waiting(traffic, instance)) > rate / 2) break;
    held = rate;
  }
  traffic.at(0);
  await until(async () => (await waiting(traffic, instance)) <= 0, { within: 120_000, every: 200 });
  return held;
};

interface Setting {
  readonly kafka: Kafka;
  readonly brokers: readonly string[];
  readonly redisUrl: string;
}

/** A daemon, steady traffic, and a way to time one pause. */
const open = async ({ kafka, brokers, redisUrl }: Setting) => {
  const name = `bench-${randomUUID()}`;
  await createTopic(kafka, name, PARTITIONS);
  const instance = await startInstance({
    mode: 'armed',
    intake: { kafka: { brokers, topic: name, group: name }, http: { enabled: false } },
    redis: { url: redisUrl, prefix: name },
    detect: { quietHours: forbiddenNow() },
    respond: { maxPausesPerHour: 100_000, settle: '1s', keepOneFor: [] },
    // Each sample is a provider.
    windows: { names: { providers: 10_000 } },
  });
  // What is timed does not queue behind the traffic.
  const [producer, timed] = [kafka.producer(), kafka.producer()];
  await Promise.all([producer.connect(), timed.connect()]);
  const ears = new Redis(redisUrl);
  await ears.subscribe(`${name}:gate`);
  const paused = new Map<string, (at: number) => void>();
  ears.on('message', (_channel, text: string) => {
    paused.get((JSON.parse(text) as { provider: string }).provider)?.(performance.now());
  });
  const traffic = startTraffic(producer, name);
  let victims = 0;

  return {
    instance,
    traffic,
    /** Answers in ms. */
    sample: async (): Promise<number> => {
      const provider = `victim${victims++}`;
      const now = Date.now();
      const messages = runaway(provider, now, 60_000_000 + victims * 100).map((event, n) => ({
        partition: n % PARTITIONS,
        key: event.to,
        value: JSON.stringify(event),
      }));
      const seen = new Promise<number>((resolve) => paused.set(provider, resolve));
      const began = performance.now();
      await timed.send({ topic: name, messages });
      return (await seen) - began;
    },
    stop: async () => {
      await traffic.stop();
      await Promise.all([producer.disconnect(), timed.disconnect()]);
      ears.disconnect();
      await instance.stop();
    },
  };
};

const findHighest = async (setting: Setting): Promise<number> => {
  const { traffic, instance, stop } = await open(setting);
  const held = await highestHeld(traffic, instance);
  await stop();
  return held;
};

/** `samples` of each share, each share with a daemon of its own: every sample leaves it a pause and an open incident. */
export async function* latencies(
  of: Setting & { readonly shares: readonly number[]; readonly samples: number },
): AsyncGenerator<Latency> {
  const { shares, samples } = of;
  const held = await findHighest(of);
  for (const share of shares) {
    const { traffic, sample, stop } = await open(of);
    traffic.at(held * share);
    await sleep(STEP);
    const took: number[] = [];
    for (let n = 0; n < samples; n++) {
      took.push(await sample());
      await sleep(Math.random() * 200);
    }
    await stop();
    took.sort((a, b) => a - b);
    yield {
      rate: held * share,
      share,
      p50: quantileSorted(took, 0.5),
      p99: quantileSorted(took, 0.99),
      samples,
    };
  }
}
