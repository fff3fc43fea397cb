/**
 * The control topic: what is paused, on a compacted Kafka topic, for senders that would rather read Kafka than Redis.
 * In: orders. Out: one record a target: key its targetKey, value the pause as JSON, null once it is resumed; headers
 * `tocsin-action` and `tocsin-token`. A reader ignores a record with a lower token than the last it saw of that key.
 */
import kafkajs, { type Kafka } from 'kafkajs';
import type { Logger } from 'pino';
import { duration } from '../../events/event.ts';
import { type Credentials, createKafkaClient, type KafkaSettings } from '../../intake/kafka/client.ts';
import { messageOf } from '../../runtime/errors.ts';
import { targetKey } from '../target.ts';
import { type Actuator, type ActuatorOrder, type ActuatorOutcome, notTaken, TAKEN } from './actuator.ts';

export interface ControlTopicOptions {
  readonly topic: string;
  readonly config: KafkaSettings;
  readonly credentials?: Credentials;
  readonly log: Logger;
}

export interface ControlTopic extends Actuator {
  close(): Promise<void>;
}

/** The actuator connects with its first order. */
export const createControlTopic = (options: ControlTopicOptions): ControlTopic => {
  const { topic, log } = options;
  const kafka = createKafkaClient(options);
  const producer = kafka.producer({ allowAutoTopicCreation: false });
  let connecting: Promise<void> | undefined;
  let turn: Promise<unknown> = Promise.resolve();

  const connected = (): Promise<void> => {
    connecting ??= makeTopic(kafka, topic, log)
      .then(() => producer.connect())
      .catch((error: unknown) => {
        connecting = undefined;
        throw error;
      });
    return connecting;
  };

  const send = async (order: ActuatorOrder, signal: AbortSignal): Promise<ActuatorOutcome> => {
    try {
      await connected();
      if (signal.aborted) return notTaken('was given up before it was sent', true);
      await producer.send({ topic, acks: -1, messages: [recordOf(order)] });
      return TAKEN;
    } catch (error) {
      const advice = 'check the brokers and the right to write';
      return notTaken(`topic ${topic} does not take it (${messageOf(error)}): ${advice}`, true);
    }
  };

  return {
    name: 'control topic',
    timeout: duration(10_000),
    deadline: duration(60_000),
    reach: (target) => ({ effect: targetKey(target) }),
    show: (order) => {
      const { key, value } = recordOf(order);
      return { requests: [`a record on topic ${topic}\nkey ${key}\nvalue ${value}`] };
    },
    carryOut: (order, signal) => {
      // A record on its way cannot be called back: they go one after the other, or an old order could land last.
      const sent = turn.then(() => send(order, signal));
      turn = sent;
      return sent;
    },
    close: async () => {
      await connecting?.catch(() => undefined);
      await producer.disconnect();
    },
  };
};

const recordOf = ({ action, target, incident, reason, since, token }: ActuatorOrder) => ({
  key: targetKey(target),
  value: action === 'pause' ? JSON.stringify({ ...target, incident, reason, since, token }) : null,
  headers: { 'tocsin-action': action, 'tocsin-token': String(token) },
});

/** The topic has one partition, so that the records of a target and of those that hold it are read in order. */
const makeTopic = async (kafka: Kafka, topic: string, log: Logger): Promise<void> => {
  const admin = kafka.admin();
  try {
    await admin.connect();
    if ((await admin.listTopics()).includes(topic)) {
      await warnUnlessCompacted(admin, topic, log);
      return;
    }
    const configEntries = [{ name: 'cleanup.policy', value: 'compact' }];
    await admin.createTopics({ topics: [{ topic, numPartitions: 1, configEntries }], waitForLeaders: true });
  } catch (error) {
    // Whoever may neither look nor create hears from the producer whether the topic is there.
    log.info({ topic, error: messageOf(error) }, 'control topic not made');
  } finally {
    await admin.disconnect();
  }
};

const warnUnlessCompacted = async (
  admin: ReturnType<Kafka['admin']>,
  topic: string,
  log: Logger,
): Promise<void> => {
  const { resources } = await admin.describeConfigs({
    includeSynonyms: false,
    resources: [{ type: kafkajs.ConfigResourceTypes.TOPIC, name: topic, configNames: ['cleanup.policy'] }],
  });
  const policy = resources[0]?.configEntries.find(({ configName }) => configName === 'cleanup.policy');
  if (policy?.configValue.includes('compact')) return;
  log.warn({ topic }, 'the control topic is not compacted and forgets pauses: set cleanup.policy=compact');
};
