/** The relay in Redis: one list. */
import { answersOf, type RedisClient } from '../runtime/redis.ts';
import { type Mailbox, type MailboxMessage, MOST_TOLD } from './mailbox.ts';

export const createRedisMailbox = ({ redis, prefix }: { redis: RedisClient; prefix: string }): Mailbox => {
  const key = `${prefix}:{incidents}:relay`;
  return {
    pass: async (told) => {
      answersOf(await redis.multi().rpush(key, JSON.stringify(told)).ltrim(key, -MOST_TOLD, -1).exec());
    },
    drain: async (apply) => {
      const texts = await redis.lrange(key, 0, -1);
      if (texts.length === 0) return;
      for (const text of texts) await apply(JSON.parse(text) as MailboxMessage);
      const applied = redis.pipeline();
      for (const text of texts) applied.lrem(key, 1, text);
      answersOf(await applied.exec());
    },
  };
};
