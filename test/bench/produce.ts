/** Fills a topic with plain traffic, keyed by recipient. */
import type { Kafka } from 'kafkajs';
import { plainEvent, RATE } from './traffic.ts';

const CHUNK = 5_000;

/** The stream ends now, so nothing in it is ahead of the clock. */
export const produceSteady = async (parts: {
  kafka: Kafka;
  topic: string;
  partitions: number;
  events: number;
}): Promise<void> => {
  const { kafka, topic, partitions, events } = parts;
  const admin = kafka.admin();
  await admin.connect();
  await admin.createTopics({ topics: [{ topic, numPartitions: partitions }], waitForLeaders: true });
  await admin.disconnect();
  const producer = kafka.producer();
  await producer.connect();
  const start = Date.now() - (events / RATE) * 1000;
  for (let first = 0; first < events; first += CHUNK) {
    const messages = Array.from({ length: Math.min(CHUNK, events - first) }, (_, index) => {
      const { key, person, value } = plainEvent(first + index, start);
      return { partition: person % partitions, key, value };
    });
    await producer.send({ topic, messages });
  }
  await producer.disconnect();
};
