import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { configSchema } from '../../src/config/schema.ts';
import { duration, ms } from '../../src/events/event.ts';
import { createFileIncidents } from '../../src/incidents/file.ts';
import type { Action } from '../../src/incidents/incident.ts';
import type { IncidentStore } from '../../src/incidents/store.ts';
import { createExecutor, type ExecutorParts, type Order } from '../../src/respond/execute.ts';
import type { Gate } from '../../src/respond/gate.ts';
import { createFileGate } from '../../src/respond/gate-file.ts';
import type { HookPayload, HookResult } from '../../src/respond/hook.ts';
import { targetKey } from '../../src/respond/target.ts';
import { pauseOf } from '../contract/gate.ts';
import { until } from '../support/until.ts';

const AT = ms(1_793_214_004_000);
const order = (over: Partial<Order> = {}): Order => ({
  provider: 'alpha',
  reason: 'a burst by night',
  incident: 'alpha-20261028T190004Z',
  by: 'policy',
  at: AT,
  ...over,
});
const { providers } = configSchema.parse({
  providers: { alpha: { hooks: { pause: { url: 'http://p' }, resume: { url: 'http://r' } } } },
});

describe('carrying out an order', () => {
  let root: string;
  beforeAll(async () => {
    root = await mkdtemp(join(tmpdir(), 'tocsin-execute-'));
  });
  afterAll(() => rm(root, { recursive: true }));

  const setUp = async (
    over: Partial<ExecutorParts> = {},
    answer: () => Promise<HookResult> = async () => ({ ok: true }),
  ) => {
    const dir = join(root, randomUUID());
    const gate: Gate = await createFileGate({ path: join(dir, 'gate.json') });
    const store: IncidentStore = await createFileIncidents({ dir });
    const hooked: HookPayload[] = [];
    const parts: ExecutorParts = {
      gate,
      store,
      providers,
      mode: 'armed',
      clock: () => AT,
      env: {},
      log: pino({ level: 'silent' }),
      callHook: async (_hook, payload) => {
        hooked.push(payload);
        return answer();
      },
      ...over,
    };
    const outcomes = async () => (await store.actions(100)).map(({ refused }) => refused ?? 'done').reverse();
    return { gate, store, hooked, parts, outcomes, executor: createExecutor(parts) };
  };

  test('a pause is written down first, sets the gate, calls the hook, and is written down again', async () => {
    const { gate, hooked, outcomes, executor } = await setUp();

    const action = await executor.pause(order());

    expect(action).toEqual({ ...order(), action: 'pause', dryRun: false });
    expect(await gate.list()).toMatchObject([{ provider: 'alpha', by: 'policy', token: 1, since: AT }]);
    expect(hooked).toMatchObject([{ action: 'pause', provider: 'alpha', token: 1, since: AT }]);
    expect(await outcomes()).toEqual(['under way: what became of it follows', 'done']);
  });

  test('in dry run the policy touches neither gate nor hook', async () => {
    const { gate, hooked, outcomes, executor } = await setUp({ mode: 'dry-run' });

    expect(await executor.pause(order())).toMatchObject({ dryRun: true });

    expect([await gate.list(), hooked]).toEqual([[], []]);
    expect(await outcomes()).toEqual(['done']);
  });

  test("a person's order is carried out in dry run too", async () => {
    const { gate, executor } = await setUp({ mode: 'dry-run' });

    expect(await executor.pause(order({ by: 'ana', incident: null }))).toMatchObject({ dryRun: false });
    expect(await gate.list()).toHaveLength(1);
    expect((await executor.resume(order({ by: 'ana' }))).refused).toBeUndefined();
    expect(await gate.list()).toEqual([]);
  });

  test('a second pause does nothing and says so, once', async () => {
    const { hooked, outcomes, executor } = await setUp();
    await executor.pause(order());

    const again = [await executor.pause(order()), await executor.pause(order())];

    expect(again.map(({ refused }) => refused)).toEqual(['already paused', 'already paused']);
    expect(hooked).toHaveLength(1);
    expect((await outcomes()).filter((outcome) => outcome === 'already paused')).toHaveLength(1);
  });

  test('a pause cut short behind the gate is finished by the next instance, under the same token', async () => {
    const { gate, hooked, executor } = await setUp();
    await gate.pause(pauseOf('alpha', await gate.nextToken(), { since: AT }));

    const action = await executor.pause(order());

    expect(action.refused).toBeUndefined();
    expect(hooked).toMatchObject([{ token: 1 }]);
  });

  test("another incident's pause is not taken for one cut short", async () => {
    const { hooked, executor } = await setUp();
    await executor.pause(order({ incident: null, by: 'ana' }));

    expect((await executor.pause(order())).refused).toBe('already paused');
    expect(hooked).toHaveLength(1);
  });

  test('a pause of less than the provider sets the gate for just that, and calls no hook that stops all', async () => {
    const { gate, hooked, executor } = await setUp();
    const until = ms(AT + 7_200_000);

    const action = await executor.pause(order({ campaign: 'spring', until, atEnd: 'probe' }));

    expect(action).toEqual({ ...order({ campaign: 'spring' }), action: 'pause', dryRun: false });
    expect(await gate.list()).toEqual([
      pauseOf('alpha', 1, { campaign: 'spring', since: AT, until, atEnd: 'probe' }),
    ]);
    expect(hooked).toEqual([]);
  });

  test('a person who resumes a provider ends every pause of it, and of no other', async () => {
    const { gate, executor } = await setUp();
    await executor.pause(order());
    await executor.pause(order({ campaign: 'spring' }));
    await executor.pause(order({ category: 'marketing' }));
    await executor.pause(order({ provider: 'beta' }));

    expect((await executor.resume(order({ by: 'ana' }))).refused).toBeUndefined();

    expect((await gate.list()).map(({ provider }) => provider)).toEqual(['beta']);
    expect((await executor.resume(order({ by: 'ana' }))).refused).toBe('not paused');
  });

  test('a resume of less ends just that, and so does one by the policy', async () => {
    const { gate, executor } = await setUp();
    await executor.pause(order());
    await executor.pause(order({ campaign: 'spring' }));
    await executor.pause(order({ category: 'marketing' }));

    await executor.resume(order({ by: 'ana', campaign: 'spring' }));
    await executor.resume(order());

    expect((await gate.list()).map(targetKey)).toEqual(['alpha,category=marketing']);
  });

  test('a wider pause of the same incident is carried out beside the narrower', async () => {
    const { gate, executor } = await setUp();
    await executor.pause(order({ campaign: 'spring' }));

    expect((await executor.pause(order())).refused).toBeUndefined();
    expect((await executor.pause(order())).refused).toBe('already paused');
    expect(await gate.list()).toHaveLength(2);
  });

  test('with hands off the policy is refused, armed or not, and a person is not', async () => {
    const { gate, hooked, outcomes, executor } = await setUp();
    await gate.setHandsOff({ by: 'ana', reason: 'migrating', since: AT });

    expect((await executor.pause(order())).refused).toMatch(/^hands off: /);
    expect((await executor.pause(order())).refused).toMatch(/^hands off: /);
    expect([await gate.list(), hooked]).toEqual([[], []]);
    expect((await outcomes()).filter((outcome) => outcome.startsWith('hands off'))).toHaveLength(1);
    expect((await executor.pause(order({ by: 'ana' }))).refused).toBeUndefined();
  });

  test('a hook that fails leaves the gate set, and the action says what failed', async () => {
    const { gate, executor } = await setUp({}, async () => ({
      ok: false,
      error: 'the pause hook was answered 500',
    }));

    const action = await executor.pause(order());

    expect(action.refused).toBeUndefined();
    expect(action.reason).toBe('a burst by night (the pause hook was answered 500)');
    expect(await gate.list()).toHaveLength(1);
  });

  test('a slow hook does not hold up the order; when it fails in the end that is told', async () => {
    const late: Action[] = [];
    let fail: (result: HookResult) => void = () => undefined;
    const { executor } = await setUp(
      { patience: duration(20), onLate: (action) => late.push(action) },
      () =>
        new Promise((resolve) => {
          fail = resolve;
        }),
    );

    const action = await executor.pause(order());
    expect(action.reason).toContain('the pause hook has not answered yet');
    fail({ ok: false, error: 'the pause hook was answered 500' });

    await until(() => late.length === 1);
    expect(late[0]?.refused).toBe('the gate is set, but the pause hook was answered 500');
  });

  test('a gate that does not answer refuses the order, and it is written down once however often it is tried', async () => {
    const { parts, outcomes } = await setUp();
    const down = async () => Promise.reject(new Error('connection lost'));
    const executor = createExecutor({ ...parts, gate: { ...parts.gate, nextToken: down } });

    for (let attempt = 0; attempt < 5; attempt++) {
      expect((await executor.pause(order())).refused).toBe('the gate does not answer: nothing is paused');
    }

    expect(await outcomes()).toEqual([
      'under way: what became of it follows',
      'the gate does not answer: nothing is paused',
    ]);
  });

  test('the policy pauses nothing that cannot be written down; a person does', async () => {
    const { parts, gate } = await setUp();
    const full = async () => Promise.reject(new Error('disk full'));
    const executor = createExecutor({ ...parts, store: { ...parts.store, record: full } });

    expect((await executor.pause(order())).refused).toBe('it could not be written down first');
    expect(await gate.list()).toEqual([]);
    expect((await executor.pause(order({ by: 'ana' }))).refused).toBeUndefined();
  });
});
