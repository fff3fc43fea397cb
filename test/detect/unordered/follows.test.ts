import { describe, expect, it } from 'vitest';
import { followsOf, mainError } from '../../../src/detect/unordered/follows.ts';
import { MONDAY } from '../lives.ts';
import { key, marketing, messageView } from '../support.ts';

const world = messageView();
world.add(MONDAY, 7, [key(), marketing]);
world.add(MONDAY, 5, [key({ metric: 'submitted' })]);
world.add(MONDAY, 4, [key({ metric: 'delivered' })]);
world.add(MONDAY, 3, [key({ metric: 'failed' })]);
world.add(MONDAY, 2, [key({ metric: 'received' })]);
world.add(MONDAY, 1, [key({ metric: 'opted_out' })]);
world.add(MONDAY, 1, [key({ metric: 'received', consent: 'asked' })]);

describe('what follows what', () => {
  it.each([
    ['unordered', 'messages sent follow those asked for', 7, 5],
    ['failures', 'failures follow the reports', 3, 7],
    ['replies', 'answers and opt-outs follow the marketing', 3, 7],
    ['stop_surge', 'so do those who ask for STOP, by themselves', 2, 7],
  ])('%s: %s', (detector, _, counted, base) => {
    const follow = followsOf(world.view, 'alpha').find((one) => one.detector === detector);
    expect(follow?.counted.count(MONDAY)).toBe(counted);
    expect(follow?.base.sum(MONDAY - 60, MONDAY)).toBe(base);
    expect(follow?.name).toBe(`${detector} alpha`);
  });

  it('is nothing for a provider that is not there', () => {
    for (const { counted, base } of followsOf(world.view, 'beta')) {
      expect([counted.count(MONDAY), base.sum(0, MONDAY)]).toEqual([0, 0]);
    }
  });
});

describe('the main error', () => {
  const failing = messageView();
  failing.add(MONDAY, 10, [key({ metric: 'failed' })]);
  failing.add(MONDAY, 6, [key({ metric: 'failed', error: '30005' })]);
  failing.add(MONDAY, 4, [key({ metric: 'failed', error: '30003' })]);
  failing.add(MONDAY + 1, 4, [key({ metric: 'failed' }), key({ metric: 'failed', error: '30003' })]);

  it('is the one that most failures had', () => {
    expect(mainError(failing.view, 'alpha', { from: MONDAY, to: MONDAY })).toBe('30005');
  });

  it('is none when no error has more than half', () => {
    expect(mainError(failing.view, 'alpha', { from: MONDAY - 9, to: MONDAY + 1 })).toBe('30003');
    failing.add(MONDAY + 2, 4, [key({ metric: 'failed' })]);
    expect(mainError(failing.view, 'alpha', { from: MONDAY, to: MONDAY + 2 })).toBeUndefined();
  });
});
