import { describe, expect, it } from 'vitest';
import type { Finding } from '../../../src/detect/finding.ts';
import { kinds, NOON, ordinary, type Rates } from '../engines.ts';
import { key, marketing, marketingOf, plan } from '../support.ts';

const alpha = key();
const rates: Rates = [
  [alpha, 10],
  [marketing, 2],
  [key({ country: 'FR' }), 10],
  [key({ sender: 'SALON' }), 10],
];
const spring = (audience: number, seconds = 600) =>
  plan({ start: NOON, end: NOON + seconds, audience, campaign: 'spring' });
const bursts = (found: readonly Finding[]) => found.filter(({ detector }) => detector === 'burst');

describe('an announced campaign', () => {
  it('raises nothing, while the same one unannounced is a burst', () => {
    const announced = ordinary(rates);
    announced.world.announce(spring(4_000));
    const send = (life: typeof announced) => (now: number) => life.world.add(now, 30, marketingOf('spring'));
    expect(announced.goOn(120, send(announced))).toEqual([]);
    const silent = ordinary(rates);
    expect(kinds(silent.goOn(120, send(silent)))).toEqual(['burst strong']);
  });

  it('is a finding beyond its audience, and its excess a burst', () => {
    const { goOn, world } = ordinary(rates);
    world.announce(spring(1_000));
    const found = goOn(120, (now) => world.add(now, 30, marketingOf('spring')));
    expect(kinds(found)).toEqual(['burst strong', 'campaign strong', 'campaign warn']);
    expect(found.every(({ at }) => at > NOON + 1_070 / 30)).toBe(true);
    expect(found.find(({ detector }) => detector === 'campaign')?.says).toMatch(
      /^alpha sent \d+ messages of campaign spring beyond its announced audience of 1000$/,
    );
  });

  it('explains nothing of another provider, unless it was announced for any', () => {
    const other = ordinary(rates);
    other.world.announce({ ...spring(4_000), provider: 'beta' });
    const found = other.goOn(60, (now) => other.world.add(now, 30, marketingOf('spring')));
    expect(kinds(found)).toContain('campaign strong');
    expect(kinds(found)).toContain('burst strong');
    const any = ordinary(rates);
    any.world.announce({ ...spring(4_000), provider: undefined });
    expect(any.goOn(60, (now) => any.world.add(now, 30, marketingOf('spring')))).toEqual([]);
  });

  it('hides no burst of other messages, also when it was announced twice', () => {
    for (const plans of [[spring(9_000)], [spring(9_000), { ...spring(9_000), id: 'once more' }]]) {
      const { goOn, world } = ordinary(rates);
      world.announce(...plans);
      const found = goOn(60, (now) => {
        world.add(now, 30, marketingOf('spring'));
        world.add(now, 25);
      });
      expect(kinds(found)).toContain('burst strong');
    }
  });

  it('is not blamed for the burst of another that runs beside it', () => {
    const { goOn, world } = ordinary(rates);
    world.announce(spring(90_000));
    const found = goOn(60, (now) => {
      world.add(now, 60, marketingOf('spring'));
      world.add(now, 30, marketingOf('rogue'));
    });
    expect(bursts(found).length).toBeGreaterThan(0);
    expect(new Set(bursts(found).map(({ campaign }) => campaign))).toEqual(new Set(['rogue']));
  });

  it('teaches nothing', () => {
    const { goOn, world, engine } = ordinary(rates);
    world.announce(spring(90_000, 3_600));
    goOn(3_600, (now) => world.add(now, 20, marketingOf('spring')));
    goOn(4_000, undefined, NOON + 3_600);
    expect(engine.expected(world.view, alpha).rate).toBeLessThan(10.5);
    expect(engine.expected(world.view, marketing).rate).toBeLessThan(2.2);
  });
});

describe('a burst', () => {
  it('names the campaign, the sender and the country that explain it', () => {
    const { goOn, world } = ordinary(rates);
    const parts = [...marketingOf('spring'), key({ sender: 'PROMO' }), key({ country: 'BE' })];
    const found = bursts(goOn(20, (now) => world.add(now, 30, parts)));
    expect(found[0]).toMatchObject({ campaign: 'spring' });
    expect(found[0]?.says).toContain(
      '; campaign spring is 100 % of the excess; sender PROMO is 100 % of the excess; country BE is 100 % of the excess',
    );
  });

  it('names none when nothing in particular rose', () => {
    const { goOn, world } = ordinary(rates);
    const found = bursts(goOn(20, (now) => world.add(now, 30)));
    expect(found[0]?.campaign).toBeUndefined();
    expect(found[0]?.says).not.toContain('of the excess');
  });

  it('only warns when it is a campaign like those before it, for as long as that lasts', () => {
    const { goOn, world } = ordinary(rates);
    for (const [index, campaign] of ['a', 'b', 'c', 'd'].entries()) {
      const from = NOON + 1_800 * index;
      const found = goOn(1_200, (now) => world.add(now, 120, marketingOf(campaign)), from);
      goOn(600, undefined, from + 1_200);
      expect(kinds(bursts(found)).join()).toBe(campaign === 'd' ? 'burst warn' : 'burst strong');
      expect(new Set(bursts(found).map((one) => one.campaign))).toEqual(new Set([campaign]));
    }
  });

  it('is strong when it is a leak beside such a campaign, and warns when only that campaign is in it', () => {
    const { goOn, world } = ordinary(rates);
    for (const [index, campaign] of ['a', 'b', 'c'].entries()) {
      goOn(1_200, (now) => world.add(now, 120, marketingOf(campaign)), NOON + 1_800 * index);
      goOn(600, undefined, NOON + 1_800 * index + 1_200);
    }
    const from = NOON + 5_400;
    const tail = goOn(900, (now) => world.add(now, now < from + 600 ? 60 : 2, marketingOf('d')), from);
    expect(kinds(bursts(tail))).toEqual(['burst warn']);
    const beside = goOn(
      600,
      (now) => {
        world.add(now, 60, marketingOf('e'));
        world.add(now, 30);
      },
      from + 1_800,
    );
    expect(kinds(bursts(beside))).toContain('burst strong');
  });
});
