/** The lease in Redis: one key that expires unless renewed, and a counter that only grows. */
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { Cluster, Redis } from 'ioredis';
import { type Duration, duration } from '../events/event.ts';
import type { Lease } from './lease.ts';

const script = (name: string) => readFileSync(new URL(name, import.meta.url), 'utf8');
const HOLD = script('./hold-lease.lua');
const RELEASE = script('./release-lease.lua');

/** `length`: how long a holder that died keeps the others out. Takeover takes that and one call of theirs. */
export const createRedisLease = (parts: {
  redis: Redis | Cluster;
  prefix: string;
  length?: Duration;
}): Lease => {
  const { redis, prefix, length = duration(2_000) } = parts;
  const id = randomUUID();
  const holder = `${prefix}:{lease}:holder`;
  const lastToken = `${prefix}:{lease}:token`;
  return {
    length,
    hold: async () => {
      const token = await redis.eval(HOLD, 2, holder, lastToken, id, length);
      return token === null ? null : Number(token);
    },
    release: async () => {
      await redis.eval(RELEASE, 1, holder, id);
    },
    close: async () => {},
  };
};
