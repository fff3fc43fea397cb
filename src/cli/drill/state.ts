/** Can what must be kept be written, and read back? In Redis, or in the data directory. */
import { randomUUID } from 'node:crypto';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Config } from '../../config/schema.ts';
import type { Secrets } from '../../config/secrets.ts';
import { messageOf } from '../../runtime/errors.ts';
import { connectRedis, type RedisClient } from '../../runtime/redis.ts';
import { failed, type StepOutcome } from './step.ts';

export interface DrillRedis {
  readonly redis: RedisClient;
  readonly prefix: string;
  /** The last error of the connection, which says more than that of the command that failed for it. */
  readonly problem: () => string | undefined;
}

/** Connects to Redis, and gives up soon when it does not answer. */
export const openRedis = (config: NonNullable<Config['redis']>, secrets: Secrets): DrillRedis => {
  const redis = connectRedis(config, secrets, { giveUp: true });
  let problem: string | undefined;
  redis.on('error', (error: Error) => {
    problem = messageOf(error);
  });
  return { redis, prefix: config.prefix, problem: () => problem };
};

/** When the key of a drill that dies expires, in seconds. */
const EXPIRY = 60;

/** Writes to Redis under a key of its own, and reads it back. */
export const tryRedis = async ({ redis, prefix, problem }: DrillRedis): Promise<StepOutcome<true>> => {
  const value = randomUUID();
  const key = `${prefix}:drill:${value}`;
  try {
    await redis.set(key, value, 'EX', EXPIRY);
    if ((await redis.get(key)) !== value)
      return failed('what was written is not read back', 'see whether it answers from a replica');
    await redis.del(key);
    return { state: 'ok', says: `written and read back under ${prefix}`, value: true };
  } catch (error) {
    return failed(problem() ?? messageOf(error), 'see that it runs, and check redis and REDIS_URL');
  }
};

/** Writes a file of its own in the data directory, and reads it back. */
export const tryDataDir = async (dir: string): Promise<StepOutcome> => {
  const path = join(dir, `drill-${randomUUID()}`);
  try {
    await mkdir(dir, { recursive: true });
    await writeFile(path, path, { flush: true });
    const read = await readFile(path, 'utf8');
    if (read !== path) return failed(`${path} is not read back as written`, 'see the disk');
    return { state: 'ok', says: `written and read back in ${dir}` };
  } finally {
    await rm(path, { force: true });
  }
};
