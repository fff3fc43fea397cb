/** Once: tells the first time a name is shown from every later one. For what must not be done twice. */
import type { RedisClient } from '../../runtime/redis.ts';

/** True the first time within `length` ms, on whichever instance. */
export type Once = (name: string, length: number) => Promise<boolean>;

export const createRedisOnce =
  ({ redis, prefix }: { redis: RedisClient; prefix: string }): Once =>
  async (name, length) =>
    (await redis.set(`${prefix}:once:${name}`, '1', 'PX', length, 'NX')) === 'OK';

/** One process's own: what was shown before it started it cannot know. `now`: in ms. */
export const createMemoryOnce = (now: () => number = Date.now): Once => {
  const shown = new Map<string, number>();
  return async (name, length) => {
    for (const [old, until] of shown) if (until <= now()) shown.delete(old);
    if (shown.has(name)) return false;
    shown.set(name, now() + length);
    return true;
  };
};
