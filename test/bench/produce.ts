/** Fills topics with plain traffic, keyed by recipient. */
import type { Kafka } from 'kafkajs';
import { plainEvent, RATE } from './traffic.ts';

const CHUNK = 5_000;

export const createTopic = async (kafka: Kafka, topic: string, numPartitions: number): Promise<void> => {
  const admin = kafka.admin();
  await admin.connect();
  await admin.createTopics({ topics: [{ topic, numPartitions }], waitForLeaders: true });
  await admin.disconnect();
};

export interface Producing {
  /** So many more, as fast as Kafka takes them. */
  send(events: number): Promise<void>;
  readonly sent: () => number;
  stop(): Promise<void>;
}

/** `start`: when the first event happened, in epoch ms; the others follow at RATE. */
export const startProducing = async (
  kafka: Kafka,
  topic: string,
  partitions: number,
  start: number,
): Promise<Producing> => {
  const producer = kafka.producer();
  await producer.connect();
  let sent = 0;
  return {
    send: async (events) => {
      for (const end = sent + events; sent < end; ) {
        const messages = Array.from({ length: Math.min(CHUNK, end - sent) }, (_, index) => {
          const { key, person, value } = plainEvent(sent + index, start);
          return { partition: person % partitions, key, value };
        });
        await producer.send({ topic, messages });
        sent += messages.length;
      }
    },
    sent: () => sent,
    stop: () => producer.disconnect(),
  };
};

/** The stream ends now, so nothing in it is ahead of the clock. */
export const produceSteady = async (parts: {
  kafka: Kafka;
  topic: string;
  partitions: number;
  events: number;
}): Promise<void> => {
  const { kafka, topic, partitions, events } = parts;
  await createTopic(kafka, topic, partitions);
  const producing = await startProducing(kafka, topic, partitions, Date.now() - (events / RATE) * 1000);
  await producing.send(events);
  await producing.stop();
};
