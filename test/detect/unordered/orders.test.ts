import { describe, expect, it } from 'vitest';
import { newAccount } from '../../../src/detect/billing/reconcile.ts';
import { LEARNED_VERSION } from '../../../src/detect/learning/learned.ts';
import { newShare } from '../../../src/detect/statistics/shares.ts';
import { clarityOf } from '../../../src/detect/unordered/orders.ts';
import type { Dimensions, SeriesKey } from '../../../src/windows/series.ts';
import { kinds, NOON, ordinary, START } from '../engines.ts';
import { key } from '../support.ts';

const sent = key();
const submitted = key({ metric: 'submitted' });
const of = (by: Dimensions) => key(by);
const known = of({ submission: 'known' });
const none = of({ submission: 'none' });
const late = of({ submission: 'late' });
const noOrder = of({ order: 'none' });

/** A share learned over days, in which `count` of 50,000 showed the sign. */
const share = (sign: string, count = 0, more: object = {}) =>
  [
    `share unordered_${sign} alpha`,
    JSON.stringify({
      version: LEARNED_VERSION,
      ...newShare(),
      through: NOON / 600,
      base: 50_000,
      blocks: 200,
      errors: 200,
      count,
      ...more,
    }),
  ] as const;

/** Alpha sends five a second, all submitted; from NOON on what `besides` adds. */
const alpha = (
  shares: ReadonlyArray<readonly [string, string]>,
  rates: ReadonlyArray<readonly [SeriesKey, number]> = [],
) => {
  const usual = [[sent, 5], [submitted, 5], [known, 5], ...rates] as const;
  const life = ordinary(usual, {
    known: [
      [sent, 5],
      [submitted, 5],
    ],
  });
  life.engine.restore(new Map(shares));
  const unordered = (seconds: number, each: (at: number) => void) =>
    life.goOn(seconds, each).filter(({ detector }) => detector === 'unordered');
  return { ...life, unordered };
};

describe('how well a sign sees', () => {
  const state = (more: object) => ({ ...newShare(), base: 50_000, blocks: 200, errors: 200, ...more });
  it.each([
    ['blind at first', state({ base: 999 }), 'blind'],
    ['blind where most messages show it', state({ count: 30_000 }), 'blind'],
    ['dim where some do', state({ count: 5_000 }), 'dim'],
    ['dim until a day has passed', state({ blocks: 99, errors: 99 }), 'dim'],
    ['dim where they come in clumps', state({ count: 500, errors: 2_000 }), 'dim'],
    ['clear where hardly any do', state({ count: 500 }), 'clear'],
    ['clear from a thousand on', state({ base: 1_000 }), 'clear'],
  ])('%s', (_, learned, sight) => {
    expect(clarityOf(learned)).toBe(sight);
  });
});

describe('messages without an order', () => {
  const run = (count: number, each = 4) => {
    const { unordered, world } = alpha([share('order', count)]);
    return unordered(60, (now) => world.add(now, each, [sent, noOrder]));
  };

  it('are found within seconds, strong, where nearly all carry one', () => {
    const found = run(0);
    expect(kinds(found)).toEqual(['unordered strong']);
    expect(found[0]).toMatchObject({ at: NOON + 4, series: noOrder, evidence: { count: 20 } });
    expect(found[0]?.says).toBe(
      'alpha sent 20 messages without an order in 60 s, of 320 (where 0.5 were expected)',
    );
  });

  it('only warn where some carry none', () => {
    expect(kinds(run(2_500))).toEqual(['unordered warn']);
  });

  it('are nothing where most carry none', () => {
    expect(run(45_000, 50).filter(({ series }) => series === noOrder)).toEqual([]);
  });

  it('are nothing as long as they are few', () => {
    const { unordered, world } = alpha([share('order'), share('submission')]);
    expect(unordered(60, (now) => now < NOON + 19 && world.add(now, 1, [sent, noOrder]))).toEqual([]);
  });

  it('are not a queue that is emptied: its messages carry their orders, and were submitted', () => {
    const { unordered, world } = alpha([share('order'), share('submission'), share('twice')]);
    expect(unordered(300, (now) => world.add(now, 30, [sent, known]))).toEqual([]);
  });
});

