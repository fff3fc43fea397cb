import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { pino } from 'pino';
import { describe, expect, test } from 'vitest';
import { duration, ms } from '../../../src/events/event.ts';
import {
  type Actuator,
  type ActuatorOrder,
  type ActuatorOutcome,
  notTaken,
  TAKEN,
} from '../../../src/respond/actuators/actuator.ts';
import { createActuators, type RunWorld } from '../../../src/respond/actuators/run.ts';

const order = (over: Partial<ActuatorOrder> = {}): ActuatorOrder => ({
  action: 'pause',
  target: { provider: 'alpha' },
  incident: 'alpha-20261028T190004Z',
  reason: 'a burst by night',
  since: ms(1_793_214_004_000),
  token: 7,
  ...over,
});

/** Time passes only in sleeps. */
const timeless = () => {
  const waits: number[] = [];
  let now = 0;
  const world: RunWorld = {
    log: pino({ level: 'silent' }),
    now: () => now,
    sleep: async (wait) => {
      waits.push(wait);
      now += wait;
    },
    random: () => 0.5,
  };
  return { waits, world };
};

const actuator = (name: string, answers: ActuatorOutcome[], over: Partial<Actuator> = {}) => {
  const orders: ActuatorOrder[] = [];
  const made: Actuator = {
    name,
    timeout: duration(5_000),
    deadline: duration(30_000),
    reach: ({ provider }) => ({ effect: provider }),
    show: () => ({ requests: [] }),
    carryOut: async (given) => {
      orders.push(given);
      return answers.shift() ?? TAKEN;
    },
    ...over,
  };
  return { orders, made };
};

const outcomesOf = (running: readonly { name: string; outcome: Promise<ActuatorOutcome> }[]) =>
  Promise.all(running.map(async ({ name, outcome }) => [name, await outcome]));

