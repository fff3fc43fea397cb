/**
 * Where a topic's partitions begin and end. In: Kafka's answers. Out: the log's extent, and how far it can be read.
 * The two differ while a transaction is open: what it wrote, and all that follows, is in the log and hidden until it
 * ends. kafkajs asks for the end of what can be read only, by which such a partition would pass for read to its end.
 */
import type { Admin, Kafka } from 'kafkajs';
import type { Offset } from '../../windows/store/store.ts';
import type { Extent } from './log-position.ts';

const READ_UNCOMMITTED = 0;

/** What the log of each partition holds, hidden or not: up to its high watermark, when asked by `readUncommitted`. */
export const extentsOf = async (admin: Admin, topic: string): Promise<ReadonlyMap<number, Extent>> => {
  const offsets = await admin.fetchTopicOffsets(topic);
  return new Map(offsets.map((o) => [o.partition, { low: Number(o.low), high: Number(o.high) }]));
};

/** Up to where each partition can be read: its last stable offset, when asked by an ordinary admin client. */
export const stableEndsOf = async (admin: Admin, topic: string): Promise<ReadonlyMap<number, Offset>> => {
  const offsets = await admin.fetchTopicOffsets(topic);
  return new Map(offsets.map((o) => [o.partition, Number(o.high)]));
};

/**
 * An admin client that is answered with high watermarks. kafkajs has the isolation level as a setting of every client
 * but this one, so it is given where the client makes its connections. Throws when that place is gone.
 */
export const readUncommitted = (kafka: Kafka): Admin => {
  const place = Object.getOwnPropertySymbols(kafka).find(
    ({ description }) => description === 'private:Kafka:createCluster',
  );
  const connect: unknown = place && Reflect.get(kafka, place);
  if (place === undefined || typeof connect !== 'function')
    throw new Error('this version of kafkajs cannot tell the end of a log: use 2.2.4, which tocsin pins');
  const value = (options: object): unknown =>
    Reflect.apply(connect, kafka, [{ ...options, isolationLevel: READ_UNCOMMITTED }]);
  const client: Kafka = Object.create(kafka, { [place]: { value } });
  return client.admin();
};
