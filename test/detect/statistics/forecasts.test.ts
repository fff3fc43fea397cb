import { describe, expect, it } from 'vitest';
import { createLearned } from '../../../src/detect/learning/learned.ts';
import { BASELINES } from '../../../src/detect/statistics/baseline.ts';
import { createForecasts } from '../../../src/detect/statistics/forecasts.ts';
import { second } from '../../../src/events/event.ts';
import { HOUR_SECONDS } from '../../../src/events/time.ts';
import type { SeriesKey } from '../../../src/windows/series.ts';
import type { Announcement } from '../../../src/windows/store/store.ts';
import { config, MONDAY, paris } from '../lives.ts';
import { key, knownBaseline, marketing, marketingOf, messageView, plan } from '../support.ts';

const alpha = key();
const beta = key({ provider: 'beta' });
const NOON = MONDAY + 12 * HOUR_SECONDS;
const spring = plan({ start: NOON, end: NOON + HOUR_SECONDS, audience: 9_999 });

/** A world with two messages a second through each provider, and three more of the campaign through alpha. */
const opened = (...plans: readonly Announcement[]) => {
  const world = messageView();
  for (let now = NOON - 1_200; now < NOON + 1_200; now++) {
    world.add(now, 2, [alpha, beta]);
    world.add(now, 3, marketingOf('spring'));
  }
  world.announce(...plans);
  const learned = createLearned();
  const forecasts = createForecasts({
    learned,
    calendar: paris,
    config,
    excluded: () => false,
    watchedOf: () => undefined,
  });
  const of = (series: SeriesKey) => {
    const counts = world.view.of(series) ?? { count: () => 0, sum: () => 0 };
    const provider = series.includes('beta') ? 'beta' : 'alpha';
    const scope = series.includes('marketing') ? 'marketing' : 'all';
    return forecasts.of(world.view, { key: series, provider, metric: 'sent', scope, counts });
  };
  forecasts.explain(world.view, second(NOON + 1_199), ['alpha', 'beta']);
  return { of, learned };
};

describe('the counts of a provider', () => {
  it('are without what an announced campaign explains, second by second and in sum', () => {
    const { counts } = opened(spring).of(alpha);
    expect([NOON - 601, NOON - 600, NOON + 1_199].map(counts.count)).toEqual([5, 2, 2]);
    expect(counts.sum(NOON - 1_200, NOON + 1_199)).toBe(5 * 600 + 2 * 1_800);
    expect(
      opened(spring)
        .of(marketing)
        .counts.sum(NOON - 1_200, NOON - 500),
    ).toBe(3 * 600);
  });

  it('are whole when nothing was announced, or through another', () => {
    expect(
      opened()
        .of(alpha)
        .counts.sum(NOON, NOON + 99),
    ).toBe(500);
    expect(
      opened({ ...spring, provider: 'beta' })
        .of(alpha)
        .counts.sum(NOON, NOON + 99),
    ).toBe(500);
    expect(
      opened(spring)
        .of(beta)
        .counts.sum(NOON, NOON + 99),
    ).toBe(200);
  });

  it('are without it whoever it was announced through, when through anybody', () => {
    expect(
      opened({ ...spring, provider: undefined })
        .of(alpha)
        .counts.sum(NOON, NOON + 99),
    ).toBe(200);
  });

  it('are without it once, however often it was announced', () => {
    const again = { ...spring, id: 'again', end: plan({ start: NOON, end: NOON + 2 * HOUR_SECONDS }).end };
    const { counts } = opened(spring, again).of(alpha);
    expect(counts.count(NOON)).toBe(2);
    expect(counts.sum(NOON, NOON + 99)).toBe(200);
  });

  it('are without it once when one announcement follows the other', () => {
    const first = plan({ id: 'a', start: NOON - HOUR_SECONDS, end: NOON, audience: 9_999 });
    expect(
      opened(first, { ...spring, id: 'b' })
        .of(alpha)
        .counts.sum(NOON - 100, NOON + 99),
    ).toBe(400);
  });

  it('are whole again where an announcement is long over', () => {
    const over = plan({ start: NOON - 9 * HOUR_SECONDS, end: NOON - 8 * HOUR_SECONDS });
    expect(
      opened(over)
        .of(alpha)
        .counts.sum(NOON, NOON + 99),
    ).toBe(500);
  });
});

describe('a series without a past', () => {
  /** What is expected of it just after noon, when only `known` can tell that traffic rises then. */
  const expectedOf = (young: SeriesKey, known?: SeriesKey) => {
    const { of, learned } = opened();
    const rises = knownBaseline(NOON, (hour) => (hour % 24 >= 12 ? 10 : 1));
    if (known !== undefined) learned.of(BASELINES).set(known, rises);
    const { forecast } = of(young);
    for (let now = NOON - 1_200; now <= NOON + 60; now += 60) forecast.reach(now);
    return forecast.expected(NOON + 60, NOON + 119);
  };

  it('follows its provider, and a provider the busiest other one', () => {
    expect(expectedOf(marketing, alpha)).toBeGreaterThan(1.2 * expectedOf(marketing));
    expect(expectedOf(alpha, beta)).toBeGreaterThan(1.2 * expectedOf(alpha));
  });

  it('does not follow a part of another, nor one whose hour is not known', () => {
    expect(expectedOf(marketing, beta)).toBe(expectedOf(marketing));
    expect(expectedOf(alpha, key({ provider: 'beta', category: 'marketing' }))).toBe(expectedOf(alpha));
  });
});