describe('messages that were never submitted', () => {
  it('warn at once, and are strong when no submission has come for a minute', () => {
    const { unordered, world } = alpha([share('submission')]);
    const found = unordered(90, (now) => world.add(now, 4, [sent, none]));
    expect(found[0]?.strength).toBe('warn');
    const strong = found.find(({ strength }) => strength === 'strong');
    expect(strong?.series).toBe(none);
    expect(strong?.at).toBeGreaterThanOrEqual(NOON + 60);
    expect(strong?.at).toBeLessThan(NOON + 75);
    expect(strong?.says).toContain('that were never submitted');
  });

  it('are never strong when each submission comes up to a minute late', () => {
    const { unordered, world } = alpha([share('submission')]);
    const found = unordered(240, (now) => {
      world.add(now, 4, [sent, none]);
      if (now >= NOON + 55) world.add(now - 55, 4, [late, submitted]);
    });
    expect(kinds(found)).not.toContain('unordered strong');
  });

  it('are none when it is the stream of submissions that has broken off', () => {
    const life = ordinary(
      [
        [sent, 5],
        [submitted, 5],
        [known, 5],
      ],
      {
        known: [
          [sent, 5],
          [submitted, 5],
        ],
      },
    );
    life.engine.restore(new Map([share('submission')]));
    const found = [];
    for (let now: number = NOON; now < NOON + 300; now++) {
      life.world.add(now, 5, [sent, none]);
      found.push(...life.engine.detect(life.world.view, now as typeof NOON));
      life.engine.seal(life.world.view, now as typeof NOON, now as typeof NOON);
    }
    expect(kinds(found)).not.toContain('unordered strong');
  });

  it('are nothing where ids differ: none is ever found', () => {
    const { unordered, world } = alpha([share('submission', 49_000)]);
    const found = unordered(60, (now) => world.add(now, 20, [sent, none]));
    expect(found.filter(({ series }) => series === none)).toEqual([]);
  });

  it('show in the reports of a provider that only reports', () => {
    const unreported = key({ metric: 'delivered', submission: 'none' });
    const { unordered, world } = alpha(
      [share('report')],
      [[key({ metric: 'delivered', submission: 'known' }), 5]],
    );
    const found = unordered(90, (now) => world.add(now, 4, [unreported]));
    expect(found.at(-1)).toMatchObject({ strength: 'strong', series: unreported });
  });

  it('are never strong in reports when each submission comes up to a minute after its report', () => {
    const unreported = key({ metric: 'delivered', submission: 'none' });
    const later = key({ metric: 'delivered', submission: 'late' });
    const { unordered, world } = alpha(
      [share('report')],
      [[key({ metric: 'delivered', submission: 'known' }), 5]],
    );
    const found = unordered(240, (now) => {
      world.add(now, 4, [unreported]);
      if (now >= NOON + 55) world.add(now - 55, 4, [later]);
    });
    expect(kinds(found)).toContain('unordered warn');
    expect(kinds(found)).not.toContain('unordered strong');
  });
});

describe('orders sent twice', () => {
  const twice = of({ order: 'twice' });
  it('are found, strong', () => {
    const { unordered, world } = alpha([share('twice')]);
    const found = unordered(30, (now) => world.add(now, 5, [sent, twice, known]));
    expect(kinds(found)).toContain('unordered strong');
    expect(found[0]?.says).toMatch(
      /^alpha sent \d+ orders in 60 s that had gone to the same persons already/,
    );
  });

  it('are nothing where that is usual: one order, several messages', () => {
    const { unordered, world } = alpha([share('twice', 30_000), share('submission')]);
    expect(unordered(60, (now) => world.add(now, 20, [sent, twice, known]))).toEqual([]);
  });
});

describe('counts alone', () => {
  it('say nothing where ids tell more', () => {
    const more = (shares: ReadonlyArray<readonly [string, string]>) => {
      const { unordered, world } = alpha(shares);
      return unordered(120, (now) => world.add(now, 30, [sent, known]));
    };
    expect(more([share('submission')])).toEqual([]);
    expect(kinds(more([]))).toEqual(['unordered warn']);
  });
});

describe('a bill', () => {
  it('beyond what was sent is told in the second it was reported in', () => {
    const { engine, world } = ordinary([[sent, 5]]);
    engine.restore(
      new Map([['account alpha', JSON.stringify({ version: LEARNED_VERSION, ...newAccount(START) })]]),
    );
    const hour = `${NOON - 3_600}-${NOON}`;
    engine.seal(world.view, (NOON - 1) as typeof NOON, (NOON - 1) as typeof NOON);
    world.add(NOON, 30_000, [key({ metric: 'usage', period: hour })]);
    const [found, ...others] = engine.detect(world.view, NOON);
    expect(others).toEqual([]);
    expect(found).toMatchObject({ detector: 'usage', strength: 'strong', since: START * 1000 });
    expect(found?.says).toBe('alpha bills 30000 messages, but says that it sent 18000, and was asked for 0');
  });
});
