/** Events as Kafka records, keyed by the person, so that one person's events stay in one partition and in order. */
import { Kafka, logLevel, Partitioners } from 'kafkajs';
import type { SmsEvent } from '../events/event.ts';
import { toJson, type Writer } from './write.ts';

/** The key of an event's record: the person it is about, or the campaign or provider of what is about nobody. */
export const keyOf = (event: SmsEvent): string => {
  if (event.type === 'announced') return event.campaign;
  if (event.type === 'usage') return event.provider;
  if (event.type === 'other') return event.id;
  return event.type === 'received' ? (event.from ?? event.to) : event.to;
};

/** Writes to a topic, each batch acknowledged by all in-sync replicas. Rejects when no broker answers. */
export const createKafkaWriter = async (brokers: readonly string[], topic: string): Promise<Writer> => {
  const kafka = new Kafka({
    clientId: 'tocsin-simulate',
    brokers: [...brokers],
    logLevel: logLevel.NOTHING,
    retry: { retries: 5 },
  });
  const producer = kafka.producer({ createPartitioner: Partitioners.DefaultPartitioner });
  await producer.connect();
  return {
    write: async (batch) => {
      const messages = batch.map((event) => ({ key: keyOf(event), value: toJson(event) }));
      await producer.send({ topic, acks: -1, messages });
    },
    close: () => producer.disconnect(),
  };
};
