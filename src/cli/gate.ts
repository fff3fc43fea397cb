/** Orders when no daemon answers go straight to the gate in Redis, so that a pause can be undone whatever is down. */
import { loadConfig } from '../config/load.ts';
import { readSecrets } from '../config/secrets.ts';
import { journaled } from '../incidents/audit/journaled.ts';
import { createRedisJournal } from '../incidents/audit/redis.ts';
import type { IncidentStore } from '../incidents/store.ts';
import { createRedisIncidents } from '../incidents/store-redis.ts';
import type { Gate } from '../respond/gate/gate.ts';
import { createRedisGate } from '../respond/gate/redis.ts';
import { connectRedis } from '../runtime/redis.ts';
import { CommandError, EXIT } from './exit.ts';

/** What can be reached without a daemon. */
export interface WithoutDaemon {
  readonly gate: Gate;
  readonly log: Pick<IncidentStore, 'record'>;
}

/**
 * Asks the daemon; when none answers and the configuration names a Redis, the gate in it. Answers which of the two
 * it was. Throws what the daemon or the gate refused.
 */
export const daemonElseGate = async (
  config: string | undefined,
  ask: {
    readonly daemon: () => Promise<unknown>;
    readonly gate: (redis: WithoutDaemon) => Promise<unknown>;
  },
): Promise<'daemon' | 'gate'> => {
  try {
    await ask.daemon();
    return 'daemon';
  } catch (error) {
    const unreachable = error instanceof CommandError && error.code === EXIT.unreachable;
    const redisConfig = unreachable && config ? loadConfig(config).redis : undefined;
    if (!redisConfig) throw error;
    const redis = connectRedis(redisConfig, readSecrets(process.env), { giveUp: true });
    try {
      const at = { redis, prefix: redisConfig.prefix };
      const log = journaled(createRedisIncidents(at), createRedisJournal(at));
      await ask.gate({ gate: createRedisGate(at), log });
    } finally {
      redis.disconnect();
    }
    return 'gate';
  }
};
