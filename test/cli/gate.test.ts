import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { afterAll, describe, expect, test } from 'vitest';
import { stringify } from 'yaml';
import { CommandError, EXIT } from '../../src/cli/exit.ts';
import { daemonElseGate } from '../../src/cli/gate.ts';
import { createRedisGate } from '../../src/respond/gate-redis.ts';
import { pauseOf } from '../contract/gate.ts';

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
      gate: (gate) => gate.pause(pauseOf('alpha', 1)),
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
});
