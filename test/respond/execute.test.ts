import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { duration, ms } from '../../src/events/event.ts';
import { type Action, asOrdered, asRefused } from '../../src/incidents/action.ts';
import type { IncidentStore } from '../../src/incidents/store.ts';
import { createFileIncidents } from '../../src/incidents/store-file.ts';
import {
  type ActuatorOrder,
  type ActuatorOutcome,
  notTaken,
  TAKEN,
} from '../../src/respond/actuators/actuator.ts';
import { createExecutor, type ExecutorParts, type PauseOrder } from '../../src/respond/execute.ts';
import { createFileGate } from '../../src/respond/gate/file.ts';
import type { Gate } from '../../src/respond/gate/gate.ts';
import { type Target, targetKey } from '../../src/respond/target.ts';
import { pauseOf } from '../contract/gate.ts';
import { until } from '../support/until.ts';

const AT = ms(1_793_214_004_000);
const order = (over: Partial<PauseOrder> = {}): PauseOrder => ({
  provider: 'alpha',
  reason: 'a burst by night',
  incident: 'alpha-20261028T190004Z',
  by: 'policy',
  at: AT,
  ...over,
});
describe('carrying out an order', () => {
  let root: string;
  beforeAll(async () => {
    root = await mkdtemp(join(tmpdir(), 'tocsin-execute-'));
  });
  afterAll(() => rm(root, { recursive: true }));

  const setUp = async (
    over: Partial<ExecutorParts> = {},
    answers: Record<string, () => Promise<ActuatorOutcome>> = { own: async () => TAKEN },
  ) => {
    const dir = join(root, randomUUID());
    const gate: Gate = await createFileGate({ path: join(dir, 'gate.json') });
    const store: IncidentStore = await createFileIncidents({ dir });
    const orders: ActuatorOrder[] = [];
    const kept: (readonly Target[])[] = [];
    const parts: ExecutorParts = {
      gate,
      store,
      actuators: {
        run: (given, stillPaused = []) => {
          orders.push(given);
          kept.push(stillPaused);
          return Object.entries(answers).map(([name, answer]) => ({ name, outcome: answer() }));
        },
      },
      mode: async () => 'armed',
      clock: () => AT,
      log: pino({ level: 'silent' }),
      ...over,
    };
    const outcomes = async () => (await store.actions(100)).map(({ refused }) => refused ?? 'done').reverse();
    return { gate, store, orders, kept, parts, outcomes, executor: createExecutor(parts) };
  };

  test('a pause is written down first, sets the gate, tells the actuators, and is written down again', async () => {
    const { gate, orders, outcomes, executor } = await setUp();

    const action = await executor.pause(order());

    expect(action).toEqual({
      ...order(),
      action: 'pause',
      dryRun: false,
      state: 'done',
      reason: 'a burst by night (gate; own: taken)',
    });
    expect(await gate.list()).toMatchObject([{ provider: 'alpha', by: 'policy', token: 1, since: AT }]);
    expect(orders).toMatchObject([{ action: 'pause', target: { provider: 'alpha' }, token: 1, since: AT }]);
    expect(await outcomes()).toEqual(['under way: what became of it follows', 'done']);
  });

  test.each([
    'dry-run',
    'learning',
  ] as const)('in %s the policy touches neither gate nor actuators', async (mode) => {
    const { gate, orders, outcomes, executor } = await setUp({ mode: async () => mode });

    expect(await executor.pause(order())).toMatchObject({ dryRun: true });

    expect([await gate.list(), orders]).toEqual([[], []]);
    expect(await outcomes()).toEqual(['done']);
  });

  test('writes down before it that a pause is given another end', async () => {
    const { executor, gate, store, outcomes } = await setUp();
    await executor.pause(order());
    const [pause] = await gate.list();
    if (!pause) throw new Error('nothing is paused');
    const ending = { until: null, atEnd: 'stay', trickle: 6 } as const;
    await executor.change(pause, { ...order({ by: 'ana', at: ms(AT + 1) }), ...ending });
    expect((await store.actions(2)).map(({ action, by }) => `${action} by ${by}`)).toEqual([
      'change by ana',
      'change by ana',
    ]);
    expect((await outcomes()).slice(2)).toEqual(['under way: what became of it follows', 'done']);
  });

  test('who decides no longer pauses and changes nothing; what a person orders there is carried out', async () => {
    const { gate, orders, executor } = await setUp({ leads: async () => false });

    expect(await executor.pause(order())).toMatchObject({ refused: 'a newer order has been given' });
    expect([await gate.list(), orders]).toEqual([[], []]);
    expect((await executor.pause(order({ by: 'ana' }))).refused).toBeUndefined();
    const [pause] = await gate.list();
    if (!pause) throw new Error('no pause');
    const ending = { until: null, atEnd: 'stay', trickle: 6 } as const;
    expect(await executor.change(pause, { ...order(), ...ending })).toMatchObject({
      refused: 'a newer order has been given',
    });
    expect(await gate.list()).toEqual([pause]);
  });

  test("a person's order is carried out in dry run too", async () => {
    const { gate, executor } = await setUp({ mode: async () => 'dry-run' });

    expect(await executor.pause(order({ by: 'ana', incident: null }))).toMatchObject({ dryRun: false });
    expect(await gate.list()).toHaveLength(1);
    expect((await executor.resume(order({ by: 'ana' }))).refused).toBeUndefined();
    expect(await gate.list()).toEqual([]);
  });

  test('a second pause does nothing and says so, once', async () => {
    const { orders, outcomes, executor } = await setUp();
    await executor.pause(order());

    const again = [await executor.pause(order()), await executor.pause(order())];

    expect(again.map(({ refused }) => refused)).toEqual(['already paused', 'already paused']);
    expect(orders).toHaveLength(1);
    expect((await outcomes()).filter((outcome) => outcome === 'already paused')).toHaveLength(1);
  });

  /** Dies behind the gate: what the next instance finds. */
  const dying = (parts: ExecutorParts) =>
    createExecutor({ ...parts, actuators: { run: () => [{ name: 'own', outcome: new Promise(() => {}) }] } });

  test('a pause cut short behind the gate is finished once, as it was ordered, under its own token', async () => {
    const { gate, store, orders, outcomes, executor } = await setUp();
    const cut = { ...order({ category: 'marketing' }), action: 'pause', dryRun: false } as const;
    await store.record(asOrdered({ ...cut, rule: ['burst'] }));
    const token = await gate.nextToken();
    await gate.pause(pauseOf('alpha', token, { category: 'marketing', since: AT }));
    await gate.nextToken();

    await executor.finish();
    await executor.finish();

    expect(orders).toMatchObject([
      { action: 'pause', target: { provider: 'alpha', category: 'marketing' }, token, since: AT },
    ]);
    expect(await outcomes()).toEqual(['under way: what became of it follows', 'done']);
    expect((await store.actions(1))[0]).toEqual({
      ...cut,
      rule: ['burst'],
      state: 'done',
      reason: 'a burst by night (gate; own: taken)',
    });
  });

  test('a pause written down before its actuators had answered is told to them again', async () => {
    const { parts, gate, store, orders, executor } = await setUp({ patience: duration(20) });
    await dying(parts).pause(order());
    expect((await store.actions(1))[0]?.unanswered).toEqual(['own']);

    await executor.finish();
    await executor.finish();

    expect(orders).toMatchObject([{ action: 'pause', token: (await gate.list())[0]?.token }]);
    expect((await store.actions(1))[0]).not.toHaveProperty('unanswered');
  });

  test('a pause that never reached the gate is left to be decided anew', async () => {
    const { gate, store, orders, executor } = await setUp();
    const ordered = { ...order(), action: 'pause', dryRun: false } as const;
    await store.record(asOrdered(ordered));

    await executor.finish();

    expect([await gate.list(), orders]).toEqual([[], []]);
  });

  test('a resume cut short is finished when the gate has taken it, else it is to be given again', async () => {
    const { gate, store, orders, outcomes, executor } = await setUp();
    const ordered = { ...order({ by: 'ana' }), action: 'resume', dryRun: false } as const;
    await store.record(asOrdered(ordered));
    await executor.finish();
    expect(orders).toMatchObject([{ action: 'resume', target: { provider: 'alpha' } }]);

    await gate.pause(pauseOf('alpha', await gate.nextToken(), { by: 'eve' }));
    await store.record(asOrdered({ ...ordered, at: ms(AT + 1) }));
    await executor.finish('policy');
    await executor.finish('ana');

    expect([orders.length, await gate.list()]).toMatchObject([1, [{ provider: 'alpha' }]]);
    expect((await outcomes()).at(-1)).toBe('it was cut short; give it again');
  });

  test('in dry run nothing of the policy is finished', async () => {
    const { parts, gate, store, orders } = await setUp();
    const given = { ...order(), action: 'pause', dryRun: false } as const;
    await store.record(asRefused(given, { code: 'gate_away', says: 'no' }));
    await gate.pause(pauseOf('alpha', await gate.nextToken(), { since: AT }));

    await createExecutor({ ...parts, mode: async () => 'dry-run' }).finish();

    expect(orders).toEqual([]);
  });

  test('an order that the gate took without its answer coming back is its own, not another', async () => {
    const { parts, gate, orders } = await setUp();
    const twice: Gate['pause'] = async (pause) => {
      await gate.pause(pause);
      return gate.pause(pause);
    };

    const action = await createExecutor({ ...parts, gate: { ...gate, pause: twice } }).pause(order());

    expect([action.refused, orders.length]).toEqual([undefined, 1]);
  });

  test("another incident's pause is not taken for one cut short", async () => {
    const { orders, executor } = await setUp();
    await executor.pause(order({ incident: null, by: 'ana' }));

    expect((await executor.pause(order())).refused).toBe('already paused');
    expect(orders).toHaveLength(1);
  });

  test('a pause of less than the provider sets the gate for just that, and tells the actuators so', async () => {
    const { gate, orders, executor } = await setUp();
    const until = ms(AT + 7_200_000);

    const action = await executor.pause(order({ campaign: 'spring', until, atEnd: 'probe' }));

    expect(action).toMatchObject({ action: 'pause', campaign: 'spring', dryRun: false });
    expect(action).not.toHaveProperty('until');
    expect(await gate.list()).toEqual([
      pauseOf('alpha', 1, { campaign: 'spring', since: AT, until, atEnd: 'probe' }),
    ]);
    expect(orders).toMatchObject([{ target: { provider: 'alpha', campaign: 'spring' }, token: 1 }]);
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
    const { gate, orders, outcomes, executor } = await setUp();
    await gate.setHandsOff({ by: 'ana', reason: 'migrating', since: AT });

    expect((await executor.pause(order())).refused).toMatch(/^hands off: /);
    expect((await executor.pause(order())).refused).toMatch(/^hands off: /);
    expect([await gate.list(), orders]).toEqual([[], []]);
    expect((await outcomes()).filter((outcome) => outcome.startsWith('hands off'))).toHaveLength(1);
    expect((await executor.pause(order({ by: 'ana' }))).refused).toBeUndefined();
  });

  test('what became of it is said for each actuator', async () => {
    const { gate, executor } = await setUp(
      {},
      {
        twilio: async () => TAKEN,
        'control topic': async () => notTaken('was answered 500'),
      },
    );

    const action = await executor.pause(order());

    expect(action.refused).toBeUndefined();
    expect(action.reason).toBe(
      'a burst by night (gate; twilio: taken; control topic: not taken (was answered 500))',
    );
    expect(await gate.list()).toHaveLength(1);
  });

  test('a pause that no actuator took says so at once', async () => {
    const { executor } = await setUp(
      {},
      {
        twilio: async () => notTaken('was answered 401'),
        own: async () => notTaken('was answered 500'),
      },
    );

    expect((await executor.pause(order())).reason).toBe(
      'a burst by night (the gate alone; twilio: not taken (was answered 401); own: not taken (was answered 500))',
    );
  });

  test('without actuators there is nothing to say about them', async () => {
    const { executor } = await setUp({}, {});

    expect((await executor.pause(order())).reason).toBe('a burst by night');
  });

  test('a resume knows what else of the provider stays paused', async () => {
    const { kept, executor } = await setUp();
    await executor.pause(order());
    await executor.pause(order({ category: 'marketing' }));
    await executor.pause(order({ provider: 'beta' }));

    const action = await executor.resume(order());
    const again = await executor.resume(order());

    expect(kept.at(-1)?.map(targetKey)).toEqual(['alpha,category=marketing']);
    expect([action.stillPaused, again.stillPaused]).toEqual(Array(2).fill(['marketing through alpha']));
    expect(again.refused).toBe('not paused');
  });

  test('a resume that ends several pauses is told of each', async () => {
    const { orders, kept, executor } = await setUp();
    await executor.pause(order());
    await executor.pause(order({ campaign: 'spring' }));

    const action = await executor.resume(order({ by: 'ana' }));

    const targets = orders
      .filter((given) => given.action === 'resume')
      .map(({ target }) => targetKey(target));
    expect(targets).toEqual(['alpha', 'alpha,campaign=spring']);
    expect(kept.at(-1)).toEqual([]);
    expect(action.reason).toBe(
      'a burst by night (gate; own (alpha): taken; own (campaign spring through alpha): taken)',
    );
  });

  test('a slow actuator does not hold up the order; when it fails in the end that is told', async () => {
    const late: Action[] = [];
    const ends: ((outcome: ActuatorOutcome) => void)[] = [];
    const slow = () => new Promise<ActuatorOutcome>((resolve) => ends.push(resolve));
    const { executor } = await setUp(
      { patience: duration(20), onLate: (action) => late.push(action) },
      { quick: async () => TAKEN, slow, other: slow, third: slow },
    );

    const action = await executor.pause(order());
    expect(action.reason).toBe(
      'a burst by night (gate; quick: taken; slow: under way; other: under way; third: under way)',
    );
    ends[1]?.(TAKEN);
    ends[2]?.({ kind: 'superseded' });
    ends[0]?.(notTaken('was answered 500'));

    await until(() => late.length === 1);
    expect(late[0]?.refused).toBe('the gate is set, but slow: not taken (was answered 500)');
    expect(late[0]).toMatchObject({ state: 'refused', code: 'actuator_failed', detail: 'slow' });
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

  test('while the mode is not known the policy does nothing, and a person may', async () => {
    const { gate, orders, executor } = await setUp({
      mode: () => Promise.reject(new Error('connection lost')),
    });

    expect(await executor.pause(order())).toMatchObject({
      dryRun: false,
      refused: 'the gate does not answer: nothing is paused',
    });
    expect([await gate.list(), orders]).toEqual([[], []]);
    expect((await executor.pause(order({ by: 'ana' }))).refused).toBeUndefined();
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
