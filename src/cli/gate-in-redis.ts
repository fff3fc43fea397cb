/** The gate in Redis, for an order that no daemon takes. Loaded only then: what it takes is most of what tocsin loads. */
import { loadConfig } from '../config/load.ts';
import { readSecrets } from '../config/secrets.ts';
import { journaled } from '../incidents/audit/journaled.ts';
import { createRedisJournal } from '../incidents/audit/redis.ts';
import type { IncidentStore } from '../incidents/store.ts';
import { createRedisIncidents } from '../incidents/store-redis.ts';
import type { Gate } from '../respond/gate/gate.ts';
import { createRedisGate } from '../respond/gate/redis.ts';
import { connectRedis } from '../runtime/redis.ts';

/** What can be reached without a daemon. */
export interface WithoutDaemon {
  readonly gate: Gate;
  readonly log: Pick<IncidentStore, 'record'>;
}

/** Asks the gate in the Redis that the configuration in `file` names; false when it names none. */
export const askGateInRedis = async (
  file: string,
  ask: (redis: WithoutDaemon) => Promise<unknown>,
): Promise<boolean> => {
  const config = loadConfig(file).redis;
  if (!config) return false;
  const redis = connectRedis(config, readSecrets(process.env), { giveUp: true });
  try {
    const at = { redis, prefix: config.prefix };
    const log = journaled(createRedisIncidents(at), createRedisJournal(at));
    await ask({ gate: createRedisGate(at), log });
  } finally {
    redis.disconnect();
  }
  return true;
};
