import { randomUUID } from 'node:crypto';
import { Redis } from 'ioredis';
import { createRedisLease } from '../../../src/cluster/lease-redis.ts';
import { createRedisCheckpoint } from '../../../src/evaluate/checkpoint-redis.ts';
import { duration } from '../../../src/events/event.ts';
import { MINUTE } from '../../../src/events/time.ts';
import { createRedisIncidents } from '../../../src/incidents/store-redis.ts';
import { createRedisGate } from '../../../src/respond/gate/redis.ts';
import { createRedisStore } from '../../../src/windows/store/redis.ts';
import type { Place } from '../../support/cut-stream.ts';
import { anyCutSuite } from './any-cut.ts';

const inRedis = async (instances: number): Promise<Place> => {
  const redis = new Redis(process.env.REDIS_URL ?? '');
  const prefix = `cut-${randomUUID().slice(0, 8)}`;
  // It only goes on when it is given: an instance that others keep waiting has not died.
  const leases = Array.from({ length: instances }, () =>
    createRedisLease({ redis, prefix, length: duration(10 * MINUTE) }),
  );
  return {
    store: createRedisStore({ redis, prefix }),
    memory: createRedisCheckpoint({ redis, prefix }),
    incidents: createRedisIncidents({ redis, prefix }),
    gate: createRedisGate({ redis, prefix }),
    leases,
    give: async (instance) => {
      for (const lease of leases) await lease.release();
      await leases[instance]?.hold();
    },
    close: async () => redis.disconnect(),
  };
};

anyCutSuite('in Redis', { open: inRedis, numRuns: 1 });
