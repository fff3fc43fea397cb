/** A topic of one's own on a test broker: made, written to, and read back. */
import { randomBytes } from 'node:crypto';
import { type IHeaders, Kafka, type KafkaConfig, logLevel } from 'kafkajs';

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

/** Sends values to one partition in a transaction, which stays open until it is committed or aborted. */
export const beginTransaction = async (
  brokers: string,
  { topic, partition, values }: { topic: string; partition: number; values: readonly string[] },
) => {
  const kafka = new Kafka({ brokers: brokers.split(','), logLevel: logLevel.NOTHING });
  const producer = kafka.producer({ transactionalId: `${topic}-${partition}`, maxInFlightRequests: 1 });
  await producer.connect();
  const transaction = await producer.transaction();
  await transaction.send({ topic, messages: values.map((value) => ({ partition, value })) });
  return { commit: transaction.commit, abort: transaction.abort, close: () => producer.disconnect() };
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
