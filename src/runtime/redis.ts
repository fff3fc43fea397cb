/** Connects to Redis, one server, a Cluster, or whichever Sentinel names, as the configuration and the environment say. */
import { Cluster, Redis } from 'ioredis';
import { ConfigError } from '../config/load.ts';
import type { Config } from '../config/schema.ts';
import type { Secrets } from '../config/secrets.ts';

export type RedisClient = Redis | Cluster;

/** A connection that owes an answer for so long is dead, though nobody has closed it; so is a command. In ms. */
const SILENT = 5_000;

/**
 * Reconnects for ever with a bounded delay; commands fail after a few tries rather than queue without end.
 * `giveUp`: for commands a person waits for, one try and an error.
 */
export const connectRedis = (
  config: NonNullable<Config['redis']>,
  secrets: Secrets,
  options: { giveUp?: boolean } = {},
): RedisClient => {
  const common = {
    maxRetriesPerRequest: options.giveUp ? 1 : 3,
    retryStrategy: (times: number) => (options.giveUp && times > 2 ? null : Math.min(50 * 2 ** times, 1_000)),
    connectTimeout: SILENT,
    socketTimeout: SILENT,
    commandTimeout: SILENT,
    // A master that became a replica: whoever is the master now is asked for anew.
    reconnectOnError: (error: Error) => error.message.startsWith('READONLY'),
    ...(secrets.redisPassword ? { password: secrets.redisPassword } : {}),
  };
  if (config.cluster) {
    return new Cluster(config.cluster, { redisOptions: common, clusterRetryStrategy: common.retryStrategy });
  }
  if (config.sentinel) {
    const { nodes, name } = config.sentinel;
    const sentinels = nodes.map((node) => {
      const at = node.lastIndexOf(':');
      return { host: node.slice(0, at), port: Number(node.slice(at + 1)) };
    });
    return new Redis({ ...common, sentinels, name, sentinelRetryStrategy: common.retryStrategy });
  }
  return new Redis(urlOf(config, secrets), common);
};

const urlOf = ({ url }: NonNullable<Config['redis']>, { redisUrl }: Secrets): string =>
  url ?? redisUrl ?? 'redis://127.0.0.1:6379';

/**
 * What people call it: the key that says where it is, and host and port, never the password. Throws `ConfigError` when
 * the address of one server is none.
 */
export const redisName = (
  config: NonNullable<Config['redis']>,
  secrets: Secrets,
): { readonly field: string; readonly where: string } => {
  const { cluster, sentinel } = config;
  if (cluster) return { field: 'redis.cluster', where: cluster.join(', ') };
  if (sentinel) return { field: 'redis.sentinel', where: sentinel.nodes.join(', ') };
  const field = config.url === undefined && secrets.redisUrl ? 'redis.url (from REDIS_URL)' : 'redis.url';
  const url = urlOf(config, secrets);
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  if (!parsed || !/^rediss?:$/.test(parsed.protocol) || parsed.hostname === '')
    throw new ConfigError(`${field}: must be redis://host:port, or rediss://host:port for TLS`);
  return { field, where: `${parsed.hostname}:${parsed.port || 6379}` };
};

/** What a pipeline or a transaction answered, command by command. Throws the first error, or that it was given up. */
export const answersOf = (replies: [Error | null, unknown][] | null): unknown[] => {
  if (replies === null) throw new Error('Redis gave the commands up; they are tried again');
  return replies.map(([error, answer]) => {
    if (error) throw error;
    return answer;
  });
};
