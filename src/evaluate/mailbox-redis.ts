/** The leader's mailbox in Redis: one list. */
import { readAction, type StoredAction, storedAction } from '../incidents/stored.ts';
import { answersOf, type RedisClient } from '../runtime/redis.ts';
import { type Mailbox, type MailboxMessage, MOST_TOLD } from './mailbox.ts';

export const createRedisMailbox = ({ redis, prefix }: { redis: RedisClient; prefix: string }): Mailbox => {
  const key = `${prefix}:{incidents}:relay`;
  return {
    pass: async (told) => {
      answersOf(
        await redis
          .multi()
          .rpush(key, JSON.stringify(stored(told)))
          .ltrim(key, -MOST_TOLD, -1)
          .exec(),
      );
    },
    drain: async (apply) => {
      const texts = await redis.lrange(key, 0, -1);
      if (texts.length === 0) return;
      for (const text of texts) await apply(readFrom(JSON.parse(text) as StoredMessage));
      const applied = redis.pipeline();
      for (const text of texts) applied.lrem(key, 1, text);
      answersOf(await applied.exec());
    },
  };
};

type StoredMessage =
  | Exclude<MailboxMessage, { kind: 'acted' }>
  | { readonly kind: 'acted'; readonly action: StoredAction };

/** The instance that reads it may be of another version. */
const stored = (told: MailboxMessage): StoredMessage =>
  told.kind === 'acted' ? { ...told, action: storedAction(told.action) } : told;
const readFrom = (told: StoredMessage): MailboxMessage =>
  told.kind === 'acted' ? { ...told, action: readAction(told.action) } : told;
