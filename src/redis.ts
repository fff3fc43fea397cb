/** Connects to Redis, one server or a Cluster, as the configuration and the environment say. */
import { Cluster, Redis } from 'ioredis';
import type { Config } from './config/schema.ts';
import type { Secrets } from './config/secrets.ts';

export type RedisClient = Redis | Cluster;

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
    ...(secrets.redisPassword ? { password: secrets.redisPassword } : {}),
  };
  if (config.cluster) {
    return new Cluster(config.cluster, { redisOptions: common, clusterRetryStrategy: common.retryStrategy });
  }
  const url = config.url ?? secrets.redisUrl ?? 'redis://127.0.0.1:6379';
  return new Redis(url, common);
};
