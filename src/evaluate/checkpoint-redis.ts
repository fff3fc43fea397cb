/**
 * What a takeover goes on from, in Redis: a hash with one field for where the watch is and one for each thing learned,
 * so that only what changed is written.
 */
import { Fenced } from '../cluster/lease.ts';
import { loadScript } from '../runtime/lua.ts';
import type { RedisClient } from '../runtime/redis.ts';
import type { Checkpoint, WatchState } from './checkpoint.ts';

/** What was learned outlives a long summer. */
const HUNDRED_DAYS = 100 * 86_400;

export const createRedisCheckpoint = (parts: { redis: RedisClient; prefix: string }): Checkpoint => {
  const { redis, prefix } = parts;
  const saveCheckpoint = loadScript(redis, new URL('./save-checkpoint.lua', import.meta.url));
  const key = `${prefix}:watch`;
  const write = async (token: number | undefined, fields: readonly string[]): Promise<void> => {
    const answer = await saveCheckpoint([key], [HUNDRED_DAYS, token ?? '', ...fields]);
    if (answer === 'fenced') throw new Fenced();
  };
  return {
    load: async (token) => {
      if (token !== undefined) await write(token, []);
      const { head, fence, ...learned } = await redis.hgetall(key);
      return head === undefined
        ? undefined
        : { ...(JSON.parse(head) as Omit<WatchState, 'learned'>), learned };
    },
    save: ({ learned, ...head }, token) =>
      write(token, ['head', JSON.stringify(head), ...Object.entries(learned).flat()]),
  };
};
