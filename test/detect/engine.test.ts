import { describe, expect, it } from 'vitest';
import { configSchema } from '../../src/config/schema.ts';
import { createEngine } from '../../src/detect/engine.ts';
import { second } from '../../src/events/event.ts';
import {
  at,
  countsView,
  estimate,
  key,
  marketing,
  marketingOf,
  messageView,
  poisson,
  quiet,
  random,
} from './support.ts';

const START = at('2025-10-20T00:00:00Z');
const configWith = (burst: Record<string, unknown> = {}) => configSchema.parse({ detect: { burst } }).detect;
const engineWith = (burst: Record<string, unknown> = {}) =>
  createEngine({ config: configWith(burst), estimate });
const persons = (count: number, from = 0) => Array.from({ length: count }, (_, i) => `person-${from + i}`);

/** Looks at every second and learns from it, as the watch does. */
const live = (engine: ReturnType<typeof engineWith>, counts: readonly number[], from = 0) => {
  const view = countsView(key(), START, counts);
  const found = [];
  for (let i = from; i < counts.length; i++) {
    found.push(...engine.detect(view, second(START + i)));
    engine.seal(view, second(START + i), second(START + i));
  }
  return found;
};

/** A provider never seen is called for its first seconds: nobody can know better. */
const settled = <T extends { at: number }>(found: readonly T[]): T[] =>
  found.filter((one) => one.at > START + 60);

const traffic = (rates: ReadonlyArray<readonly [seconds: number, rate: number]>, seed = 7): number[] => {
  const uniform = random(seed);
  return rates.flatMap(([seconds, rate]) => Array.from({ length: seconds }, () => poisson(rate, uniform)));
};

describe('bursts', () => {
  it('are none in a week of steady traffic, even judged as pure Poisson', { timeout: 120_000 }, () => {
    expect(settled(live(engineWith({ dispersion: 1 }), traffic([[604_800, 2]])))).toEqual([]);
  });

  it('are none while traffic declines, to a trickle and to nothing', () => {
    const day = traffic([
      [7_200, 20],
      [7_200, 1],
      [3_600, 0],
    ]);
    expect(settled(live(engineWith(), day))).toEqual([]);
  });

  it('of three times ten a second are found within seconds, strong, and end soon after', () => {
    const day = traffic([
      [7_200, 10],
      [60, 30],
      [600, 10],
    ]);
    const found = settled(live(engineWith(), day));
    const first = found[0];
    expect(first?.at).toBeGreaterThanOrEqual(START + 7_200);
    expect(first?.at).toBeLessThanOrEqual(START + 7_208);
    expect(first).toMatchObject({ detector: 'burst', provider: 'alpha', strength: 'strong' });
    expect(first?.says).toMatch(/^alpha sent \d+ messages in \d+ s where [\d.]+ were expected$/);
    expect(found.at(-1)?.at).toBeLessThan(START + 7_200 + 60 + 120);
  });

  it('do not teach that they are normal', () => {
    const engine = engineWith();
    live(
      engine,
      traffic([
        [7_200, 10],
        [1_800, 200],
      ]),
    );
    expect(engine.expected(key()).rate).toBeLessThan(20);
  });

  it('are not seen in a new provider that starts at its own steady pace, once a minute has passed', () => {
    const found = live(engineWith(), traffic([[3_600, 20]]));
    expect(settled(found)).toEqual([]);
    expect(found.every((one) => one.evidence.learning === 1)).toBe(true);
  });

  it('carry the campaign they were seen in', () => {
    const world = messageView();
    world.send(START, persons(400), marketingOf('spring'));
    const found = engineWith().detect(world.view, START);
    expect(found.map((one) => [one.series, one.campaign])).toEqual([
      [key({ campaign: 'spring' }), 'spring'],
      [marketing, undefined],
      [key(), undefined],
    ]);
    expect(found[0]?.says).toContain('400 messages of campaign spring in 1 s where 1 were expected');
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

  it('finds all three signs of the night it exists for, one of each a provider', () => {
    const found = engineWith().detect(night().view, second(START + 4));
    const kinds = found.map((one) => `${one.detector} ${one.strength}`);
    expect(new Set(kinds)).toContain('repeats strong');
    expect(new Set(kinds)).toContain('quiet_hours strong');
    expect(kinds.filter((kind) => kind.startsWith('repeats'))).toHaveLength(1);
    expect(kinds.filter((kind) => kind.startsWith('quiet'))).toHaveLength(1);
    expect(found.find((one) => one.detector === 'repeats')?.says).toBe(
      'alpha sent 100 marketing messages for about 20 persons in 1 minute; 20 persons got up to 5 of them each',
    );
    expect(JSON.stringify(found)).not.toContain('person-');
  });

  it('says the same however often it is asked', () => {
    const engine = engineWith();
    const { view } = night();
    const before = engine.snapshot();
    expect(engine.detect(view, second(START + 4))).toEqual(engine.detect(view, second(START + 4)));
    expect(engine.snapshot()).toBe(before);
  });

  it('has nothing to say of a second without messages', () => {
    expect(engineWith().detect(night().view, second(START + 5))).toEqual([]);
  });

  it('ignores what is neither sent nor submitted: late delivery reports are no burst', () => {
    const world = messageView();
    world.send(START, persons(500), [key({ metric: 'delivered' }), key({ metric: 'failed' })]);
    expect(engineWith().detect(world.view, START)).toEqual([]);
  });

  it('learns the same from one long stretch as from its seconds', () => {
    const counts = traffic([[1_000, 3]]);
    const view = countsView(key(), START, counts);
    const [whole, parts] = [engineWith(), engineWith()];
    whole.seal(view, START, second(START + 999));
    for (let i = 0; i < 1_000; i++) parts.seal(view, second(START + i), second(START + i));
    expect(whole.snapshot()).toBe(parts.snapshot());
  });

  it('goes on from a snapshot as if it had never stopped', () => {
    const counts = traffic([
      [4_000, 10],
      [30, 40],
    ]);
    const stayed = engineWith();
    const left = engineWith();
    live(stayed, counts.slice(0, 4_000));
    live(left, counts.slice(0, 4_000));
    const back = engineWith();
    back.restore(left.snapshot());
    expect(live(back, counts, 4_000)).toEqual(live(stayed, counts, 4_000));
  });

  it('gives the band of what is expected: the edge is where a burst would be called', () => {
    const engine = engineWith();
    live(engine, traffic([[3_600, 10]]));
    const { rate, upper, learning } = engine.expected(key());
    expect(rate).toBeGreaterThan(9);
    expect(rate).toBeLessThan(11);
    expect(upper).toBeGreaterThan(30);
    expect(upper).toBeLessThan(80);
    expect(learning).toBe(false);
  });
});
