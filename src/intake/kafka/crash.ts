/** What an operator can do about an error that ended a Kafka consumer. */
import type { KafkaSettings } from './client.ts';

interface KafkaError {
  readonly name?: string;
  readonly type?: string;
  readonly message?: string;
  readonly cause?: unknown;
}

/** The innermost cause of an error. */
const rootOf = (error: unknown): KafkaError => {
  const one = (
    typeof error === 'object' && error !== null ? error : { message: String(error) }
  ) as KafkaError;
  return one.cause === undefined || one.cause === null ? one : rootOf(one.cause);
};

const CODEC = /snappy|lz4|zstd/i;

/** What is wrong and what to do, in one sentence; reading is tried again in any case. */
export const crashAdvice = (error: unknown, config: KafkaSettings): string => {
  const { name, type, message = 'unknown error' } = rootOf(error);
  const { topic, group } = config;
  if (name === 'KafkaJSNotImplemented' && CODEC.test(message))
    return `${topic} holds records compressed with ${CODEC.exec(message)?.[0].toLowerCase()}, which tocsin cannot read: set compression.type=gzip on the topic or the producers`;
  if (type === 'UNKNOWN_TOPIC_OR_PARTITION')
    return `Kafka has no topic ${topic}: create it; tocsin keeps trying`;
  if (type === 'TOPIC_AUTHORIZATION_FAILED') return `Kafka does not let tocsin read ${topic}: grant it Read`;
  if (type === 'GROUP_AUTHORIZATION_FAILED') return `Kafka does not let tocsin join ${group}: grant it Read`;
  if (name?.startsWith('KafkaJSSASL')) return `Kafka refuses user and password: ${message}`;
  if (
    name === 'KafkaJSConnectionError' ||
    name === 'KafkaJSBrokerNotFound' ||
    name === 'KafkaJSNoBrokerAvailableError'
  )
    return `Kafka cannot be reached at ${config.brokers.join(', ')}: ${message}`;
  return `${topic} cannot be read: ${message}`;
};
