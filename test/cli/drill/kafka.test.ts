import { describe, expect, it } from 'vitest';
import { reachKafka } from '../../../src/cli/drill/kafka.ts';
import { configSchema } from '../../../src/config/schema.ts';
import { createTopic } from '../../support/kafka-topic.ts';

const versions = Object.entries({ '4.x': process.env.KAFKA_BROKERS, '3.9': process.env.KAFKA_39_BROKERS });
const servers = versions.flatMap(([version, brokers]) => (brokers ? [{ version, brokers }] : []));

const reached = (kafka: object) => reachKafka(configSchema.parse({ intake: { kafka } }).intake.kafka, {});

describe.skipIf(servers.length === 0 || process.env.TOCSIN_KAFKA === 'mock')('Kafka, by its metadata', () => {
  it.each(servers)('is there with both topics ($version)', async ({ brokers }) => {
    const events = await createTopic(brokers, 3);
    const dead = await createTopic(brokers, 1);

    expect(
      await reached({ brokers: brokers.split(','), topic: events.topic, deadLetterTopic: dead.topic }),
    ).toMatchObject({ state: 'ok', says: expect.stringContaining(`${events.topic} (3)`) });

    expect(await events.admin.fetchTopicOffsets(events.topic)).toHaveLength(3);
    await Promise.all([events.close(), dead.close()]);
  });

  it.each(servers)('lacks a topic, which is said and not made ($version)', async ({ brokers }) => {
    const events = await createTopic(brokers, 1);
    const deadLetterTopic = `${events.topic}-dead`;

    expect(
      await reached({ brokers: brokers.split(','), topic: events.topic, deadLetterTopic }),
    ).toMatchObject({ state: 'failed', says: expect.stringMatching(new RegExp(`: ${deadLetterTopic}$`)) });

    expect(await events.admin.listTopics()).not.toContain(deadLetterTopic);
    await events.close();
  });
});

it('is not asked for where it is not configured', async () => {
  expect(await reachKafka(undefined, {})).toMatchObject({ state: 'skipped' });
});