describe('running actuators', () => {
  test('one that fails stops no other, and each says what became of it', async () => {
    const broken = actuator('broken', [notTaken('was answered 401')]);
    const throwing = actuator('throwing', [], {
      deadline: duration(100),
      carryOut: async () => Promise.reject(new TypeError('https://user:secret@host')),
    });
    const good = actuator('good', []);
    const all = [broken.made, throwing.made, good.made];

    const outcomes = await outcomesOf(createActuators(() => all, timeless().world).run(order()));

    expect(outcomes).toEqual([
      ['broken', notTaken('was answered 401')],
      ['throwing', notTaken('failed (TypeError); given up after one try', true)],
      ['good', TAKEN],
    ]);
  });

  test('what may help again is tried again, at growing and scattered distances', async () => {
    const busy = notTaken('was answered 500', true);
    const { orders, made } = actuator('slow', [busy, busy, busy]);
    const { waits, world } = timeless();

    const [slow] = createActuators(() => [made], world).run(order());

    expect(await slow?.outcome).toEqual(TAKEN);
    expect(orders).toHaveLength(4);
    expect(waits).toEqual([250, 500, 1_000]);
  });

  test('a wait that is asked for is kept, and one beyond the deadline ends it at once', async () => {
    const busy = (after: number): ActuatorOutcome => ({
      ...notTaken('asks too often', true),
      after: duration(after),
    });
    const patient = actuator('patient', [busy(3_000)]);
    const late = actuator('late', [busy(3_000), busy(27_000)]);
    const { waits, world } = timeless();

    expect(await createActuators(() => [patient.made], world).run(order())[0]?.outcome).toEqual(TAKEN);
    expect(waits).toEqual([3_000]);
    const [second] = createActuators(() => [late.made], timeless().world).run(order());
    expect(await second?.outcome).toMatchObject({ why: 'asks too often; given up after 2 tries' });
    expect(late.orders).toHaveLength(2);
  });

  test('it ends at the deadline however often the other side fails', async () => {
    const { orders, made } = actuator('down', Array(100).fill(notTaken('was answered 500', true)));

    const [down] = createActuators(() => [made], timeless().world).run(order());

    expect(await down?.outcome).toMatchObject({
      kind: 'not_taken',
      why: expect.stringContaining('given up'),
    });
    // 250 + 500 + 1000 + 2000 + 4000 + 4 * 5000 ms lie within 30 s; another 5 s would not.
    expect(orders).toHaveLength(10);
  });

  test('one that never answers is given up, try by try', async () => {
    const { made } = actuator('mute', [], {
      timeout: duration(10),
      deadline: duration(15),
      carryOut: () => new Promise(() => undefined),
    });

    const [mute] = createActuators(() => [made], timeless().world).run(order());

    expect(await mute?.outcome).toMatchObject({
      why: expect.stringMatching(/^had no answer within 0\.01 s; given up/),
    });
  });

  test('one that never answers is given up though memory is swept meanwhile', async () => {
    setFlagsFromString('--expose-gc');
    const sweep: unknown = runInNewContext('gc');
    const sweeping = setInterval(() => typeof sweep === 'function' && sweep(), 5);
    const { made } = actuator('mute', [], {
      timeout: duration(100),
      deadline: duration(150),
      carryOut: () => new Promise(() => undefined),
    });

    const [mute] = createActuators(() => [made], timeless().world).run(order());

    expect(await mute?.outcome).toMatchObject({ kind: 'not_taken' });
    clearInterval(sweeping);
  });

  test('what it cannot stop it says, and is not asked to', async () => {
    const { orders, made } = actuator('wide', [], {
      reach: ({ campaign }) => (campaign ? { cannot: 'it stops whole providers only' } : { effect: 'all' }),
    });
    const target = { provider: 'alpha', campaign: 'spring' };

    const [wide] = createActuators(() => [made], timeless().world).run(order({ target }));

    expect(await wide?.outcome).toEqual(notTaken('it stops whole providers only'));
    expect(orders).toEqual([]);
  });

  test('an older order is not carried out after a newer one', async () => {
    const { orders, made } = actuator('own', []);
    const { run } = createActuators(() => [made], timeless().world);

    await run(order({ action: 'resume', token: 8 }))[0]?.outcome;

    expect(await run(order())[0]?.outcome).toEqual({ kind: 'superseded' });
    expect(orders.map(({ token }) => token)).toEqual([8]);
  });

  test('an order still being tried ends before the newer one begins, and is not tried again', async () => {
    const said: string[] = [];
    const { made } = actuator('own', [], {
      carryOut: async ({ action }, signal) => {
        said.push(`${action} begins`);
        if (action === 'resume') return TAKEN;
        await new Promise((resolve) => signal.addEventListener('abort', resolve));
        said.push(`${action} ends`);
        return notTaken('was cut off', true);
      },
    });
    const { run } = createActuators(() => [made], timeless().world);

    const [pause] = run(order());
    await Promise.resolve();
    const [resume] = run(order({ action: 'resume', token: 8 }));

    expect([await pause?.outcome, await resume?.outcome]).toEqual([{ kind: 'superseded' }, TAKEN]);
    expect(said).toEqual(['pause begins', 'pause ends', 'resume begins']);
  });

  test('the same order again, after a crash, is carried out again', async () => {
    const { orders, made } = actuator('own', []);
    const { run } = createActuators(() => [made], timeless().world);

    expect([await run(order())[0]?.outcome, await run(order())[0]?.outcome]).toEqual([TAKEN, TAKEN]);
    expect(orders).toHaveLength(2);
  });

  test('two targets of one order that are one thing to an actuator are one request', async () => {
    const { orders, made } = actuator('subaccount', []);
    const { run } = createActuators(() => [made], timeless().world);

    const both = [run(order()), run(order({ target: { provider: 'alpha', category: 'marketing' } }))];

    expect(await outcomesOf(both.flat())).toEqual([
      ['subaccount', TAKEN],
      ['subaccount', TAKEN],
    ]);
    expect(orders).toHaveLength(1);
  });

  test('what it cannot stop it has nothing to take back of', () => {
    const { made } = actuator('wide', [], { reach: () => ({ cannot: 'it stops whole providers only' }) });

    expect(createActuators(() => [made], timeless().world).run(order({ action: 'resume' }))).toEqual([]);
  });

  test('a resume takes nothing back that another pause still needs', async () => {
    const { orders, made } = actuator('subaccount', []);
    const other = actuator('other', [], { reach: ({ category = 'all' }) => ({ effect: category }) });
    const { run } = createActuators(() => [made, other.made], timeless().world);
    const resume = order({ action: 'resume' });

    const outcomes = await outcomesOf(run(resume, [{ provider: 'alpha', category: 'marketing' }]));

    expect(outcomes).toEqual([
      ['subaccount', notTaken('the pause of marketing through alpha still needs it')],
      ['other', TAKEN],
    ]);
    expect(orders).toEqual([]);
  });

  test('whether it is in effect is asked of those that can stop it and can say', async () => {
    const sure = actuator('sure', [], { verify: async () => ({ kind: 'in_effect' }) });
    const mute = actuator('mute', []);
    const away = actuator('away', [], { verify: async () => Promise.reject(new TypeError('secret')) });
    const narrow = actuator('narrow', [], { reach: () => ({ cannot: 'no' }) });
    const all = [sure, mute, away, narrow].map(({ made }) => made);

    expect(await createActuators(() => all, timeless().world).verify({ provider: 'alpha' })).toEqual([
      { name: 'sure', effect: { kind: 'in_effect' } },
      { name: 'mute', effect: { kind: 'unknown', why: 'there is no way to ask' } },
      { name: 'away', effect: { kind: 'unknown', why: 'failed (TypeError)' } },
    ]);
  });
});
