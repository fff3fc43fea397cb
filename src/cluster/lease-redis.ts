/** The lease in Redis: one key that expires unless renewed, and a counter that only grows. */
import { randomUUID } from 'node:crypto';
import { type Duration, duration } from '../events/event.ts';
import { loadScript } from '../runtime/lua.ts';
import type { RedisClient } from '../runtime/redis.ts';
import type { Lease } from './lease.ts';

/** `length`: how long a holder that died keeps the others out. Takeover takes that and one call of theirs. */
export const createRedisLease = (parts: { redis: RedisClient; prefix: string; length?: Duration }): Lease => {
  const { redis, prefix, length = duration(2_000) } = parts;
  const holdLease = loadScript(redis, new URL('./hold-lease.lua', import.meta.url));
  const releaseLease = loadScript(redis, new URL('./release-lease.lua', import.meta.url));
  const id = randomUUID();
  const holder = `${prefix}:{lease}:holder`;
  const lastToken = `${prefix}:{lease}:token`;
  return {
    length,
    hold: async () => {
      const token = await holdLease([holder, lastToken], [id, length]);
      return token === null ? null : Number(token);
    },
    release: async () => {
      await releaseLease([holder], [id]);
    },
    close: async () => {},
  };
};
