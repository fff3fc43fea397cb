import { describe, expect, it } from 'vitest';
import { newAccount } from '../../../src/detect/billing/reconcile.ts';
import { LEARNED_VERSION } from '../../../src/detect/learning/learned.ts';
import { type CampaignLedger, newLedger } from '../../../src/detect/ledgers/ledgers.ts';
import { DAY_SECONDS } from '../../../src/events/time.ts';
import type { SeriesKey } from '../../../src/windows/series.ts';
import { kinds, NOON, ordinary, type Rates, START } from '../engines.ts';
import { key, plan } from '../support.ts';

const of = (campaign: string, metric: 'sent' | 'submitted' | 'delivered') => key({ metric, campaign });
const [sent, submitted] = [key(), key({ metric: 'submitted' })];
const autumn = {
  submitted: [submitted, of('autumn', 'submitted')],
  sent: [sent, of('autumn', 'sent')],
} as const satisfies Record<string, readonly SeriesKey[]>;
const spring = [sent, of('spring', 'sent')];

const entry = (name: string, value: object) =>
  [name, JSON.stringify({ version: LEARNED_VERSION, ...value })] as const;
/** What an earlier campaign has taught: of `known` messages `beyond` were not submitted. */
const taught = (
  campaign: string,
  more: Partial<CampaignLedger> = {},
  said: CampaignLedger['said'] = 'sent',
) => {
  const ledger = {
    ...newLedger({ provider: 'alpha', said, whole: true }, START - DAY_SECONDS),
    known: 5_000,
    ...more,
  };
  return entry(`ledger ${of(campaign, said === 'sent' ? 'sent' : 'delivered')}`, ledger);
};

/** Alpha has an ordinary hour; from NOON on autumn is submitted faster than alpha sends it. */
const alpha = (ledgers: ReadonlyArray<readonly [string, string]>, usual: Rates = [[submitted, 20]]) => {
  const life = ordinary([[sent, 1]], { known: [[sent, 20], ...usual] });
  life.engine.restore(new Map([entry('account alpha', newAccount(START - DAY_SECONDS)), ...ledgers]));
  const unordered = (
    seconds: number,
    besides: (at: number) => void,
    submits: readonly SeriesKey[] = autumn.submitted,
  ) =>
    life
      .goOn(seconds, (now) => {
        life.world.add(now, 20, submits);
        life.world.add(now, 5, autumn.sent);
        besides(now);
      })
      .filter(({ detector }) => detector === 'unordered');
  return { ...life, unordered };
};

describe('a campaign that goes out again while another is submitted', () => {
  it('is found though the provider sends no more than it was asked for, strong from five hundred on', () => {
    const { unordered, world } = alpha([taught('spring')]);
    const found = unordered(180, (now) => world.add(now, 10, spring));
    expect(found[0]).toMatchObject({ at: NOON + 61, strength: 'warn', campaign: 'spring' });
    const strong = found.find(({ strength }) => strength === 'strong');
    expect(strong).toMatchObject({
      at: NOON + 109,
      since: NOON * 1000,
      campaign: 'spring',
      series: of('spring', 'sent'),
      evidence: { count: 500, submitted: 0 },
      says: 'alpha sent 500 messages of campaign spring, of which 0 were submitted',
    });
  });

  it('is over a quarter of an hour after it has stopped, though the campaign goes on', () => {
    const { unordered, world } = alpha([taught('spring')]);
    const found = unordered(1_200, (now) => {
      world.add(now, 1, [submitted, of('spring', 'submitted')]);
      world.add(now, now < NOON + 60 ? 11 : 1, spring);
    });
    expect(found.length).toBeGreaterThan(600);
    expect((found.at(-1)?.at ?? 0) - NOON).toBeLessThan(60 + 60 + 900);
  });

  it('says how long it usually takes where that is known', () => {
    const steps = [0, 0, 5_000, ...Array<number>(10).fill(0)];
    const { unordered, world } = alpha([taught('spring'), entry('lag sent alpha', { through: 0, steps })]);
    const found = unordered(90, (now) => world.add(now, 10, spring));
    expect(found.at(-1)?.says).toContain('; it usually sends within 5 s');
  });

  it.each([
    ['is nothing while it is submitted', 0, (_: number) => 10],
    ['is nothing as long as it is few', 0, (at: number) => (at < NOON + 19 ? 9 : 10)],
    ['only warns where some never are', 0.1, () => 0],
    ['is nothing where most never are', 0.6, () => 0],
  ])('%s', (what, beyond, submits) => {
    const { unordered, world } = alpha([taught('spring', { beyond: beyond * 5_000 })]);
    const found = unordered(240, (now) => {
      world.add(now, 10, spring);
      world.add(now, submits(now), [submitted, of('spring', 'submitted')]);
    });
    expect(kinds(found)).toEqual(what.includes('warns') ? ['unordered warn'] : []);
  });

  it('is not strong where nothing else is submitted: that stream may have broken off', () => {
    const { unordered, world } = alpha([taught('spring')], []);
    const stopped = unordered(300, (now) => world.add(now, 10, spring), []);
    expect(kinds(stopped.filter(({ campaign }) => campaign === 'spring'))).toEqual(['unordered warn']);
  });

  it('is nothing where fewer submissions come than are usual by as many: they may be among them', () => {
    const { unordered, world } = alpha([taught('spring')]);
    const fewer = unordered(300, (now) => world.add(now, 10, spring), []);
    expect(fewer.filter(({ campaign }) => campaign === 'spring')).toEqual([]);
  });

  it('is found by its reports where the provider only reports', () => {
    const { unordered, world } = alpha([taught('spring', {}, 'reported')]);
    const reports = [key({ metric: 'delivered' }), of('spring', 'delivered')];
    const found = unordered(180, (now) => world.add(now, 10, reports));
    expect(found.at(-1)).toMatchObject({ strength: 'strong', campaign: 'spring', series: reports[1] });
    expect(found.at(-1)?.says).toMatch(/^alpha reported on \d+ messages of campaign spring, of which 0 were/);
  });

  it('is nothing where submissions carry no campaign', () => {
    const { unordered, world } = alpha([]);
    expect(unordered(240, (now) => world.add(now, 10, spring), [submitted])).toEqual([]);
  });

  it('beyond its audience alone is another detector’s', () => {
    const { unordered, world } = alpha([taught('spring')]);
    world.announce(plan({ start: NOON, end: NOON + 3_600, audience: 100 }));
    const found = unordered(240, (now) =>
      world.add(now, 10, [...spring, submitted, of('spring', 'submitted')]),
    );
    expect(found).toEqual([]);
  });
});

describe('what comes too late for the windows', () => {
  it('is in the ledger all the same, as said and as submitted', () => {
    const { engine, world, unordered } = alpha([taught('spring')]);
    const tooLate = (metric: 'sent' | 'submitted', count: number) => (now: number) => {
      if (now === NOON + 30) world.add(now, count, [key({ metric, campaign: 'autumn', arrival: 'late' })]);
    };
    unordered(180, (now) => {
      tooLate('submitted', 400)(now);
      tooLate('sent', 300)(now);
    });
    const saved = JSON.parse(engine.changes().get(`ledger ${of('autumn', 'sent')}`) ?? '{}');
    const minutes = (saved.through - NOON + 1) / 60;
    expect(saved).toMatchObject({ submitted: minutes * 1_200 + 400, count: minutes * 300 + 300 });
  });
});
