/** What people are told of where Redis is. */
import { redisUrlOf } from '../runtime/redis.ts';
import { ConfigError } from './config-error.ts';
import type { Config } from './schema.ts';
import type { Secrets } from './secrets.ts';

/**
 * How people are told which Redis is meant: by the key that configures it, and by host and port, never with the
 * password. Throws `ConfigError` when redis.url is no address.
 */
export const redisName = (
  config: NonNullable<Config['redis']>,
  secrets: Secrets,
): { readonly field: string; readonly where: string } => {
  const { cluster, sentinel } = config;
  if (cluster) return { field: 'redis.cluster', where: cluster.join(', ') };
  if (sentinel) return { field: 'redis.sentinel', where: sentinel.nodes.join(', ') };
  const field = config.url === undefined && secrets.redisUrl ? 'redis.url (from REDIS_URL)' : 'redis.url';
  const url = redisUrlOf(config, secrets);
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  if (!parsed || !/^rediss?:$/.test(parsed.protocol) || parsed.hostname === '')
    throw new ConfigError(`${field}: must be redis://host:port, or rediss://host:port for TLS`);
  return { field, where: `${parsed.hostname}:${parsed.port || 6379}` };
};
