import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { pino } from 'pino';
import { afterAll, describe, expect, test } from 'vitest';
import { stringify } from 'yaml';
import { CommandError, EXIT } from '../../src/cli/exit.ts';
import { daemonElseGate } from '../../src/cli/gate.ts';
import { ms } from '../../src/events/event.ts';
import { createRedisIncidents } from '../../src/incidents/store-redis.ts';
import type { ActuatorOrder } from '../../src/respond/actuators/actuator.ts';
import { createExecutor } from '../../src/respond/execute.ts';
import { createRedisGate } from '../../src/respond/gate/redis.ts';
import { pauseOf } from '../contract/gate.ts';
import { tocsinResult } from '../support/tocsin.ts';

/** A port on which nothing listens. */
const NOBODY = 'http://127.0.0.1:9';

const away = async () => Promise.reject(new CommandError('no tocsin answers', EXIT.unreachable));

describe.skipIf(!process.env.REDIS_URL)('an order from the command line', () => {
  const dir = mkdtempSync(join(tmpdir(), 'tocsin-cli-gate-'));
  const prefix = `test-${randomUUID()}`;
  const config = join(dir, 'tocsin.yaml');
  writeFileSync(config, stringify({ redis: { url: process.env.REDIS_URL, prefix } }));
  afterAll(() => rmSync(dir, { recursive: true }));

  test('goes to the gate in Redis when no daemon answers', async () => {
    const via = await daemonElseGate(config, {
      daemon: away,
      gate: ({ gate }) => gate.pause(pauseOf('alpha', 1)),
    });

    expect(via).toBe('gate');
    const redis = new Redis(process.env.REDIS_URL ?? '');
    expect(await createRedisGate({ redis, prefix }).list()).toEqual([pauseOf('alpha', 1)]);
    redis.disconnect();
  });

  test('goes to the gate only then: what the daemon refused stays refused', async () => {
    const asked: string[] = [];
    const gate = async () => asked.push('gate');
    const refuses = async () => Promise.reject(new CommandError('the daemon refused (409): not paused'));

    await expect(daemonElseGate(config, { daemon: refuses, gate })).rejects.toThrow('not paused');
    await expect(daemonElseGate(undefined, { daemon: away, gate })).rejects.toThrow('no tocsin answers');
    expect(await daemonElseGate(config, { daemon: async () => ({ ok: true }), gate })).toBe('daemon');
    expect(asked).toEqual([]);
  });

  test('says so when the gate does not take it', async () => {
    const gate = async () => Promise.reject(new CommandError('already paused'));

    await expect(daemonElseGate(config, { daemon: away, gate })).rejects.toThrow('already paused');
  });

  test('to resume is finished at the provider by the daemon that leads next', async () => {
    const redis = new Redis(process.env.REDIS_URL ?? '');
    const at = { redis, prefix };
    const gate = createRedisGate(at);
    await gate.pause(pauseOf('beta', 1));

    const answer = await tocsinResult(['resume', 'beta', '--by', 'ada', '--url', NOBODY, '--config', config]);

    expect(answer).toMatchObject({ code: 0, stdout: expect.stringContaining('beta: resumed (gate)') });
    expect(answer.stderr).toContain('what is stopped at the provider itself follows');
    const told: ActuatorOrder[] = [];
    const store = createRedisIncidents(at);
    const executor = createExecutor({
      gate,
      store,
      actuators: {
        run: (order) => {
          told.push(order);
          return [{ name: 'api', outcome: Promise.resolve({ kind: 'taken' }) }];
        },
      },
      mode: async () => 'armed',
      clock: () => ms(Date.now()),
      log: pino({ level: 'silent' }),
    });
    await executor.finish();
    expect(told).toMatchObject([{ action: 'resume', target: { provider: 'beta' } }]);
    const [newest] = await store.actions(10);
    expect(newest).toMatchObject({ action: 'resume', provider: 'beta', by: 'ada' });
    expect(newest?.refused).toBeUndefined();
    await executor.finish();
    expect(told).toHaveLength(1);
    redis.disconnect();
  });
});
