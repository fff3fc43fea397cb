/** The Kafka client that intake and dead letters share: brokers, TLS, SASL, and its own log lines in ours. */
import { readFileSync } from 'node:fs';
import { Kafka, type KafkaConfig, type LogEntry, logLevel } from 'kafkajs';
import type { Logger } from 'pino';
import type { Config } from '../../config/schema.ts';
import type { Secrets } from '../../config/secrets.ts';

export type KafkaSettings = NonNullable<Config['intake']['kafka']>;

export interface Credentials {
  readonly username: string;
  readonly password: string;
}

/** The credentials of Kafka in the environment, when both user and password are set. */
export const kafkaCredentials = ({
  kafkaUsername: username,
  kafkaPassword: password,
}: Secrets): Credentials | undefined => (username && password ? { username, password } : undefined);

export interface ClientOptions {
  readonly config: KafkaSettings;
  readonly credentials?: Credentials;
  readonly log: Logger;
}

const tls = (setting: KafkaSettings['tls']): KafkaConfig['ssl'] => {
  if (typeof setting === 'boolean') return setting;
  const read = (path: string | undefined) => (path === undefined ? undefined : readFileSync(path, 'utf8'));
  const ca = read(setting.ca);
  return { ca: ca === undefined ? undefined : [ca], cert: read(setting.cert), key: read(setting.key) };
};

const sasl = ({ config, credentials }: ClientOptions): KafkaConfig['sasl'] => {
  if (config.sasl === undefined) return undefined;
  if (!credentials)
    throw new Error(`intake.kafka.sasl is ${config.sasl}: set KAFKA_USERNAME and KAFKA_PASSWORD`);
  const { username, password } = credentials;
  if (config.sasl === 'plain') return { mechanism: 'plain', username, password };
  if (config.sasl === 'scram-sha-256') return { mechanism: 'scram-sha-256', username, password };
  return { mechanism: 'scram-sha-512', username, password };
};

/** Puts the client's log into ours as details: it retries what it calls errors, and `problems` has what matters. */
const logCreator = (log: Logger) => () => (entry: LogEntry) => {
  const { message, error } = entry.log;
  const line = { kafka: entry.namespace, error: typeof error === 'string' ? error : undefined };
  if (entry.level === logLevel.ERROR) log.info(line, message);
  else log.debug(line, message);
};

/** A client; connects nothing yet. Throws when a TLS file cannot be read or the SASL credentials are missing. */
export const createKafkaClient = (options: ClientOptions): Kafka =>
  new Kafka({
    clientId: options.config.clientId,
    brokers: options.config.brokers,
    ssl: tls(options.config.tls),
    sasl: sasl(options),
    connectionTimeout: 5_000,
    requestTimeout: 15_000,
    retry: { initialRetryTime: 200, maxRetryTime: 5_000, retries: 5, restartOnFailure: async () => false },
    logLevel: logLevel.WARN,
    logCreator: logCreator(options.log),
  });
