/**
 * Agreement: whether every instance that runs has the same configuration. While a change is being rolled out some act
 * by the old one and some by the new, so nothing is begun. Each says in Redis, every few seconds, by what it runs.
 */
import { createHash, randomUUID } from 'node:crypto';
import type { Config } from '../config/schema.ts';
import type { Clock } from '../events/event.ts';
import { canonicalJson } from '../runtime/canonical-json.ts';
import { answersOf, type RedisClient } from '../runtime/redis.ts';

export interface Agreement {
  /** Says by what this instance runs. Answers whether another runs by something else; call it as often as you like. */
  differs(): Promise<boolean>;
}

/** One process agrees with itself. */
export const createSoleAgreement = (): Agreement => ({ differs: async () => false });

/** How often an instance says it, in ms. */
const SAY_EVERY = 2_000;
/** An instance that has not said it for so long, in ms, does not run any more. */
const GONE = 10_000;
/** The key expires when nobody has said anything for so long, in seconds. */
const KEPT = 60;

/** The fingerprint of what decides, so without where an instance listens, logs, and keeps its files. */
export const fingerprintOf = ({ live, log, dataDir, ...decides }: Config): string =>
  createHash('sha256').update(canonicalJson(decides)).digest('hex').slice(0, 16);

export const createRedisAgreement = (parts: {
  redis: RedisClient;
  prefix: string;
  fingerprint: string;
  clock: Clock;
}): Agreement => {
  const { redis, fingerprint, clock } = parts;
  const key = `${parts.prefix}:{config}`;
  const id = randomUUID();
  let saidAt = 0;
  let answer = false;

  return {
    differs: async () => {
      const now = clock();
      if (now - saidAt < SAY_EVERY) return answer;
      const replies = await redis
        .multi()
        .hset(key, id, `${fingerprint} ${now}`)
        .expire(key, KEPT)
        .hgetall(key)
        .exec();
      const said = Object.entries(answersOf(replies).at(-1) as Record<string, string>).map(([who, text]) => {
        const [runs, at] = text.split(' ');
        return { who, runs, ago: now - Number(at) };
      });
      answer = said.some(({ runs, ago }) => runs !== fingerprint && ago < GONE);
      // The key does not expire while anybody speaks, so what the dead have said is deleted one by one.
      const gone = said.filter(({ ago }) => ago > KEPT * 1_000).map(({ who }) => who);
      if (gone.length > 0) await redis.hdel(key, ...gone);
      saidAt = now;
      return answer;
    },
  };
};
