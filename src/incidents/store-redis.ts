/** Incidents and the log of actions in Redis, shared by every instance. */
import { Fenced } from '../cluster/lease.ts';
import { loadScript } from '../runtime/lua.ts';
import { answersOf, type RedisClient } from '../runtime/redis.ts';
import type { Incident } from './incident.ts';
import { KEPT_RESOLVED } from './lifecycle.ts';
import { stillKept } from './retention.ts';
import type { IncidentStore } from './store.ts';
import {
  readAction,
  readIncident,
  type StoredAction,
  type StoredIncident,
  storedAction,
  storedIncident,
} from './stored.ts';

const THIRTY_DAYS = 30 * 86_400;
const MAX_ACTIONS = 1_000;

export const createRedisIncidents = (parts: { redis: RedisClient; prefix: string }): IncidentStore => {
  const { redis, prefix } = parts;
  const saveIncidents = loadScript(redis, new URL('./save-incidents.lua', import.meta.url));
  const key = (name: string) => `${prefix}:{incidents}:${name}`;
  const actions = key('actions');
  const keys = [key('by-id'), key('revisions'), key('resolved'), key('fence')] as const;

  const save = async (incidents: readonly Incident[], token?: number): Promise<void> => {
    if (incidents.length === 0 && token === undefined) return;
    const newest = Math.max(0, ...incidents.map((one) => one.resolvedAt ?? one.lastSeenAt));
    const fields = incidents.flatMap((one) => [
      one.id,
      one.revision,
      one.resolvedAt ?? '',
      JSON.stringify(storedIncident(one)),
    ]);
    const fixed = [newest - KEPT_RESOLVED, THIRTY_DAYS, token ?? ''];
    const answer = await saveIncidents(keys, [...fixed, ...fields]);
    if (answer === 'fenced') throw new Fenced();
  };

  const load = async (): Promise<readonly Incident[]> => {
    const texts = await redis.hvals(keys[0]);
    return stillKept(texts.map((text) => readIncident(JSON.parse(text) as StoredIncident)));
  };

  return {
    save,
    load,
    record: async (action) => {
      const replies = await redis
        .multi()
        .lpush(actions, JSON.stringify(storedAction(action)))
        .ltrim(actions, 0, MAX_ACTIONS - 1)
        .expire(actions, THIRTY_DAYS)
        .exec();
      answersOf(replies);
    },
    actions: async (limit) => {
      if (limit <= 0) return [];
      const texts = await redis.lrange(actions, 0, limit - 1);
      return texts.map((text) => readAction(JSON.parse(text) as StoredAction));
    },
    close: async () => {},
  };
};
