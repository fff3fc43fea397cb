/** How fast a topic is read by several daemons of one group, windows in Redis. */
import { randomUUID } from 'node:crypto';
import type { Kafka } from 'kafkajs';
import { until } from '../support/until.ts';
import { startInstance, together } from './instances.ts';
import { createTopic, type Producing, startProducing } from './produce.ts';

const PARTITIONS = 12;

export interface Together {
  /** Events a second, from the moment all of them may read to the last event. */
  readonly rate: number;
  /** Microseconds of processor an event, of all processes. */
  readonly cpu: number;
}

export const sideBySide = async (of: {
  readonly kafka: Kafka;
  readonly brokers: readonly string[];
  readonly redisUrl: string;
  readonly instances: number;
  readonly events: number;
}): Promise<Together> => {
  const { kafka, brokers, events } = of;
  const name = `bench-${randomUUID()}`;
  await createTopic(kafka, name, PARTITIONS);
  const config = {
    intake: { kafka: { brokers, topic: name, group: name }, http: { enabled: false } },
    redis: { url: of.redisUrl, prefix: name },
  };
  const instances = await Promise.all(Array.from({ length: of.instances }, () => startInstance(config)));
  const producing = await startProducing(kafka, name, PARTITIONS, Date.now() - events / 5);
  await shared(instances, producing);

  // They stand still while the topic fills, for less than a session, and begin at the same moment.
  const before = await together(instances);
  for (const instance of instances) instance.signal('SIGSTOP');
  await producing.send(events);
  const began = performance.now();
  for (const instance of instances) instance.signal('SIGCONT');
  const all = async () => (await together(instances)).counted === producing.sent();
  await until(all, { within: 240_000, every: 20 });
  const seconds = (performance.now() - began) / 1_000;
  const after = await together(instances);

  await producing.stop();
  await Promise.all(instances.map((instance) => instance.stop()));
  return { rate: events / seconds, cpu: (after.cpu - before.cpu) / events };
};

/** Until each has partitions of its own, and what comes is counted once. */
const shared = async (
  instances: Awaited<ReturnType<typeof startInstance>>[],
  producing: Producing,
): Promise<void> => {
  await until(
    async () => {
      const before = await Promise.all(instances.map((instance) => instance.look()));
      await producing.send(10 * PARTITIONS);
      await until(async () => (await together(instances)).counted === producing.sent(), { within: 10_000 });
      const after = await Promise.all(instances.map((instance) => instance.look()));
      return after.every(({ counted }, index) => counted > (before[index]?.counted ?? 0));
    },
    { within: 120_000, every: 500 },
  );
};
