import { describe, expect, it } from 'vitest';
import { configSchema } from '../../../src/config/schema.ts';
import { findRepeated, findRepeats, findSameText } from '../../../src/detect/repeats/repeats.ts';
import type { Second } from '../../../src/events/event.ts';
import { second } from '../../../src/events/event.ts';
import { at, estimate, key, marketing, messageView } from '../support.ts';

const config = configSchema.parse({}).detect.repeats;
const START = at('2025-10-28T20:00:00Z');
const persons = (count: number, from = 0) => Array.from({ length: count }, (_, i) => `person-${from + i}`);
const look = (world: ReturnType<typeof messageView>, when: number) =>
  findRepeats({ view: world.view, series: marketing, at: second(when) as Second, config, estimate });

describe('repeats', () => {
  it('are none in a campaign that reaches each person once, however large', () => {
    const world = messageView();
    for (let i = 0; i < 300; i++) world.send(START + i, persons(20, i * 20));
    expect(look(world, START + 299)).toBeUndefined();
  });

  it('are strong when the same people get the same again and again', () => {
    const world = messageView();
    for (let round = 0; round < 4; round++) world.send(START + round * 10, persons(30));
    const seen = look(world, START + 30);
    expect(seen).toMatchObject({
      strength: 'strong',
      since: START * 1000,
      evidence: { messages: 120, distinct: 30, ratio: 4, worst: 4, people: 30 },
    });
  });

  it('are a warning for one person, and strong from the configured number of people on', () => {
    const warned = messageView();
    for (let round = 0; round < 3; round++) warned.send(START + round, persons(1));
    expect(look(warned, START + 2)).toMatchObject({ strength: 'warn', evidence: { people: 1, worst: 3 } });
    for (let round = 0; round < 3; round++) warned.send(START + round, persons(4, 10));
    expect(look(warned, START + 2)).toMatchObject({ strength: 'strong', evidence: { people: 5 } });
  });

  it('are a warning for families on one phone in a large campaign, and strong when one gets more than a family can', () => {
    const families = (copies: number) => {
      const world = messageView();
      for (let i = 0; i < 100; i++) world.send(START + i, persons(10, 1_000 + i * 10));
      for (let copy = 0; copy < copies; copy++) world.send(START + 99, persons(20));
      return look(world, START + 99);
    };
    expect(families(3)).toMatchObject({ strength: 'warn', evidence: { people: 20, worst: 3 } });
    expect(families(6)).toMatchObject({ strength: 'strong', evidence: { people: 20, worst: 6 } });

    const first = messageView();
    first.send(START, persons(15, 1_000));
    for (let copy = 0; copy < 3; copy++) first.send(START + 1, persons(3));
    expect(look(first, START + 1)).toMatchObject({ strength: 'warn', evidence: { people: 3, messages: 24 } });
  });

  it('are seen across the edge of a tally while they go on, and not held against what follows', () => {
    const world = messageView();
    world.send(START + 598, [...persons(6), ...persons(6)]);
    world.send(START + 600, persons(6));
    expect(look(world, START + 600)).toMatchObject({ strength: 'strong', evidence: { worst: 3, people: 6 } });

    const ended = messageView();
    for (let round = 0; round < 5; round++) ended.send(START + round, persons(6));
    ended.send(START + 1_000, persons(100, 500));
    expect(look(ended, START + 1_000)).toBeUndefined();
  });

  it('are seen from the ratio alone when each gets only two', () => {
    const world = messageView();
    world.send(START, persons(200));
    world.send(START + 100, persons(200));
    expect(look(world, START + 100)).toMatchObject({
      strength: 'strong',
      evidence: { messages: 400, distinct: 200, ratio: 2, minutes: 5, people: 0, worst: 2 },
    });
  });

  it('are not called on few messages, nor within the error of the estimate', () => {
    const few = messageView();
    for (let round = 0; round < 2; round++) few.send(START + round, persons(9));
    expect(look(few, START + 1)).toBeUndefined();

    const near = messageView();
    near.send(START, persons(200));
    near.send(START + 1, persons(105));
    expect(look(near, START + 1)).toBeUndefined();
  });
});

describe('repeats of a campaign', () => {
  const of = (messages: number, again: number, kind: 'campaign' | 'text' = 'campaign') => {
    const counts = (n: number) => ({ count: () => n, sum: () => n });
    return findRepeated({ repeated: counts(again), all: counts(messages), at: second(START), config }, kind);
  };

  it('are strong when a third of its messages had gone to the same people before', () => {
    expect(of(300, 100)).toMatchObject({ strength: 'strong', repeated: 100, ratio: 1.5 });
    expect(of(300, 99)).toMatchObject({ strength: 'warn' });
  });

  it('are only a warning when few of many come again, and none below twenty or a twentieth', () => {
    expect(of(400, 20)).toMatchObject({ strength: 'warn' });
    expect(of(401, 20)).toBeUndefined();
    expect(of(100, 19)).toBeUndefined();
    expect(of(10, 9)).toBeUndefined();
  });

  it('are never strong for the same text in all marketing, which the whole is judged for', () => {
    expect(of(300, 200, 'text')).toMatchObject({ strength: 'warn' });
  });
});

describe('the same text beyond marketing', () => {
  const again = key({ category: 'otp', part: 'again' });
  const look = (times: number, people: number, when: number = START) => {
    const world = messageView();
    for (let i = 0; i < times - 1; i++) world.send(START + i, persons(people), [again]);
    return findSameText({ view: world.view, series: again, at: second(when), config, estimate });
  };

  it('is no repeat when a code is asked for four times, and a warning from the fifth on', () => {
    expect(look(4, 3)).toBeUndefined();
    expect(look(5, 3)).toMatchObject({ strength: 'warn', people: 3, worst: 5 });
  });

  it('is strong when it is thirty times to ten people, and not held against what follows', () => {
    expect(look(30, 9)).toMatchObject({ strength: 'warn' });
    expect(look(30, 10)).toMatchObject({ strength: 'strong', people: 10, worst: 30 });
    expect(look(30, 10, START + 600)).toBeUndefined();
  });
});
