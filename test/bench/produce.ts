/** Fills a topic with plain traffic, keyed by recipient as a sender's own stream would be. */
import type { Kafka } from 'kafkajs';

/** Events a second of event time: the stream ends now, so nothing in it is ahead of the clock. */
const RATE = 5_000;
const CHUNK = 5_000;
const RECIPIENTS = 100_000;

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
      const number = first + index;
      const person = (number * 7_919) % RECIPIENTS;
      const event = {
        id: `SM${number.toString(16).padStart(32, '0')}`,
        type: number % 2 === 0 ? 'submitted' : 'sent',
        at: new Date(start + (number * 1000) / RATE).toISOString(),
        provider: number % 3 === 0 ? 'alpha' : 'beta',
        to: `+336${String(person).padStart(8, '0')}`,
        from: '36200',
        category: number % 5 === 0 ? 'marketing' : 'transactional',
        campaign: number % 5 === 0 ? 'spring' : undefined,
        order: `o-${number}`,
        text: 'Votre rendez-vous est confirmé. À bientôt dans notre salon.',
      };
      return { partition: person % partitions, key: event.to, value: JSON.stringify(event) };
    });
    await producer.send({ topic, messages });
  }
  await producer.disconnect();
};
