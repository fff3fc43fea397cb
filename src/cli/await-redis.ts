/**
 * Before the daemon there is Redis, or a wait for it: an instance that is started first must not be the one that is
 * missing later. In: the configuration. Out: nothing, once Redis answers; meanwhile one error in the log, and a server at
 * the daemon's own address, whose readiness says what is awaited.
 */
import { once } from 'node:events';
import { createServer } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from 'pino';
import { redisName } from '../config/redis-name.ts';
import type { Config } from '../config/schema.ts';
import type { Secrets } from '../config/secrets.ts';
import { connectRedis } from '../runtime/redis.ts';

/** The wait between two tries, in ms; it doubles up to the longest. */
const FIRST_WAIT = 250;
const LONGEST_WAIT = 5_000;

/** Returns when Redis answers or the signal is given, or at once without `redis`. Throws `ConfigError` when its address cannot be one. */
export const awaitRedis = async (parts: {
  readonly config: Pick<Config, 'redis' | 'live'>;
  readonly secrets: Secrets;
  readonly log: Logger;
  readonly signal: AbortSignal;
}): Promise<void> => {
  const { secrets, log, signal } = parts;
  const { redis, live } = parts.config;
  if (!redis) return;
  const { field, where } = redisName(redis, secrets);
  const found = await failureOf(redis, secrets);
  if (found === undefined) return;

  const says = `${field}: Redis does not answer at ${where} (${found}). Start it, or correct the address; tocsin waits, sees nothing, and goes on by itself when it answers`;
  log.error({ redis: where }, says);
  const server = await serveReadiness(live, says, log);
  let wait = FIRST_WAIT;
  do {
    // Cut short by the signal, which the loop then sees.
    await sleep(wait, undefined, { signal }).catch(() => undefined);
    wait = Math.min(2 * wait, LONGEST_WAIT);
  } while (!signal.aborted && (await failureOf(redis, secrets)) !== undefined);
  await server.close();
  if (!signal.aborted) log.info({ redis: where }, 'Redis answers');
};

/** Why it does not answer; undefined when it does. */
const failureOf = async (
  config: NonNullable<Config['redis']>,
  secrets: Secrets,
): Promise<string | undefined> => {
  const redis = connectRedis(config, secrets, { giveUp: true });
  let last: Error | undefined;
  redis.on('error', (error: Error) => {
    last = error;
  });
  try {
    await redis.ping();
    return undefined;
  } catch (error) {
    return last?.message || String(error);
  } finally {
    redis.disconnect();
  }
};

/** Serves only what is asked of every process: that it lives, and that it is not ready. */
const serveReadiness = async (
  { host, port }: Config['live'],
  says: string,
  log: Logger,
): Promise<{ close(): Promise<void> }> => {
  const server = createServer(({ url }, response) => {
    const lives = url === '/healthz';
    response.writeHead(lives ? 200 : 503, { 'content-type': 'application/json' });
    response.end(JSON.stringify(lives ? { ok: true } : { ready: false, problems: [says] }));
  });
  try {
    server.listen(port, host);
    await once(server, 'listening');
  } catch (error) {
    log.warn({ error: String(error) }, 'readiness cannot be asked for while Redis is awaited');
    return { close: async () => {} };
  }
  return {
    close: async () => {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
};
