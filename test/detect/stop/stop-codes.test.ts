import { describe, expect, it } from 'vitest';
import { findSilentCode, learnCodes, newStop, shareOfAll } from '../../../src/detect/stop/stop-codes.ts';
import { MONDAY } from '../lives.ts';
import { key, messageView } from '../support.ts';

const BLOCK = 600;
const named = key({ code: '36200' });
const arrived = key({ metric: 'received', code: '36200' });
const asked = key({ metric: 'received', consent: 'asked', code: '36200' });
const reported = key({ metric: 'opted_out' });
const service = key({ metric: 'received', code: '38015' });
const NONE = { count: () => 0, sum: () => 0 };

/** Blocks of ten minutes, lived through: messages that name 36200, STOP in answer, other answers elsewhere. */
const life = (parts: { service?: number; reported?: number } = {}) => {
  const world = messageView();
  const state = newStop();
  let now = MONDAY;
  const codes = () => {
    const of = (series: typeof named) => world.view.of(series) ?? NONE;
    return [
      { code: '36200', named: of(named), arrived: of(arrived), asked: of(asked), reported: of(reported) },
      { code: '38015', named: NONE, arrived: of(service), asked: NONE, reported: of(reported) },
    ] as const;
  };
  const live = (blocks: number, messages: number, stops = 0): void => {
    for (let n = 0; n < blocks; n++, now += BLOCK) {
      world.add(now, messages, [named]);
      world.add(now + 300, stops, [arrived, asked]);
      world.add(now + 100, parts.service ?? 1, [service]);
      world.add(now + 200, parts.reported ?? 0, [reported]);
      for (let at = now; at < now + BLOCK; at += 60) {
        learnCodes(state, codes(), at + 59, shareOfAll([state]));
      }
    }
  };
  const judge = () => findSilentCode(state, codes()[0], { at: now - 1, share: shareOfAll([state]) });
  return { live, judge, state };
};

describe('a code for STOP', () => {
  it('is dead when far more was sent than goes without an answer, though it never had one', () => {
    const { live, judge } = life();
    live(11, 3_000);
    // Seven blocks are half an hour old: 21 000 messages, 63 answers of a share that nothing has taught.
    expect(judge()).toBeUndefined();
    live(1, 3_000);
    expect(judge()).toMatchObject({ messages: 24_000, since: MONDAY });
    expect(judge()?.expected).toBeCloseTo(72);
  });

  it('is not judged before an hour, however much was sent', () => {
    const { live, judge } = life();
    live(5, 1_000_000);
    expect(judge()).toBeUndefined();
    live(2, 1_000_000);
    expect(judge()).toBeDefined();
  });

  it('is not dead for few messages, over however long', () => {
    const { live, judge } = life();
    live(1_000, 20);
    expect(judge()).toBeUndefined();
  });

  it('is alive by anything that arrives, and counted anew from there', () => {
    const { live, judge, state } = life();
    live(20, 3_000);
    expect(judge()).toBeDefined();
    live(1, 3_000, 1);
    expect(judge()).toBeUndefined();
    live(6, 3_000);
    expect(judge()).toBeUndefined();
    expect(state.codes['36200']?.open).toBeLessThan(20_000);
  });

  it('that was dead teaches nothing about how people answer', () => {
    const { live, state } = life();
    live(20, 3_000);
    live(8, 3_000, 9);
    const { replies = 0, base = 1 } = state.codes['36200'] ?? {};
    expect(replies / base).toBeGreaterThan(0.002);
  });

  it('is dead sooner where people answer often, later where they hardly do', () => {
    const often = life();
    often.live(100, 1_000, 10);
    often.live(13, 300);
    expect(often.judge()).toBeDefined();
    const hardly = life();
    for (let n = 0; n < 50; n++) {
      hardly.live(9, 1_000);
      hardly.live(1, 1_000, 1);
    }
    hardly.live(30, 1_000);
    expect(hardly.judge()).toBeUndefined();
  });

  it('is not judged where no answers come through the provider at all, or where it reports opt-outs itself', () => {
    const deaf = life({ service: 0 });
    deaf.live(20, 3_000);
    expect(deaf.judge()).toBeUndefined();
    const keeping = life({ reported: 1 });
    keeping.live(20, 3_000);
    expect(keeping.judge()).toBeUndefined();
  });

  it('that answers come to for other reasons expects no more STOP for it', () => {
    const { live, judge } = life({ service: 500 });
    live(9, 1_000);
    expect(judge()).toBeUndefined();
  });

  it('is one of a bounded number', () => {
    const state = newStop();
    const world = messageView();
    world.add(MONDAY, 1, [arrived]);
    const some = world.view.of(arrived) ?? NONE;
    const codes = Array.from({ length: 300 }, (_, n) => ({
      code: `${n}`,
      named: NONE,
      arrived: some,
      asked: NONE,
      reported: NONE,
    }));
    for (let at = MONDAY; at < MONDAY + 3_600; at += 60) learnCodes(state, codes, at, 0.003);
    expect(Object.keys(state.codes)).toHaveLength(100);
  });
});
