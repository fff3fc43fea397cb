/** Dead letters on a Kafka topic: the record as it came, its origin and what is wrong with it in the headers. */
import type { Logger } from 'pino';
import type { DeadLetter, DeadLetters } from '../source.ts';
import { type Credentials, createKafkaClient, type KafkaSettings } from './client.ts';

/** The most bytes put into one request, below the 1 MiB that a broker takes by default. */
const MOST_BYTES = 700_000;

export interface KafkaDeadLettersOptions {
  /** Kafka's settings, whose `deadLetterTopic` is made when it is missing and may be made. */
  readonly config: KafkaSettings;
  readonly credentials?: Credentials;
  readonly log: Logger;
}

const message = (letter: DeadLetter) => ({
  // The same letter put twice has the same key: a compacted topic keeps one.
  key: `${letter.partition}@${letter.offset}`,
  value: letter.value,
  headers: {
    'tocsin-partition': letter.partition,
    'tocsin-offset': String(letter.offset),
    'tocsin-reason': letter.reason,
    'tocsin-detail': letter.detail,
    'tocsin-at': String(letter.at),
  },
});

/** Letters in portions that fit a request; one that alone does not has a portion of its own. */
const portions = (letters: readonly DeadLetter[]): DeadLetter[][] => {
  const all: DeadLetter[][] = [];
  let bytes = MOST_BYTES;
  for (const letter of letters) {
    bytes += letter.value.length + letter.detail.length + 300;
    if (bytes > MOST_BYTES || all.length === 0) {
      all.push([]);
      bytes = letter.value.length + letter.detail.length + 300;
    }
    all.at(-1)?.push(letter);
  }
  return all;
};

/** Connects at the first letter. `put` rejects when Kafka does not take the letters: put them again. */
export const createKafkaDeadLetters = (options: KafkaDeadLettersOptions): DeadLetters => {
  const { config, log } = options;
  const topic = config.deadLetterTopic;
  const kafka = createKafkaClient(options);
  const producer = kafka.producer({ allowAutoTopicCreation: true });
  let connecting: Promise<void> | undefined;

  const makeTopic = async () => {
    const admin = kafka.admin();
    try {
      await admin.connect();
      const known = await admin.listTopics();
      if (!known.includes(topic)) await admin.createTopics({ topics: [{ topic, numPartitions: 1 }] });
    } catch (error) {
      // Not allowed to look or to create: the producer will say whether the topic is there.
      log.debug({ err: error }, 'dead-letter topic not created');
    } finally {
      await admin.disconnect();
    }
  };

  const connect = async () => {
    await makeTopic();
    await producer.connect();
  };

  const connected = (): Promise<void> => {
    connecting ??= connect().catch((error: unknown) => {
      connecting = undefined;
      throw error;
    });
    return connecting;
  };

  const put = async (letters: readonly DeadLetter[]): Promise<void> => {
    if (letters.length === 0) return;
    await connected();
    for (const portion of portions(letters)) await producer.send({ topic, messages: portion.map(message) });
  };

  const close = async (): Promise<void> => {
    await connecting?.catch(() => undefined);
    await producer.disconnect();
  };

  return { put, close };
};
