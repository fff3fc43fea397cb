import { describe, expect, it } from 'vitest';
import { LEARNED_VERSION } from '../../src/detect/learning/learned.ts';
import { second } from '../../src/events/event.ts';
import { HOUR_SECONDS } from '../../src/events/time.ts';
import type { SeriesKey } from '../../src/windows/series.ts';
import { poisson, random } from './draws.ts';
import { kinds, live, NOON, newEngine, ordinary, START } from './engines.ts';
import { key, late, learnedOf, marketing, marketingOf, messageView, quiet } from './support.ts';

const alpha = key();
const beta = key({ provider: 'beta' });
const persons = (count: number) => Array.from({ length: count }, (_, i) => `person-${i}`);

describe('bursts', () => {
  it('of three times ten a second are found within seconds, strong, and end soon after', () => {
    const { goOn, world } = ordinary([[alpha, 10]]);
    const found = goOn(240, (now) => now < NOON + 60 && world.add(now, 20));
    const first = found[0];
    expect(first).toMatchObject({ detector: 'burst', provider: 'alpha', strength: 'strong' });
    expect(first?.at).toBeLessThanOrEqual(NOON + 5);
    expect(first?.since).toBe(NOON * 1000);
    expect(first?.says).toMatch(
      /^alpha sent \d+ messages in \d+ s where [\d.]+ were expected \(chance does /,
    );
    expect(found.at(-1)?.at).toBeGreaterThanOrEqual(NOON + 59);
    expect(found.at(-1)?.at).toBeLessThan(NOON + 180);
  });

  it('are none in hours of ordinary traffic', () => {
    const { engine, world } = ordinary([[alpha, 2]]);
    const uniform = random(9);
    const send = (now: number) => world.add(now, poisson(2, uniform));
    expect(live(engine, world, { from: NOON, seconds: 4 * HOUR_SECONDS, send })).toEqual([]);
  });

  it('are none while traffic declines to a trickle', () => {
    const { engine, world } = ordinary([[alpha, 20]]);
    const found = live(engine, world, {
      from: NOON,
      seconds: HOUR_SECONDS,
      send: (now) => world.add(now, 1),
    });
    expect(found).toEqual([]);
  });

  it('of one provider are strong, but only warn when every other rose as well', () => {
    const rates = [
      [alpha, 10],
      [beta, 10],
    ] as const;
    const alone = ordinary(rates);
    expect(kinds(alone.goOn(30, (now) => alone.world.add(now, 30)))).toEqual(['burst strong']);
    const both = ordinary(rates);
    const found = both.goOn(30, (now) => both.world.add(now, 30, [alpha, beta]));
    expect(kinds(found)).toEqual(['burst warn']);
    expect(found[0]?.says).toContain('every other provider rose as well');
    expect(found[0]?.evidence.together).toBe(1);
  });

  it('that begin within a second are held against the others in the same part of it', () => {
    const risen = (rising: readonly SeriesKey[]) => {
      const { engine, world } = ordinary([
        [alpha, 40],
        [beta, 40],
      ]);
      for (const series of [alpha, beta]) {
        const later = rising.includes(series) ? 30 : 10;
        world.addQuarters(NOON, [10, 10, 10, later], series);
        world.addQuarters(NOON + 1, [later, later], series);
      }
      expect(engine.detect(world.view, second(NOON))).toEqual([]);
      return engine.detect(world.view, second(NOON + 1));
    };
    const alone = risen([alpha]);
    expect(kinds(alone)).toEqual(['burst strong']);
    expect(alone[0]).toMatchObject({ since: NOON * 1_000 + 500, evidence: { count: 100, expected: 40 } });
    expect(kinds(risen([alpha, beta]))).toEqual(['burst warn']);
  });

  it('of a queue that is emptied only warn, until more comes than had been submitted', () => {
    const submitted = key({ metric: 'submitted' });
    const rates = [
      [alpha, 2],
      [submitted, 2],
    ] as const;
    const { engine, world } = ordinary(rates);
    const bursts = (seconds: number, from: number, sent: number) =>
      live(engine, world, {
        from,
        seconds,
        send: (now) => {
          world.add(now, 2, [submitted]);
          world.add(now, sent, [alpha]);
        },
      }).filter(({ detector, series }) => detector === 'burst' && series === alpha);
    expect(bursts(300, NOON, 0)).toEqual([]);
    const emptied = bursts(50, NOON + 300, 14);
    expect(kinds(emptied)).toEqual(['burst warn']);
    expect(emptied.at(-1)?.says).toContain('that had been submitted before were still to come');
    expect(emptied.at(-1)?.evidence.queued).toBeGreaterThan(300);
    expect(emptied.at(-1)?.evidence.queued).toBeLessThanOrEqual(600);
    expect(kinds(bursts(40, NOON + 350, 14))).toContain('burst strong');
  });
});

describe('a provider', () => {
  it('is found silent behind the watermark, while others go on', () => {
    const { engine, world } = ordinary([
      [alpha, 2],
      [beta, 2],
    ]);
    const found = live(engine, world, { from: NOON, seconds: 60, send: (now) => world.add(now, 2, [beta]) });
    expect(kinds(found)).toEqual(['silence warn']);
    expect(new Set(found.map(({ provider }) => provider))).toEqual(new Set(['alpha']));
    expect(found[0]?.since).toBe(NOON * 1000);
    expect(found[0]?.says).toMatch(/^alpha sent nothing for \d+ s where [\d.]+ messages were expected$/);
    expect(engine.detect(world.view, second(NOON + 59))).toEqual([]);
  });

  it('is not silent because the stream begins', () => {
    const engine = newEngine();
    engine.restore(learnedOf(START, [[alpha, 2]]));
    const world = messageView();
    expect(live(engine, world, { from: START, seconds: 30, send: (now) => world.add(now, 2) })).toEqual([]);
  });

  it('is found sending to a country it was never used for', () => {
    const { goOn, world } = ordinary([
      [alpha, 10],
      [key({ country: 'FR' }), 10],
    ]);
    const found = goOn(40, (now) => world.add(now, 1, [key({ country: 'TN' })]));
    expect(kinds(found)).toEqual(['destination warn']);
    expect(found[0]).toMatchObject({
      at: NOON + 19,
      series: key({ country: 'TN' }),
      evidence: { count: 20 },
    });
    expect(found[0]?.says).toBe('alpha sent 20 messages in an hour to TN, where it was never used before');
  });

  it.each([
    ['a warning at first', undefined, 900, 'warn'],
    ['a warning in its first minute', { blocks: 150, errors: 150 }, 60, 'warn'],
    ['strong when a provider that follows closely goes on', { blocks: 150, errors: 150 }, 900, 'strong'],
    ['a warning where it does not follow closely', { blocks: 150, errors: 750 }, 900, 'warn'],
    [
      'a warning while a queue may be emptied',
      { blocks: 150, errors: 150, behind: NOON / 600 - 100 },
      900,
      'warn',
    ],
  ])('is found sending what nobody ordered, by counts: %s', (_, held, seconds, strength) => {
    const { engine, goOn, world } = ordinary([
      [alpha, 5],
      [key({ metric: 'submitted' }), 5],
    ]);
    const share = { version: LEARNED_VERSION, through: NOON / 600, count: 1e5, base: 1e5, ...held };
    if (held) engine.restore(new Map([['share unordered alpha', JSON.stringify(share)]]));
    const found = goOn(seconds, (now) => world.add(now, 20));
    const unordered = found.filter(({ detector }) => detector === 'unordered');
    expect(unordered.at(-1)?.strength).toBe(strength);
    expect(unordered[0]?.says).toMatch(/^alpha sent \d+ messages in \d+ s, but was asked for \d+/);
  });

  it('is found failing, with the error that most failures had', () => {
    const failed = key({ metric: 'failed' });
    const { goOn, world } = ordinary([
      [alpha, 5],
      [key({ metric: 'delivered' }), 5],
    ]);
    const found = goOn(120, (now) => world.add(now, 4, [failed, key({ metric: 'failed', error: '30005' })]));
    expect(kinds(found)).toEqual(['failures warn']);
    expect(found.at(-1)?.says).toContain('; mostly 30005');
  });
});

describe('the engine', () => {
  const night = () => {
    const world = messageView();
    for (let round = 0; round < 5; round++) {
      world.send(START + round, persons(20), [
        ...marketingOf(),
        quiet,
        key({ metric: 'submitted', category: 'marketing' }),
      ]);
    }
    return world;
  };

  it('what only came late into forbidden hours is a warning, and beyond a tolerance of its own', () => {
    const found = (count: number) => {
      const world = messageView();
      world.send(START, persons(count), [...marketingOf(), late]);
      const all = newEngine().detect(world.view, second(START));
      return all.filter(({ detector }) => detector === 'quiet_hours');
    };
    expect(found(100)).toEqual([]);
    expect(found(101)).toMatchObject([{ strength: 'warn', series: late, evidence: { count: 101 } }]);
    expect(found(101)[0]?.says).toBe(
      'alpha sent 101 marketing messages in 60 s to people for whom it is a forbidden hour or day; ' +
        'they had been submitted in time, and were sent late',
    );
  });

  it('other categories have forbidden hours too, when they have a rule', () => {
    const world = messageView();
    const reminders = key({ category: 'transactional', hours: 'quiet' });
    world.send(START, persons(6), [alpha, reminders]);
    const found = newEngine().detect(world.view, second(START));
    expect(found).toMatchObject([{ detector: 'quiet_hours', strength: 'strong', series: reminders }]);
    expect(found[0]?.says).toContain('alpha sent 6 transactional messages');
  });

  it('finds all three signs of the night it exists for, one of each a provider', () => {
    const engine = newEngine();
    engine.restore(
      learnedOf(START, [
        [alpha, 1],
        [marketing, 0],
      ]),
    );
    const found = engine.detect(night().view, second(START + 4));
    const all = found.map((one) => `${one.detector} ${one.strength}`);
    expect(kinds(found)).toEqual(['burst strong', 'quiet_hours strong', 'repeats strong']);
    expect(all.filter((kind) => kind.startsWith('repeats'))).toHaveLength(1);
    expect(all.filter((kind) => kind.startsWith('quiet'))).toHaveLength(1);
    expect(found.find((one) => one.detector === 'repeats')?.says).toBe(
      'alpha sent 100 marketing messages for about 20 persons in 1 minute; 20 persons got up to 5 of them each',
    );
    expect(JSON.stringify(found)).not.toContain('person-');
  });

  it('says the same however often it is asked, and learns nothing from being asked', () => {
    const engine = newEngine();
    const { view } = night();
    const first = engine.detect(view, second(START + 4));
    engine.changes();
    expect(engine.detect(view, second(START + 4))).toEqual(first);
    expect(first.length).toBeGreaterThan(0);
    expect(engine.changes()).toEqual(new Map());
  });

  it('says it in an order that does not depend on how the series came', () => {
    const found = (providers: readonly string[]) => {
      const engine = newEngine();
      const world = messageView();
      for (const provider of providers) world.add(START, 400, marketingOf('spring', provider).reverse());
      return engine
        .detect(world.view, START as typeof NOON)
        .map((one) => `${one.provider} ${one.detector} ${one.series}`);
    };
    expect(found(['beta', 'alpha'])).toEqual(found(['alpha', 'beta']));
    expect(found(['alpha', 'beta'])).toEqual(found(['alpha', 'beta']).toSorted());
    expect(found(['alpha', 'beta']).length).toBeGreaterThan(2);
  });

  it('has nothing to say of a second without messages', () => {
    expect(newEngine().detect(night().view, second(START + 5))).toEqual([]);
  });

  it('ignores what is neither sent nor submitted: late delivery reports are no burst', () => {
    const world = messageView();
    world.add(START, 500, [key({ metric: 'delivered' }), key({ metric: 'failed' })]);
    expect(newEngine().detect(world.view, second(START))).toEqual([]);
  });

  it('gives the band of what is expected: the edge is where a burst would be called', () => {
    const { engine, world } = ordinary([[alpha, 10]]);
    const { rate, upper, learning } = engine.expected(world.view, alpha);
    expect(rate).toBeCloseTo(10, 1);
    expect(learning).toBe(false);
    world.add(NOON, Math.floor(upper));
    expect(engine.detect(world.view, NOON)).toEqual([]);
    world.add(NOON, 2);
    expect(kinds(engine.detect(world.view, NOON))).toEqual(['burst strong']);
  });
});
