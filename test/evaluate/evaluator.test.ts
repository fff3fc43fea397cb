/** The lease and its token: whoever was frozen and thaws does nothing any more. */
import { randomUUID } from 'node:crypto';
import { Redis } from 'ioredis';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createLeadership } from '../../src/cluster/leadership.ts';
import { createRedisLease } from '../../src/cluster/lease-redis.ts';
import { configSchema } from '../../src/config/schema.ts';
import { createRedisCheckpoint } from '../../src/evaluate/checkpoint-redis.ts';
import { createEvaluator } from '../../src/evaluate/evaluator.ts';
import { createRedisMailbox } from '../../src/evaluate/mailbox-redis.ts';
import { createEvaluationStatus } from '../../src/evaluate/status.ts';
import { duration, type Ms, ms, second } from '../../src/events/event.ts';
import { createRedisJournal } from '../../src/incidents/audit/redis.ts';
import type { Incident, IncidentChange } from '../../src/incidents/incident.ts';
import { createRedisIncidents } from '../../src/incidents/store-redis.ts';
import { createRedisOutbox } from '../../src/notify/outbox/redis.ts';
import type { WindowChanges } from '../../src/windows/store/store.ts';
import { incident } from '../incidents/build.ts';
import { until } from '../support/until.ts';

const NOTHING: WindowChanges = {
  cursor: {},
  partitions: [],
  counts: new Map(),
  distinct: new Map(),
  tallies: new Map(),
  samples: new Map(),
  announced: new Map(),
};

describe.skipIf(!process.env.REDIS_URL)('an instance that evaluates', () => {
  let redis: Redis;
  beforeAll(() => {
    redis = new Redis(process.env.REDIS_URL ?? '');
  });
  afterAll(() => redis.disconnect());

  /** One whose watch finds `found` each time it looks, at windows that take as long as `read` does. */
  const instance = (
    prefix: string,
    found: Incident,
    { read = async () => {}, length = 150 }: { read?: () => Promise<void>; length?: number } = {},
  ) => {
    const parts = { redis, prefix };
    const change: IncidentChange = {
      kind: 'opened',
      cause: 'findings',
      incident: found,
      says: found.id,
      at: found.openedAt,
      by: 'detection',
      from: null,
    };
    let known: readonly Incident[] = [];
    const lease = createRedisLease({ ...parts, length: duration(length) });
    const clock = () => ms(Date.now());
    const leadership = createLeadership({ lease, clock });
    const evaluator = createEvaluator({
      config: configSchema.parse({}),
      store: {
        claim: async () => ({ epoch: 1, next: 0 }),
        consent: async () => ({ withdrawn: new Map(), returned: new Map() }),
        apply: async () => ({ kind: 'applied' }),
        read: async () => {
          await read();
          return NOTHING;
        },
        evaluated: async () => {},
        close: async () => {},
      },
      watch: {
        *advance() {
          if (known.some(({ id }) => id === found.id)) return;
          known = [...known, found];
          yield { at: second(found.openedAt / 1_000), findings: [], changes: [change] };
        },
        observe: () => {},
        incidents: () => known,
        reached: () => undefined,
        expire: () => [],
        act: () => undefined,
        verify: () => undefined,
        acknowledge: () => undefined,
        save: () => ({ detected: 1, sealed: 1, learned: { by: found.id } }),
        load: (_state, incidents) => {
          known = incidents;
          return 0;
        },
      },
      checkpoint: createRedisCheckpoint(parts),
      leadership,
      incidents: createRedisIncidents(parts),
      journal: createRedisJournal(parts),
      mailbox: createRedisMailbox(parts),
      outbox: createRedisOutbox(parts),
      executor: {
        pause: () => Promise.reject(new Error('nothing is paused here')),
        resume: () => Promise.reject(new Error('nothing is resumed here')),
        change: () => Promise.reject(new Error('nothing is changed here')),
        finish: async () => {},
      },
      mode: () => 'dry-run',
      context: () => {
        throw new Error('nothing is decided here');
      },
      status: createEvaluationStatus(),
      limits: { lateness: duration(2_000) },
      nowAt: (at) => ms(at * 1_000),
      silentUntil: () => 0 as Ms,
      clock,
      log: pino({ level: 'silent' }),
    });
    return { evaluator, leadership, lease };
  };

  const kept = async (prefix: string) => {
    const parts = { redis, prefix };
    const [incidents, waiting, lines, memory] = await Promise.all([
      createRedisIncidents(parts).load(),
      createRedisOutbox(parts).peek(100),
      createRedisJournal(parts).read(0, 100),
      createRedisCheckpoint(parts).load(),
    ]);
    return { incidents: incidents.map(({ id }) => id), waiting, lines, memory };
  };

  test('frozen in the middle of a look, it saves, tells and writes down nothing once another has taken over', async () => {
    const prefix = `test-${randomUUID()}`;
    let thaw: () => void = () => {};
    const frozen = new Promise<void>((resolve) => {
      thaw = resolve;
    });
    let isReading = false;
    const read = async () => {
      isReading = true;
      await frozen;
    };
    const old = instance(prefix, incident({ id: 'old' }), { read });
    const oldLook = old.evaluator.tick();
    await until(() => isReading);
    const next = instance(prefix, incident({ id: 'new' }));
    await until(async () => {
      await next.evaluator.tick();
      return next.leadership.leading();
    });
    expect(old.leadership.leading()).toBe(false);

    thaw();
    await oldLook;
    await expect(old.evaluator.save()).rejects.toThrow('another instance evaluates since');

    const { incidents, waiting, lines, memory } = await kept(prefix);
    expect(incidents).toEqual(['new']);
    expect(new Set(waiting.map(({ incident: id }) => id))).toEqual(new Set(['new']));
    expect(lines).toHaveLength(1);
    expect(memory?.learned).not.toHaveProperty('by', 'old');
  });

  test('it leads only as long as the lease that it last held', async () => {
    // Long enough for the first look on a machine that is busy with other tests.
    const { evaluator, leadership, lease } = instance(`test-${randomUUID()}`, incident(), { length: 2_000 });
    await evaluator.tick();
    expect([leadership.leading(), await leadership.holds()]).toEqual([true, true]);

    await until(() => !leadership.leading());

    await lease.release();
    await evaluator.tick();
    expect(leadership.leading()).toBe(true);
  });
});
