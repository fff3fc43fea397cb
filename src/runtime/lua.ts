/**
 * Lua scripts in Redis: one a file, beside the adapter that runs it. In: a connection and the file. Out: a function of
 * the script's keys and arguments. Sent whole once a connection, by its hash from then on, and whole again to a server
 * that does not know it (new, restarted, failed over): ioredis sees to that.
 */
import { readFileSync } from 'node:fs';
import type { RedisClient } from './redis.ts';

/** Answers what the script answers. Rejects when Redis does not answer in time, or the script fails. */
export type Script = (keys: readonly string[], args?: readonly (string | number)[]) => Promise<unknown>;

/** `file`: the script's address, as `new URL('./hold-lease.lua', import.meta.url)`. Throws when it cannot be read. */
export const loadScript = (redis: RedisClient, file: URL): Script => {
  // Named by its whole path: a script called append must not take the place of Redis's own command.
  const name = file.pathname;
  redis.defineCommand(name, { lua: readFileSync(file, 'utf8') });
  const run = (redis as unknown as Record<string, (...args: unknown[]) => Promise<unknown>>)[name];
  if (run === undefined) throw new Error(`${name}: was not taken as a command`);
  return (keys, args = []) => run.call(redis, keys.length, ...keys, ...args);
};
