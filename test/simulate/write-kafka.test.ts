import { randomUUID } from 'node:crypto';
import { Kafka, logLevel } from 'kafkajs';
import { afterAll, describe, expect, it } from 'vitest';
import { ms } from '../../src/events/event.ts';
import { simulate } from '../../src/simulate/stream.ts';
import { toJson } from '../../src/simulate/write.ts';
import { createKafkaWriter } from '../../src/simulate/write-kafka.ts';
import { until } from '../support/until.ts';

describe.skipIf(!process.env.KAFKA_BROKERS)('simulated events on Kafka', () => {
  const brokers = (process.env.KAFKA_BROKERS ?? '').split(',');
  const topic = `simulate-${randomUUID()}`;
  const kafka = new Kafka({ brokers, logLevel: logLevel.NOTHING });
  const consumer = kafka.consumer({ groupId: topic });
  afterAll(() => consumer.disconnect());

  it('all arrive, those of one person in one partition and in order', async () => {
    const admin = kafka.admin();
    await admin.connect();
    await admin.createTopics({ topics: [{ topic, numPartitions: 3 }] });
    await admin.disconnect();
    const start = ms(Date.parse('2026-10-28T20:00:00+01:00'));
    const events = [...simulate({ seed: 1, scenario: 'salon-night', start, end: ms(start + 120_000) })];

    const writer = await createKafkaWriter(brokers, topic);
    await writer.write(events.slice(0, 500));
    await writer.write(events.slice(500));
    await writer.close();

    const read: Array<{ key: string; partition: number; value: string }> = [];
    await consumer.connect();
    await consumer.subscribe({ topic, fromBeginning: true });
    await consumer.run({
      eachMessage: async ({ partition, message }) => {
        read.push({ partition, key: `${message.key}`, value: `${message.value}` });
      },
    });
    await until(() => read.length >= events.length, { within: 120_000 });

    expect(read.map(({ value }) => value).sort()).toEqual(events.map(toJson).sort());
    const partitions = new Map(read.map(({ key, partition }) => [key, partition]));
    expect(read.every(({ key, partition }) => partitions.get(key) === partition)).toBe(true);
    expect(new Set(partitions.values()).size).toBe(3);
    const person = events.flatMap((event) => (event.type === 'sent' ? [event.to] : [])).at(0);
    const theirs = events.filter((event) => 'to' in event && event.to === person).map(toJson);
    expect(read.filter(({ key }) => key === person).map(({ value }) => value)).toEqual(theirs);
  });
});
