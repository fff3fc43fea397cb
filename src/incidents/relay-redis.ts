/** The relay in Redis: one list. */
import type { RedisClient } from '../redis.ts';
import { MOST_TOLD, type Relay, type Told } from './relay.ts';

export const createRedisRelay = ({ redis, prefix }: { redis: RedisClient; prefix: string }): Relay => {
  const key = `${prefix}:{incidents}:relay`;
  return {
    pass: async (told) => {
      const written = await redis.multi().rpush(key, JSON.stringify(told)).ltrim(key, -MOST_TOLD, -1).exec();
      const failed = written?.find(([error]) => error)?.[0];
      if (failed || !written) throw failed ?? new Error('Redis gave up the transaction');
    },
    drain: async (apply) => {
      const texts = await redis.lrange(key, 0, -1);
      if (texts.length === 0) return;
      for (const text of texts) await apply(JSON.parse(text) as Told);
      for (const text of texts) await redis.lrem(key, 1, text);
    },
  };
};
