import { describe, expect, it } from 'vitest';
import type { Finding } from '../../../src/detect/finding.ts';
import { lagsOf, learnLag, newLag, usualLag } from '../../../src/detect/statistics/lags.ts';
import { DAY_SECONDS, HOUR_SECONDS } from '../../../src/events/time.ts';
import { LAG_NAMES, lagStep } from '../../../src/windows/lags.ts';
import type { SeriesKey } from '../../../src/windows/series.ts';
import { countsOf } from '../draws.ts';
import { live, NOON, newEngine, START } from '../engines.ts';
import { MONDAY } from '../lives.ts';
import { key, learnedOf, messageView } from '../support.ts';

const BLOCK = 600;

/** A message a second, in each block as late as `lagAt` says; learned block by block. */
const taught = (blocks: number, lagAt: (block: number) => number, state = newLag(), from = MONDAY) => {
  const steps = LAG_NAMES.map((_, step) => {
    const isOf = (at: number) => lagStep(lagAt(Math.floor((at - from) / BLOCK))) === step;
    return [{ count: () => 0, sum: (at: number) => (at >= from && isOf(at) ? BLOCK : 0) }];
  });
  for (let at = from + BLOCK - 1; at < from + blocks * BLOCK; at += BLOCK)
    learnLag(state, { steps, at, isLeftOut: () => false });
  return state;
};

describe('the usual lag', () => {
  it('is not known before a thousand messages', () => {
    expect(usualLag(undefined)).toBeUndefined();
    expect(usualLag(taught(1, () => 3))).toBeUndefined();
    expect(usualLag(taught(2, () => 3))).toBe(5);
  });

  it('is what 99 in 100 keep to, and at most half an hour', () => {
    expect(usualLag({ through: 0, steps: [0, 0, 9_900, 0, 0, 0, 0, 100, 0, 0, 0, 0, 0] })).toBe(5);
    expect(usualLag({ through: 0, steps: [0, 0, 9_899, 0, 0, 0, 0, 101, 0, 0, 0, 0, 0] })).toBe(120);
    expect(usualLag({ through: 0, steps: [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 5_000] })).toBe(1_800);
  });

  it('is followed where it grows, within the hour, and where it shrinks, within a week', () => {
    const day = DAY_SECONDS / BLOCK;
    const state = taught(2 * day, () => 3);
    expect(usualLag(taught(5, () => 15, state, MONDAY + 2 * DAY_SECONDS))).toBe(20);
    expect(usualLag(taught(day, (block) => 20 + block, state, MONDAY + 3 * DAY_SECONDS))).toBe(300);
    expect(usualLag(taught(3 * day, () => 3, state, MONDAY + 4 * DAY_SECONDS))).toBe(300);
    expect(usualLag(taught(7 * day, () => 3, state, MONDAY + 7 * DAY_SECONDS))).toBe(5);
  });

  it('is learned once of a second, and not of what is left out', () => {
    const steps = LAG_NAMES.map((_, step) =>
      step === 2 ? [countsOf(MONDAY, Array(HOUR_SECONDS).fill(1))] : [],
    );
    const state = newLag();
    const learn = (at: number, isLeftOut = (_: number) => false) => learnLag(state, { steps, at, isLeftOut });
    learn(MONDAY + BLOCK - 2);
    expect(state.steps).toEqual(newLag().steps);
    learn(MONDAY + BLOCK - 1);
    learn(MONDAY + BLOCK - 1);
    learn(MONDAY + 2 * BLOCK - 1, (from) => from === MONDAY + BLOCK);
    expect(state.steps[2]).toBe(600);
  });

  it('is that of the reports, too, where a provider only reports', () => {
    const { view, add } = messageView();
    add(MONDAY, 3, [key({ metric: 'delivered', lag: '10' })]);
    add(MONDAY, 2, [key({ metric: 'failed', lag: '10' })]);
    const [sent, reported] = lagsOf(view, 'alpha').map(({ name, steps }) => {
      const counts = steps.map((of) => of.reduce((sum, one) => sum + one.sum(MONDAY, MONDAY), 0));
      return [name, counts[lagStep(10)]];
    });
    expect([sent, reported]).toEqual([
      ['sent alpha', 0],
      ['reported alpha', 5],
    ]);
  });
});

describe('messages that nobody asked for, by counts', () => {
  const [sent, submitted] = [key(), key({ metric: 'submitted' })];
  const rates: ReadonlyArray<readonly [SeriesKey, number]> = [
    [sent, 5],
    [submitted, 5],
  ];

  /** Submitted in waves, each message sent `lag` seconds later; from NOON on, `more` a second that were not. */
  const found = (lag: number, parts: { more?: number; seconds: number }): Finding[] => {
    const { more = 0, seconds } = parts;
    const engine = newEngine();
    engine.restore(learnedOf(START, rates));
    const world = messageView();
    const submittedAt = (at: number) => (at >= START && Math.floor(at / 1_200) % 2 === 0 ? 10 : 1);
    const send = (now: number) => {
      world.add(now, submittedAt(now), [submitted]);
      world.add(now, submittedAt(now - lag), [sent, key({ lag: LAG_NAMES[lagStep(lag)] })]);
      if (now >= NOON) world.add(now, more, [sent]);
    };
    return live(engine, world, { from: START, seconds: HOUR_SECONDS + seconds, send }).filter(
      ({ detector }) => detector === 'unordered',
    );
  };

  it.each([3, 480])('are none where each is sent %i s after it was submitted', (lag) => {
    expect(found(lag, { seconds: 1_800 })).toEqual([]);
  });

  it.each([
    [3, 15, '5 s', 5],
    [480, 300, '10 min', 600],
  ])('are found where it is %i s, within %i s, and told with what is usual', (lag, within, usual, step) => {
    const [first] = found(lag, { more: 30, seconds: within });
    expect(first).toMatchObject({ strength: 'warn', series: sent, evidence: { lag: step } });
    expect(first?.at).toBeGreaterThanOrEqual(NOON);
    expect(first?.says).toContain(`; it usually sends within ${usual})`);
  });
});
