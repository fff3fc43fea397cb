/** What every gate must do. */
import { expect, test } from 'vitest';
import { ms } from '../../src/events/event.ts';
import type { Gate, ModeSet, Pause } from '../../src/respond/gate/gate.ts';
import { targetKey } from '../../src/respond/target.ts';

export const pauseOf = (provider: string, token: number, over: Partial<Pause> = {}): Pause => ({
  provider,
  reason: 'a burst by night',
  incident: 'alpha-20261028T190004Z',
  since: ms(1_793_214_004_000),
  by: 'policy',
  token,
  until: null,
  atEnd: 'stay',
  trickle: null,
  ...over,
});

const ALPHA = { provider: 'alpha' };
const SPRING = { provider: 'alpha', campaign: 'spring' };
const MARKETING = { provider: 'alpha', category: 'marketing' } as const;
const HANDS_OFF = { by: 'ana', reason: 'migrating', since: ms(1_793_214_000_000) };
const ARMED: ModeSet = {
  mode: 'armed',
  over: 'dry-run',
  by: 'ana',
  reason: 'tried',
  since: ms(1_793_214_000_000),
};
const keysOf = async (gate: Gate) => (await gate.list()).map(targetKey);

/** `open` answers a gate on the same data each time it is called in one test. */
export const gateContract = (fresh: () => Promise<() => Promise<Gate>>): void => {
  test('a pause is listed whole, and stays so for the next process', async () => {
    const open = await fresh();
    const gate = await open();
    const until = ms(1_793_220_000_000);
    const pause = pauseOf('alpha', 1, { ...SPRING, until, atEnd: 'probe', trickle: 6 });

    expect(await gate.pause(pause)).toBe('paused');
    await gate.close();

    expect(await (await open()).list()).toEqual([pause]);
  });

  test('a second pause changes nothing, not even the reason', async () => {
    const gate = await (await fresh())();
    await gate.pause(pauseOf('alpha', 1));

    expect(await gate.pause(pauseOf('alpha', 2, { reason: 'another' }))).toBe('already_paused');
    expect(await gate.list()).toEqual([pauseOf('alpha', 1)]);
  });

  test('a resume ends the pause of that provider alone', async () => {
    const gate = await (await fresh())();
    await gate.pause(pauseOf('alpha', 1));
    await gate.pause(pauseOf('beta', 1));

    expect(await gate.resume(ALPHA, 2, 'ana')).toBe('resumed');
    expect(await gate.resume(ALPHA, 3, 'ana')).toBe('not_paused');
    expect(await keysOf(gate)).toEqual(['beta']);
  });

  test('pauses of a provider, its category and its campaign stand side by side, each ended and fenced for itself', async () => {
    const gate = await (await fresh())();
    await gate.pause(pauseOf('alpha', 5));
    expect(await gate.pause(pauseOf('alpha', 3, SPRING))).toBe('paused');
    expect(await gate.pause(pauseOf('alpha', 4, MARKETING))).toBe('paused');

    expect(await gate.resume(ALPHA, 6, 'ana')).toBe('resumed');
    expect(await keysOf(gate)).toEqual(['alpha,campaign=spring', 'alpha,category=marketing']);
    expect(await gate.resume(SPRING, 3, 'ana')).toBe('resumed');
    expect(await keysOf(gate)).toEqual(['alpha,category=marketing']);
  });

  test('an order older than one already seen is refused, after a resume too, and after a restart', async () => {
    const open = await fresh();
    const gate = await open();
    await gate.pause(pauseOf('alpha', 5));

    expect(await gate.resume(ALPHA, 4, 'ana')).toBe('fenced');
    expect(await gate.change(pauseOf('alpha', 4, { trickle: 6 }), 'ana')).toBe('fenced');
    expect(await gate.resume(ALPHA, 6, 'ana')).toBe('resumed');
    await gate.close();
    expect(await (await open()).pause(pauseOf('alpha', 5))).toBe('fenced');
    expect(await (await open()).list()).toEqual([]);
  });

  test('one provider is not fenced by the orders of another', async () => {
    const gate = await (await fresh())();
    await gate.pause(pauseOf('alpha', 9));

    expect(await gate.pause(pauseOf('beta', 1))).toBe('paused');
  });

  test('a change takes the place of the pause that stands, for the next process too', async () => {
    const open = await fresh();
    const gate = await open();
    await gate.pause(pauseOf('alpha', 1));
    await gate.pause(pauseOf('alpha', 1, SPRING));
    const probed = pauseOf('alpha', 2, { until: ms(1_793_214_604_000), atEnd: 'resume', trickle: 6 });

    expect(await gate.change(probed, 'policy')).toBe('changed');
    await gate.close();

    const list = await (await open()).list();
    expect(list).toContainEqual(probed);
    expect(list).toContainEqual(pauseOf('alpha', 1, SPRING));
    expect(list).toHaveLength(2);
  });

  test('a change begins no pause, and fences what came before it', async () => {
    const gate = await (await fresh())();

    expect(await gate.change(pauseOf('alpha', 2, { trickle: 6 }), 'ana')).toBe('not_paused');
    expect(await gate.list()).toEqual([]);
    expect(await gate.pause(pauseOf('alpha', 1))).toBe('fenced');
  });

  test("with hands off tocsin's own orders are refused and leave no trace, and a person's pass", async () => {
    const open = await fresh();
    const gate = await open();
    await gate.pause(pauseOf('alpha', 1));
    await gate.setHandsOff(HANDS_OFF);
    await gate.close();
    const next = await open();

    expect(await next.handsOff()).toEqual(HANDS_OFF);
    expect(await next.pause(pauseOf('beta', 9))).toBe('hands_off');
    expect(await next.change(pauseOf('alpha', 9, { trickle: 6 }), 'policy')).toBe('hands_off');
    expect(await next.resume(ALPHA, 9, 'policy')).toBe('hands_off');
    expect(await next.list()).toEqual([pauseOf('alpha', 1)]);

    expect(await next.pause(pauseOf('beta', 2, { by: 'ana' }))).toBe('paused');
    expect(await next.change(pauseOf('alpha', 2, { trickle: 6 }), 'ana')).toBe('changed');
    expect(await next.resume(ALPHA, 3, 'ana')).toBe('resumed');
  });

  test('hands on again, tocsin goes on', async () => {
    const gate = await (await fresh())();
    expect(await gate.handsOff()).toBeNull();
    await gate.setHandsOff(HANDS_OFF);

    await gate.setHandsOff(null);

    expect(await gate.handsOff()).toBeNull();
    expect(await gate.pause(pauseOf('alpha', 1))).toBe('paused');
  });

  test('a mode that a person set is kept for the next process, until it is taken back', async () => {
    const open = await fresh();
    const gate = await open();
    expect(await gate.mode()).toBeNull();
    await gate.setMode(ARMED);
    await gate.close();
    const next = await open();
    expect(await next.mode()).toEqual(ARMED);

    await next.setMode(null);
    expect(await next.mode()).toBeNull();
  });

  test('tokens only grow, over restarts and when many ask at once', async () => {
    const open = await fresh();
    const gate = await open();
    const first = await Promise.all(Array.from({ length: 20 }, () => gate.nextToken()));
    await gate.close();

    const next = await (await open()).nextToken();

    expect(new Set(first).size).toBe(20);
    expect(next).toBeGreaterThan(Math.max(...first));
  });

  test('of many pauses at once exactly one is the pause', async () => {
    const gate = await (await fresh())();

    const answers = await Promise.all(Array.from({ length: 10 }, () => gate.pause(pauseOf('alpha', 1))));

    expect(answers.filter((answer) => answer === 'paused')).toHaveLength(1);
  });
};
