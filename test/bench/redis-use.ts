/** What a Redis server was asked for: commands, those of scripts included, and bytes that came in. */
import { Redis } from 'ioredis';

export interface RedisUse {
  readonly commands: number;
  readonly bytes: number;
}

export const redisUse = async (url: string): Promise<RedisUse> => {
  const redis = new Redis(url);
  const [stats, commands] = [await redis.info('stats'), await redis.info('commandstats')];
  await redis.quit();
  const calls = [...commands.matchAll(/calls=(\d+)/g)].reduce((sum, [, n]) => sum + Number(n), 0);
  return { commands: calls, bytes: Number(/total_net_input_bytes:(\d+)/.exec(stats)?.[1] ?? 0) };
};
