/** The shared outbox: every step is one Lua script on keys of one hash slot, `<prefix>:{outbox}:…`. */
import { Fenced } from '../../cluster/lease.ts';
import { loadScript } from '../../runtime/lua.ts';
import type { RedisClient } from '../../runtime/redis.ts';
import { JOINED_LENGTH, NAMES_KEPT, REPLY_LIMIT, THREAD_KEPT } from './limits.ts';
import type { CardPlace, Outbox, OutboxEntry, Thread } from './outbox.ts';

/** So many entries are read at once: Lua unpacks its answer on a stack of a few thousand slots. */
const PEEK_MOST = 1_000;

/** Rejects when Redis does not answer. `close` leaves the connection alone: it is shared. */
export const createRedisOutbox = (parts: {
  redis: RedisClient;
  prefix: string;
  replyLimit?: number;
}): Outbox => {
  const { redis, prefix, replyLimit = REPLY_LIMIT } = parts;
  const scripts = {
    put: loadScript(redis, new URL('./put.lua', import.meta.url)),
    done: loadScript(redis, new URL('./done.lua', import.meta.url)),
    peek: loadScript(redis, new URL('./peek.lua', import.meta.url)),
    mute: loadScript(redis, new URL('./mute.lua', import.meta.url)),
    took: loadScript(redis, new URL('./took.lua', import.meta.url)),
  };
  const key = (name: string) => `${prefix}:{outbox}:${name}`;
  const [entries, order, seq, mutes] = [key('entries'), key('order'), key('seq'), key('mutes')];
  const [names, fence] = [key('names'), key('fence')];
  const threadKey = (incident: string) => key(`threads:${incident}`);
  const placesKey = (incident: string) => key(`places:${incident}`);

  return {
    put: async (notices, token) => {
      if (notices.length === 0 && token === undefined) return;
      const keys = [entries, order, seq, mutes, names, fence];
      const limits = [replyLimit, JOINED_LENGTH, NAMES_KEPT];
      const answer = await scripts.put(keys, [JSON.stringify(notices), ...limits, token ?? '']);
      if (answer === 'fenced') throw new Fenced();
    },
    peek: async (limit, behind = 0) => {
      const most = Math.min(limit, PEEK_MOST);
      const answer = await scripts.peek([entries, order, mutes], [most, behind]);
      const [now, texts] = answer as [number, string[]];
      return texts.map((text) => {
        const { at = now, ...entry } = JSON.parse(text) as OutboxEntry & { at?: number };
        return { ...entry, waited: now - at };
      });
    },
    done: async (entry, { channel, ts }) => {
      const member = memberOf(entry);
      const keys = [entries, order, threadKey(entry.incident)];
      const thread = JSON.stringify({ channel, ts });
      await scripts.done(keys, [member, entry.seq, entry.text, thread, THREAD_KEPT]);
    },
    thread: async (incident) => {
      const text = await redis.get(threadKey(incident));
      return text === null ? undefined : (JSON.parse(text) as Thread);
    },
    has: async (incident) => {
      const [delivered, waits] = await Promise.all([
        redis.exists(threadKey(incident)),
        redis.hexists(entries, `card:${incident}`),
      ]);
      return delivered + waits > 0;
    },
    took: async (entry, { channel, mark, place }) => {
      const keys = [entries, order, placesKey(entry.incident)];
      const where = place ? JSON.stringify(place) : '';
      const how = [memberOf(entry), entry.seq, entry.text, channel, mark, where, THREAD_KEPT];
      await scripts.took(keys, how);
    },
    places: async (incident) => {
      const places = await redis.hgetall(placesKey(incident));
      return Object.fromEntries(
        Object.entries(places).map(([channel, text]) => [channel, JSON.parse(text) as CardPlace]),
      );
    },
    mute: async (incident, severity, length) => {
      await scripts.mute([mutes], [incident, severity, length]);
    },
    size: () => redis.zcard(order),
    close: async () => undefined,
  };
};

/** The member of the entry in the sorted set, as put.lua names it. */
const memberOf = ({ kind, incident, seq, only }: OutboxEntry): string => {
  if (kind === 'reply') return `reply:${seq}`;
  return only === undefined ? `card:${incident}` : `card:${incident}@${only}`;
};
