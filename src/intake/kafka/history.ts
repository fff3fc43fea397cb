/**
 * A topic's past, as one stream in event time. In: an instant from which to read. Out: record values, up to where
 * the log ended when reading began. Nothing is committed and the consumer group is deleted afterwards.
 *
 * Partitions come at a speed of their own, so each waits in a queue, and the earliest of their heads goes next. A
 * partition with enough in its queue is not fetched further until the others have caught up: that bounds memory.
 */
import { randomBytes } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import type { Admin, Consumer, Kafka } from 'kafkajs';
import type { Ms } from '../../events/event.ts';

/** The records of a partition in hand at which it waits for the others, and those at which it goes on. */
const ENOUGH = 20_000;
const FEW = 5_000;
/** The most records yielded at once. */
const CHUNK = 1_000;
/** How long to wait for more records, in ms. */
const NEXT_LOOK = 50;
/** How long (ms) without any record, although the log has more, reading is given up. */
const STALLED = 60_000;

/** A partition being read, and its records that are not yielded yet. */
interface Waiting {
  readonly number: number;
  /** The offset at which it is read to its end. */
  readonly end: number;
  next: number;
  queue: Array<{ readonly at: number; readonly value: Buffer }>;
  /** How many records at the queue's beginning are yielded already. */
  gone: number;
  paused: boolean;
}

export interface HistoryOptions {
  readonly kafka: Kafka;
  readonly topic: string;
  /** What the throwaway group's name begins with, since brokers that restrict groups do so by prefix. */
  readonly group: string;
  readonly from: Ms;
  /** Tells the event time (ms) of a record; one without any, undefined, goes with the record before it. */
  readonly timeOf: (value: Buffer) => number | undefined;
}

/** Yields chunks of records in event time. Throws when Kafka cannot be reached, or brings nothing more for a minute. */
export async function* readHistory(options: HistoryOptions): AsyncGenerator<readonly Buffer[]> {
  const { kafka, topic, group } = options;
  const groupId = `${group}-learn-${randomBytes(6).toString('hex')}`;
  const admin = kafka.admin();
  const consumer = kafka.consumer({ groupId, maxWaitTimeInMs: 200, allowAutoTopicCreation: false });
  try {
    await admin.connect();
    const partitions = await extentsOf(admin, options);
    if (partitions.every(isRead)) return;
    const crashed = await start(consumer, options, partitions);
    yield* merged(partitions, crashed, (one) => {
      one.paused = false;
      consumer.resume([{ topic, partitions: [one.number] }]);
    });
  } finally {
    await consumer.disconnect();
    await admin.deleteGroups([groupId]).catch(() => undefined);
    await admin.disconnect();
  }
}

const isRead = ({ next, end }: Waiting): boolean => next >= end;

const extentsOf = async (admin: Admin, { topic, from }: HistoryOptions): Promise<Waiting[]> => {
  const ends = await admin.fetchTopicOffsets(topic);
  const starts = await admin.fetchTopicOffsetsByTimestamp(topic, from);
  const startOf = new Map(starts.map(({ partition, offset }) => [partition, Number(offset)]));
  return ends.map(({ partition, high, low }) => {
    const next = Math.max(Number(low), startOf.get(partition) ?? Number(high));
    return { number: partition, end: Number(high), next, queue: [], gone: 0, paused: false };
  });
};

/** Begins to fill the queues. Answers a function that throws once the consumer has crashed. */
const start = async (
  consumer: Consumer,
  { topic, timeOf }: HistoryOptions,
  partitions: readonly Waiting[],
): Promise<() => void> => {
  const byNumber = new Map(partitions.map((one) => [one.number, one]));
  let failure: Error | undefined;
  consumer.on(consumer.events.CRASH, ({ payload }) => {
    failure = payload.error;
  });
  // Control records at the end of a log come as batches without any record.
  consumer.on(consumer.events.END_BATCH_PROCESS, ({ payload }) => {
    const one = byNumber.get(payload.partition);
    if (one && payload.batchSize === 0 && Number(payload.firstOffset) <= one.next)
      one.next = Math.max(one.next, Number(payload.lastOffset) + 1);
  });
  await consumer.connect();
  await consumer.subscribe({ topic, fromBeginning: true });
  await consumer.run({
    autoCommit: false,
    eachBatch: async ({ batch }) => {
      const one = byNumber.get(batch.partition);
      if (!one) return;
      let at = one.queue.at(-1)?.at ?? 0;
      for (const { offset, value } of batch.messages) {
        if (Number(offset) < one.next || Number(offset) >= one.end || value === null) continue;
        at = timeOf(value) ?? at;
        one.queue.push({ at, value });
      }
      one.next = Math.max(one.next, Number(batch.lastOffset()) + 1);
      if (isRead(one) || one.queue.length - one.gone >= ENOUGH) {
        one.paused = true;
        consumer.pause([{ topic, partitions: [one.number] }]);
      }
    },
  });
  for (const { number, next } of partitions)
    consumer.seek({ topic, partition: number, offset: String(next) });
  return () => {
    if (failure) throw failure;
  };
};

/** Yields what `take` finds until every partition is read, and lets partitions that waited go on. */
async function* merged(
  partitions: readonly Waiting[],
  check: () => void,
  resume: (one: Waiting) => void,
): AsyncGenerator<readonly Buffer[]> {
  let lastAt = Date.now();
  for (;;) {
    check();
    const chunk = take(partitions);
    if (chunk.length > 0) {
      lastAt = Date.now();
      yield chunk;
    } else {
      if (partitions.every(isRead)) return;
      if (Date.now() - lastAt > STALLED)
        throw new Error(`Kafka brought nothing for ${STALLED / 1000} s although the topic has more`);
      await wait(NEXT_LOOK);
    }
    for (const one of partitions) {
      if (one.paused && !isRead(one) && one.queue.length - one.gone < FEW) resume(one);
    }
  }
}

/** Takes the earliest records in hand, in order of time; none while a partition not read to its end has none in hand. */
const take = (partitions: readonly Waiting[]): Buffer[] => {
  const chunk: Buffer[] = [];
  while (chunk.length < CHUNK) {
    let earliest: { one: Waiting; at: number; value: Buffer } | undefined;
    for (const one of partitions) {
      const head = one.queue[one.gone];
      if (!head && !isRead(one)) return compacted(partitions, chunk);
      if (head && head.at < (earliest?.at ?? Number.POSITIVE_INFINITY)) earliest = { one, ...head };
    }
    if (!earliest) break;
    earliest.one.gone += 1;
    chunk.push(earliest.value);
  }
  return compacted(partitions, chunk);
};

const compacted = (partitions: readonly Waiting[], chunk: Buffer[]): Buffer[] => {
  for (const one of partitions) {
    if (one.gone < CHUNK && one.gone < one.queue.length) continue;
    one.queue = one.queue.slice(one.gone);
    one.gone = 0;
  }
  return chunk;
};
