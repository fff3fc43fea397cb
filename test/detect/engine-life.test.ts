import { describe, expect, it } from 'vitest';
import type { Engine } from '../../src/detect/engine.ts';
import { second } from '../../src/events/event.ts';
import { DAY_SECONDS, HOUR_SECONDS } from '../../src/events/time.ts';
import { poisson, random } from './draws.ts';
import { kinds, live, NOON, newEngine, ordinary, START, usual } from './engines.ts';
import { key, learnedOf, messageView, type World } from './support.ts';

const alpha = key();
const beta = key({ provider: 'beta' });
const restarted = (engine: Engine): Engine => {
  const back = newEngine();
  expect(back.restore(engine.changes())).toBe(0);
  return back;
};
const steady = (engine: Engine, world: World, from: number, seconds: number, rate: number) => {
  const uniform = random(4);
  return live(engine, world, { from, seconds, send: (now) => world.add(now, poisson(rate, uniform)) });
};

describe('a cold start', () => {
  it('only warns, and says how young it is', () => {
    const [engine, world] = [newEngine(), messageView()];
    steady(engine, world, START, HOUR_SECONDS, 5);
    const found = live(engine, world, { from: NOON, seconds: 60, send: (now) => world.add(now, 200) });
    expect(kinds(found)).toEqual(['burst warn']);
    for (const { says } of found) expect(says).toMatch(/; learning: 0 of 14 days$/);
  });

  it('finds nothing in a steady pace, once its first minutes have passed', () => {
    const [engine, world] = [newEngine(), messageView()];
    const found = steady(engine, world, START, HOUR_SECONDS, 20);
    expect(found.filter(({ at }) => at > START + 180)).toEqual([]);
    expect(found.every(({ strength }) => strength === 'warn')).toBe(true);
  });

  it('of one more provider in a running stream is no longer than that', () => {
    const { engine, world } = ordinary([[alpha, 10]]);
    const join = usual(world, [
      [alpha, 10],
      [beta, 10],
    ]);
    const found = live(engine, world, { from: NOON, seconds: HOUR_SECONDS, send: join });
    expect(found.every(({ provider, strength }) => provider === 'beta' && strength === 'warn')).toBe(true);
    expect(found.filter(({ at }) => at > NOON + 600)).toEqual([]);
  });
});

describe('a restart', () => {
  it('goes on as if there had been none', () => {
    const { engine, world, goOn } = ordinary([[alpha, 10]]);
    goOn(900);
    const back = restarted(engine);
    const from = NOON + 900;
    const found: unknown[] = [];
    const again: unknown[] = [];
    for (let now = from; now < from + 60; now++) {
      world.add(now, 25);
      found.push(...engine.detect(world.view, second(now)));
      again.push(...back.detect(world.view, second(now)));
      for (const one of [engine, back]) one.seal(world.view, second(now), second(now));
    }
    expect(found.length).toBeGreaterThan(50);
    expect(again).toEqual(found);
  });

  it('in the middle of a burst still knows when it began', () => {
    const { engine, world, goOn } = ordinary([[alpha, 10]]);
    const [before] = goOn(300, (now) => world.add(now, 8)).slice(-1);
    const back = restarted(engine);
    const found = live(back, world, {
      from: NOON + 300,
      seconds: 5,
      send: usual(world, [[alpha, 10]], (now) => world.add(now, 8)),
    });
    expect(before?.since).toBe(NOON * 1000);
    expect(found.at(-1)).toMatchObject({ detector: 'burst', since: NOON * 1000 });
  });

  it('does not forget that a provider is silent', () => {
    const { engine, world } = ordinary([
      [alpha, 2],
      [beta, 2],
    ]);
    const others = (now: number) => world.add(now, 2, [beta]);
    live(engine, world, { from: NOON, seconds: 120, send: others });
    const found = live(restarted(engine), world, { from: NOON + 120, seconds: 60, send: others });
    expect(kinds(found)).toEqual(['silence warn']);
  });

  it('does not learn from what was left out before it', () => {
    const { engine, world, goOn } = ordinary([[alpha, 2]]);
    goOn(1_800, (now) => world.add(now, 60));
    engine.leaveOut('alpha', NOON, second(NOON + 1_800), 'incident');
    const back = restarted(engine);
    live(back, world, { from: NOON + 1_800, seconds: 2 * HOUR_SECONDS, send: usual(world, [[alpha, 2]]) });
    expect(back.expected(world.view, alpha).rate).toBeLessThan(2.4);
  });

  it('has nothing to save when nothing was learned since it last saved', () => {
    const { engine } = ordinary([[alpha, 2]]);
    expect(engine.changes().size).toBeGreaterThan(0);
    expect(engine.changes().size).toBe(0);
  });
});

describe('looking', () => {
  it('at a second while it fills changes nothing that a later look shows', () => {
    const [once, often] = [newEngine(), newEngine()];
    const world = messageView();
    for (const engine of [once, often]) engine.restore(learnedOf(START, [[alpha, 10]]));
    const uniform = random(2);
    const shown: unknown[] = [];
    for (let now: number = START; now < START + 900; now++) {
      for (let part = 0; part < 3; part++) {
        world.add(now, poisson(now < START + 800 ? 3 : 12, uniform));
        if (part < 2) often.detect(world.view, second(now), second(now - 3));
      }
      const found = once.detect(world.view, second(now), second(now - 3));
      shown.push(...found);
      expect(often.detect(world.view, second(now), second(now - 3))).toEqual(found);
      for (const engine of [once, often]) engine.seal(world.view, second(now), second(now));
    }
    expect(shown.length).toBeGreaterThan(0);
    expect(often.changes()).toEqual(once.changes());
  });
});

describe('a burst that goes on', () => {
  /** As the watch does: a strong finding leaves its provider out. */
  const goesOn = (seconds: number) => {
    const { engine, world } = ordinary([[alpha, 1]]);
    for (let from: number = NOON; from < NOON + seconds; from += 60) {
      for (let now = from; now < from + 60; now++) world.add(now, 6);
      const last = second(from + 59);
      for (const { provider, strength, since } of engine.detect(world.view, last)) {
        if (strength === 'strong') engine.leaveOut(provider, second(since / 1000), last, 'incident');
      }
      engine.seal(world.view, second(from), last);
    }
    return engine.expected(world.view, alpha).rate;
  };

  it('for an hour teaches nothing', () => {
    expect(goesOn(HOUR_SECONDS)).toBeLessThan(1.1);
    expect(goesOn(3 * HOUR_SECONDS)).toBeLessThan(1.1);
  });

  it('for days is how it is now', () => {
    expect(goesOn(3 * DAY_SECONDS)).toBeGreaterThan(3);
  });
});
