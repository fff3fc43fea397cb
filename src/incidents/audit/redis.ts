/**
 * The journal in Redis, shared by every instance: a stream whose ids are the sequence numbers, and the head beside it.
 * The newest 100,000 entries are kept, for 400 days behind the last one.
 */
import { loadScript } from '../../runtime/lua.ts';
import type { RedisClient } from '../../runtime/redis.ts';
import { chained, fresh, type Journal, type JournalDraft, type Link } from './log.ts';

const KEPT = 100_000;
const EXPIRY = 400 * 86_400;

/**
 * The hashes are made here, Redis having no SHA-256: lines made for a head that is no longer the head are made again.
 * Every round that fails is one in which another instance wrote, so that some instance always gets on.
 */
export const createRedisJournal = (parts: { redis: RedisClient; prefix: string }): Journal => {
  const { redis, prefix } = parts;
  const appendLines = loadScript(redis, new URL('./append.lua', import.meta.url));
  const key = (name: string) => `${prefix}:{journal}:${name}`;
  const keys = [key('entries'), key('head'), key('revisions')] as const;
  let turn: Promise<unknown> = Promise.resolve();

  const head = async (): Promise<Link> => {
    const [seq, hash] = await redis.hmget(keys[1], 'seq', 'hash');
    return { seq: Number(seq ?? 0), hash: hash ?? '' };
  };

  const revisionsOf = async (drafts: readonly JournalDraft[]): Promise<Map<string, number>> => {
    const ids = [...new Set(drafts.flatMap(({ incident }) => incident ?? []))];
    if (ids.length === 0) return new Map();
    const known = await redis.hmget(keys[2], ...ids);
    return new Map(ids.map((id, index) => [id, Number(known[index] ?? 0)]));
  };

  const append = async (drafts: readonly JournalDraft[], token?: number): Promise<'written' | 'fenced'> => {
    for (let link = await head(); ; ) {
      const wanted = fresh(drafts, await revisionsOf(drafts));
      const next = chained(wanted, link);
      const rows = wanted.flatMap(({ incident, revision }, index) => [
        incident ?? '',
        revision ?? '',
        next.lines[index] ?? '',
      ]);
      const fixed = [link.seq, link.hash, next.head.hash, token ?? '', KEPT, EXPIRY];
      const answer = await appendLines(keys, [...fixed, ...rows]);
      if (answer === 'written' || answer === 'fenced') return answer;
      const [seq, hash] = answer as [string, string];
      link = { seq: Number(seq), hash };
    }
  };

  return {
    append: (drafts, token) => {
      if (drafts.length === 0 && token === undefined) return Promise.resolve('written');
      const written = turn.then(() => append(drafts, token));
      turn = written.catch(() => undefined);
      return written;
    },
    read: async (after, limit) => {
      const found = await redis.xrange(keys[0], `${after + 1}-0`, '+', 'COUNT', Math.max(1, limit));
      return found.slice(0, limit).map(([, fields]) => fields[1] ?? '');
    },
    head,
    close: async () => {
      await turn;
    },
  };
};
