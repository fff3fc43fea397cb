/** The shared outbox: every step is one Lua script on keys of one hash slot, `<prefix>:{outbox}:…`. */
import { readFileSync } from 'node:fs';
import type { RedisClient } from '../redis.ts';
import { JOINED_LENGTH, REPLY_LIMIT, THREAD_KEPT } from './limits.ts';
import type { Entry, Outbox, Thread } from './outbox.ts';

const script = (name: string): string => readFileSync(new URL(name, import.meta.url), 'utf8');
const PUT = script('./put.lua');
const DONE = script('./done.lua');
const PEEK = script('./peek.lua');
const MUTE = script('./mute.lua');
/** Lua unpacks its answer on a stack of a few thousand slots. */
const PEEK_MOST = 1_000;

/** Rejects when Redis does not answer. `close` leaves the connection alone: it is shared. */
export const createRedisOutbox = (parts: {
  redis: RedisClient;
  prefix: string;
  replyLimit?: number;
}): Outbox => {
  const { redis, prefix, replyLimit = REPLY_LIMIT } = parts;
  const key = (name: string) => `${prefix}:{outbox}:${name}`;
  const [entries, order, seq, mutes] = [key('entries'), key('order'), key('seq'), key('mutes')];
  const threadKey = (incident: string) => key(`threads:${incident}`);

  return {
    put: async (notices) => {
      if (notices.length === 0) return;
      const limits = [replyLimit, JOINED_LENGTH];
      await redis.eval(PUT, 4, entries, order, seq, mutes, JSON.stringify(notices), ...limits);
    },
    peek: async (limit) => {
      const texts = (await redis.eval(
        PEEK,
        3,
        entries,
        order,
        mutes,
        Math.min(limit, PEEK_MOST),
      )) as string[];
      return texts.map((text) => JSON.parse(text) as Entry);
    },
    done: async (entry, { channel, ts }) => {
      const member = entry.kind === 'card' ? `card:${entry.incident}` : `reply:${entry.seq}`;
      const keys = [entries, order, threadKey(entry.incident)];
      const thread = JSON.stringify({ channel, ts });
      await redis.eval(DONE, 3, ...keys, member, entry.seq, entry.text, thread, THREAD_KEPT);
    },
    thread: async (incident) => {
      const text = await redis.get(threadKey(incident));
      return text === null ? undefined : (JSON.parse(text) as Thread);
    },
    mute: async (incident, severity, length) => {
      await redis.eval(MUTE, 1, mutes, incident, severity, length);
    },
    size: () => redis.zcard(order),
    close: async () => undefined,
  };
};
