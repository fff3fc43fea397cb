/** What every gate must do. */
import { expect, test } from 'vitest';
import { ms } from '../../src/events/event.ts';
import type { Gate, Pause } from '../../src/respond/gate.ts';

export const pauseOf = (provider: string, token: number, over: Partial<Pause> = {}): Pause => ({
  provider,
  reason: 'a burst by night',
  incident: 'alpha-20261028T190004Z',
  since: ms(1_793_214_004_000),
  by: 'policy',
  token,
  ...over,
});

/** `open` answers a gate on the same data each time it is called in one test. */
export const gateContract = (fresh: () => Promise<() => Promise<Gate>>): void => {
  test('a pause is listed whole, and stays so for the next process', async () => {
    const open = await fresh();
    const gate = await open();

    expect(await gate.pause(pauseOf('alpha', 1))).toBe('paused');
    await gate.close();

    expect(await (await open()).list()).toEqual([pauseOf('alpha', 1)]);
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

    expect(await gate.resume('alpha', 2)).toBe('resumed');
    expect(await gate.resume('alpha', 3)).toBe('not_paused');
    expect((await gate.list()).map(({ provider }) => provider)).toEqual(['beta']);
  });

  test('an order older than one already seen is refused, after a resume too, and after a restart', async () => {
    const open = await fresh();
    const gate = await open();
    await gate.pause(pauseOf('alpha', 5));

    expect(await gate.resume('alpha', 4)).toBe('fenced');
    expect(await gate.resume('alpha', 6)).toBe('resumed');
    await gate.close();
    expect(await (await open()).pause(pauseOf('alpha', 5))).toBe('fenced');
    expect(await (await open()).list()).toEqual([]);
  });

  test('one provider is not fenced by the orders of another', async () => {
    const gate = await (await fresh())();
    await gate.pause(pauseOf('alpha', 9));

    expect(await gate.pause(pauseOf('beta', 1))).toBe('paused');
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
