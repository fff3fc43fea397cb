/** Redis and Kafka of a chaos run, each behind proxies, with what a fault can do to them. */
import { Cluster, Redis } from 'ioredis';
import type { RedisClient } from '../../../src/runtime/redis.ts';
import { KAFKA_4, startKafka } from '../../support/kafka-server.ts';
import { type Mood, type MoodyProxy, startMoodyProxy } from '../../support/moody-proxy.ts';
import { freePorts } from '../../support/process.ts';
import { startRedisCluster } from '../../support/redis-cluster.ts';
import { startRedis } from '../../support/redis-server.ts';

export interface Network {
  readonly proxies: readonly MoodyProxy[];
  restart(forget: boolean, which: number): Promise<void>;
  /** Straight to it, past the proxies. */
  readonly client: RedisClient;
  /** How instance `n` is told where it is. */
  readonly configFor: { readonly cluster?: readonly string[] };
  readonly urlFor: (n: number) => string | undefined;
  stop(): Promise<void>;
}

/** One server, and a proxy for each instance: one may be cut off while the others are not. */
export const singleRedis = async (instances: number): Promise<Network> => {
  const server = await startRedis({ appendOnly: true });
  const proxies = await Promise.all(Array.from({ length: instances }, () => startMoodyProxy(server.port)));
  const client = new Redis(server.url);
  client.on('error', () => undefined);
  return {
    proxies,
    client,
    configFor: {},
    urlFor: (n) => `redis://127.0.0.1:${proxies[n]?.port}`,
    restart: (forget) => server.restart({ forget }),
    stop: async () => {
      client.disconnect();
      await Promise.all([...proxies.map((proxy) => proxy.stop()), server.stop()]);
    },
  };
};

/** Three masters, and a proxy before each: the part of the keys that one has may be cut off. */
export const clusterRedis = async (): Promise<Network> => {
  const all = await freePorts(6);
  const [ports, fronts] = [all.slice(0, 3), all.slice(3)];
  const cluster = await startRedisCluster({ ports, fronts, appendOnly: true });
  const proxies = await Promise.all(ports.map((port, index) => startMoodyProxy(port, fronts[index])));
  const natMap = Object.fromEntries(
    fronts.map((front, index) => [`127.0.0.1:${front}`, { host: '127.0.0.1', port: ports[index] ?? 0 }]),
  );
  const client = new Cluster(
    ports.map((port) => ({ host: '127.0.0.1', port })),
    { natMap },
  );
  client.on('error', () => undefined);
  return {
    proxies,
    client,
    configFor: { cluster: fronts.map((front) => `127.0.0.1:${front}`) },
    urlFor: () => undefined,
    restart: async (forget, which) => cluster.servers[which % 3]?.restart({ forget }),
    stop: async () => {
      client.disconnect();
      await Promise.all(proxies.map((proxy) => proxy.stop()));
      await cluster.stop();
    },
  };
};

export const brokerBehind = async () => {
  const [front = 0] = await freePorts(1);
  const kafka = await startKafka(KAFKA_4, { front });
  const proxy = await startMoodyProxy(kafka.behind ?? 0, front);
  return {
    /** For the test. */
    brokers: kafka.brokers,
    /** For the instances. */
    front: `127.0.0.1:${front}`,
    set: (mood: Mood) => proxy.set(mood),
    restart: kafka.restart,
    stop: async () => {
      await proxy.stop();
      await kafka.stop();
    },
  };
};
