/** Connects to Redis, one server, a Cluster, or whichever Sentinel names, as the configuration and the environment say. */
import { Cluster, Redis } from 'ioredis';

export type RedisClient = Redis | Cluster;

/** Where Redis is: one server, or the nodes of a Cluster, or Sentinels and what they call the master. */
export interface RedisSettings {
  readonly url?: string | undefined;
  readonly cluster?: readonly string[] | undefined;
  readonly sentinel?: { readonly nodes: readonly string[]; readonly name: string } | undefined;
}

export interface RedisSecrets {
  readonly redisUrl?: string;
  readonly redisPassword?: string;
}

/** A connection that owes an answer for so long is dead, though nobody has closed it; so is a command. In ms. */
const SILENT = 5_000;

/**
 * Reconnects for ever with a bounded delay; commands fail after a few tries rather than queue without end.
 * `giveUp`: for commands a person waits for, one try and an error.
 */
export const connectRedis = (
  config: RedisSettings,
  secrets: RedisSecrets,
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
    return new Cluster([...config.cluster], {
      redisOptions: common,
      clusterRetryStrategy: common.retryStrategy,
    });
  }
  if (config.sentinel) {
    const { nodes, name } = config.sentinel;
    const sentinels = nodes.map((node) => {
      const at = node.lastIndexOf(':');
      return { host: node.slice(0, at), port: Number(node.slice(at + 1)) };
    });
    return new Redis({ ...common, sentinels, name, sentinelRetryStrategy: common.retryStrategy });
  }
  return new Redis(redisUrlOf(config, secrets), common);
};

/** Where the one server is: as configured, else as the environment says, else on this machine. */
export const redisUrlOf = ({ url }: RedisSettings, { redisUrl }: RedisSecrets): string =>
  url ?? redisUrl ?? 'redis://127.0.0.1:6379';

/** What a pipeline or a transaction answered, command by command. Throws the first error, or that it was given up. */
export const answersOf = (replies: [Error | null, unknown][] | null): unknown[] => {
  if (replies === null) throw new Error('Redis gave the commands up; they are tried again');
  return replies.map(([error, answer]) => {
    if (error) throw error;
    return answer;
  });
};
