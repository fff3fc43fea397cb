import { pino } from 'pino';
import { describe, expect, it } from 'vitest';
import { configSchema } from '../../../src/config/schema.ts';
import type { Ms } from '../../../src/events/event.ts';
import { createKafkaDeadLetters } from '../../../src/intake/kafka/dead-letters.ts';
import { createTopic, readTopic } from '../../support/kafka-topic.ts';

const versions = Object.entries({ '4.x': process.env.KAFKA_BROKERS, '3.9': process.env.KAFKA_39_BROKERS });
const servers = versions.flatMap(([version, brokers]) => (brokers ? [{ version, brokers }] : []));

describe.skipIf(servers.length === 0 || process.env.TOCSIN_KAFKA === 'mock')('dead letters on Kafka', () => {
  it.each(servers)('keep the record as it came and say where from and why ($version)', async ({
    brokers,
  }) => {
    const { topic, close } = await createTopic(brokers, 1);
    const deadLetterTopic = `${topic}-dead`;
    const { kafka: config } = configSchema.parse({
      intake: { kafka: { brokers: brokers.split(','), topic, deadLetterTopic } },
    }).intake;
    if (!config) throw new Error('no kafka in the configuration');
    const letters = createKafkaDeadLetters({ config, log: pino({ level: 'silent' }) });
    const letter = (offset: number, value: string) => ({
      partition: `kafka:${topic}:0`,
      offset,
      reason: 'not_json',
      detail: 'the record is not JSON',
      at: 1_000 as Ms,
      value: Buffer.from(value),
    });
    const large = 'x'.repeat(200_000);

    await letters.put([letter(7, '{"é'), ...Array.from({ length: 9 }, (_, i) => letter(8 + i, large))]);
    await letters.close();

    const records = await readTopic(brokers, deadLetterTopic, 10);
    expect(records[0]).toEqual({
      key: `kafka:${topic}:0@7`,
      value: '{"é',
      headers: {
        'tocsin-partition': `kafka:${topic}:0`,
        'tocsin-offset': '7',
        'tocsin-reason': 'not_json',
        'tocsin-detail': 'the record is not JSON',
        'tocsin-at': '1000',
      },
    });
    expect(records.slice(1).every(({ value }) => value === large)).toBe(true);
    await close();
  });
});
