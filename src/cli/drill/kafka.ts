/** Is Kafka there, with its topics? By metadata alone: nothing is produced, read or committed. */
import { pino } from 'pino';
import type { Config } from '../../config/schema.ts';
import type { Secrets } from '../../config/secrets.ts';
import { createKafkaClient, kafkaCredentials } from '../../intake/kafka/client.ts';
import { failed, type StepOutcome, skipped } from './step.ts';

/** Looks for the configured topics and their leaders. Rejects when no broker answers. */
export const reachKafka = async (
  kafka: Config['intake']['kafka'],
  secrets: Secrets,
): Promise<StepOutcome> => {
  if (!kafka) return skipped('not configured: events come from files and over HTTP');
  const log = pino({ level: 'silent' });
  const credentials = kafkaCredentials(secrets);
  const admin = createKafkaClient({ config: kafka, credentials, log }).admin();
  const topics = [kafka.topic, kafka.deadLetterTopic];
  try {
    await admin.connect();
    const there = await admin.listTopics();
    const missing = topics.filter((topic) => !there.includes(topic));
    if (missing.length > 0)
      return failed(
        `reached, but not there, or not to be seen: ${missing.join(', ')}`,
        'create what is missing (one partition will do for dead letters), and let tocsin describe and use it',
      );
    // Only what is known to be there: asking for a topic may make it.
    const { topics: known } = await admin.fetchTopicMetadata({ topics });
    const leaderless = known.filter(({ partitions }) => partitions.some(({ leader }) => leader < 0));
    if (leaderless.length > 0)
      return failed(
        `partitions without a leader: ${leaderless.map(({ name }) => name).join(', ')}`,
        'see which brokers are down',
      );
    const says = known.map(({ name, partitions }) => `${name} (${partitions.length})`).join(', ');
    return { state: 'ok', says: `topics and their partitions: ${says}` };
  } finally {
    await admin.disconnect();
  }
};
