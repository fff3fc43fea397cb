/** Tells the first time that a name is shown from every later one, for what must not be done twice. */
import type { RedisClient } from '../../runtime/redis.ts';

/** True the first time within `length` ms, on whichever instance. */
export type Once = (name: string, length: number) => Promise<boolean>;

export const createRedisOnce =
  ({ redis, prefix }: { redis: RedisClient; prefix: string }): Once =>
  async (name, length) =>
    (await redis.set(`${prefix}:once:${name}`, '1', 'PX', length, 'NX')) === 'OK';

/** For one process, which cannot know what was shown before it started. `now` is in ms. */
export const createMemoryOnce = (now: () => number = Date.now): Once => {
  const shown = new Map<string, number>();
  return async (name, length) => {
    for (const [old, until] of shown) if (until <= now()) shown.delete(old);
    if (shown.has(name)) return false;
    shown.set(name, now() + length);
    return true;
  };
};
