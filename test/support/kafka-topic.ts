/** A topic of one's own on a test broker, and an in-test store that keeps what it was given. */
import { randomBytes } from 'node:crypto';
import { type IHeaders, Kafka, type KafkaConfig, logLevel } from 'kafkajs';
import { ms } from '../../src/events/event.ts';
import { fingerprintOfLast } from '../../src/intake/kafka/fingerprint.ts';
import type { Ingest, Ingested, RawBatch } from '../../src/intake/source.ts';
import type { Offset, PartitionId, RecordFingerprint } from '../../src/windows/store/store.ts';

/** Creates a topic with a random name, with its settings from the beginning; `send` puts values on one partition, in order. */
export const createTopic = async (
  brokers: string,
  numPartitions = 3,
  security: Pick<KafkaConfig, 'ssl' | 'sasl'> = {},
  settings: Readonly<Record<string, string>> = {},
) => {
  const kafka = new Kafka({ ...security, brokers: brokers.split(','), logLevel: logLevel.NOTHING });
  const topic = `test-${randomBytes(6).toString('hex')}`;
  const admin = kafka.admin();
  let producer = kafka.producer();
  await Promise.all([admin.connect(), producer.connect()]);
  const configEntries = Object.entries(settings).map(([name, value]) => ({ name, value }));
  await admin.createTopics({ topics: [{ topic, numPartitions, configEntries }], waitForLeaders: true });
  return {
    topic,
    admin,
    send: async (partition: number, values: readonly string[]) => {
      const messages = values.map((value) => ({ partition, value }));
      const sent = await producer.send({ topic, messages });
      if (sent.length > 0) return;
      // It drops what is for a partition that was added since it came; another one knows of it.
      await producer.disconnect();
      producer = kafka.producer();
      await producer.connect();
      await producer.send({ topic, messages });
    },
    close: () => Promise.all([admin.disconnect(), producer.disconnect()]),
  };
};

/** The first `count` records of a topic, read from its beginning. */
export const readTopic = async (brokers: string, topic: string, count: number) => {
  const kafka = new Kafka({ brokers: brokers.split(','), logLevel: logLevel.NOTHING });
  const consumer = kafka.consumer({
    groupId: `read-${randomBytes(6).toString('hex')}`,
    maxWaitTimeInMs: 100,
  });
  const records: { key: string; value: string; headers: Record<string, string> }[] = [];
  const text = (headers: IHeaders = {}) =>
    Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)]));
  await consumer.connect();
  await consumer.subscribe({ topic, fromBeginning: true });
  await new Promise<void>((resolve) => {
    consumer.run({
      eachMessage: async ({ message }) => {
        records.push({ key: `${message.key}`, value: `${message.value}`, headers: text(message.headers) });
        if (records.length >= count) resolve();
      },
    });
  });
  await consumer.disconnect();
  return records;
};

interface State {
  epoch: number;
  next: Offset;
  fingerprint: RecordFingerprint | undefined;
  values: string[];
}

/** The store's rules, in memory, with switches to break it. */
export const createFakeStore = () => {
  const partitions = new Map<PartitionId, State>();
  const idle = new Map<PartitionId, number>();
  const batches: RawBatch[] = [];
  const switches = { away: false };
  const of = (id: PartitionId) => {
    const known = partitions.get(id) ?? { epoch: 0, next: 0, fingerprint: undefined, values: [] };
    partitions.set(id, known);
    return known;
  };
  const reach = () => {
    if (switches.away) throw new Error('the store is away');
  };
  const claim = async (id: PartitionId) => {
    reach();
    const state = of(id);
    state.epoch += 1;
    return { epoch: state.epoch, next: state.next, fingerprint: state.fingerprint };
  };
  const ingest: Ingest = async (batch): Promise<Ingested> => {
    reach();
    const state = of(batch.partition);
    const { next } = state;
    if (batch.epoch < state.epoch) return { kind: 'fenced', epoch: state.epoch };
    if (batch.from > next) return { kind: 'gap', next };
    if (batch.next <= next && batch.from < next) return { kind: 'redelivered', next };
    if (batch.from < next) return { kind: 'overlap', next };
    batches.push(batch);
    state.next = batch.next;
    const fingerprint = fingerprintOfLast(batch.records, batch.next);
    state.fingerprint = fingerprint ?? state.fingerprint;
    state.values.push(...batch.records.map(({ value }) => String(value)));
    if (batch.idleUntil !== undefined) idle.set(batch.partition, batch.idleUntil);
    return { kind: 'applied', next: batch.next, newest: ms(batch.idleUntil ?? 0), fingerprint };
  };
  const total = () => [...partitions.values()].reduce((sum, { values }) => sum + values.length, 0);
  return { claim, ingest, of, total, idle, batches, switches };
};
