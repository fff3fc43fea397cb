import { describe, expect, test } from 'vitest';
import { configSchema, defaultProvider } from '../../src/config/schema.ts';
import { ms } from '../../src/events/event.ts';
import type { Finding, Incident } from '../../src/incidents/incident.ts';
import { decide, isBad, type PauseCircumstances } from '../../src/respond/policy.ts';
import { seriesKey } from '../../src/windows/series.ts';
import { action, calm, finding, incident, NIGHT, strong } from '../incidents/build.ts';

const config = configSchema.parse({}).respond;
const at = (seconds: number) => ms((NIGHT + seconds) * 1000);
const now = (over: Partial<PauseCircumstances> = {}): PauseCircumstances => ({
  now: at(1),
  config,
  mode: 'armed',
  provider: defaultProvider,
  campaigns: {},
  recentPauses: [],
  ...calm,
  ...over,
});
const having = (findings: readonly Finding[], over: Partial<Incident> = {}): Incident =>
  incident({ findings: findings.map((latest) => ({ firstAt: at(0), latest })), ...over });
const guilty = having([strong(NIGHT, 'burst'), strong(NIGHT, 'repeats')]);

describe('what is enough', () => {
  test('two strong signs of one line pause, with both said in one sentence', () => {
    expect(decide(guilty, now())).toEqual({
      kind: 'pause',
      reason: 'burst of 100; and repeats of 100',
      rule: ['burst', 'repeats'],
      target: { provider: 'alpha' },
      dryRun: false,
    });
  });

  test('in dry run the decision says so', () => {
    expect(decide(guilty, now({ mode: 'dry-run' }))).toMatchObject({ kind: 'pause', dryRun: true });
  });

  test('what was rehearsed is done once somebody arms it', () => {
    const rehearsed = { ...guilty, actions: [action({ dryRun: true })] };
    expect(decide(rehearsed, now())).toMatchObject({ kind: 'pause', dryRun: false });
  });

  test('while it learns nothing is decided', () => {
    expect(decide(guilty, now({ mode: 'learning' }))).toEqual({ kind: 'none' });
  });

  test('one strong sign is not enough, nor a strong one with a weak one', () => {
    expect(decide(having([strong(NIGHT, 'burst')]), now()).kind).toBe('none');
    expect(
      decide(having([strong(NIGHT, 'burst'), finding(NIGHT, { detector: 'repeats' })]), now()).kind,
    ).toBe('none');
  });

  test('signs further apart than `within` do not add up', () => {
    const apart = (seconds: number) => having([strong(NIGHT - seconds, 'burst'), strong(NIGHT, 'repeats')]);

    expect(decide(apart(300), now()).kind).toBe('pause');
    expect(decide(apart(301), now()).kind).toBe('none');
  });

  test('with no line at all nothing is ever paused', () => {
    expect(decide(guilty, now({ config: { ...config, pauseWhen: [] } })).kind).toBe('none');
  });

  test('paused, in dry run or in earnest, it is not decided again', () => {
    expect(decide({ ...guilty, status: 'mitigated', actions: [action()] }, now()).kind).toBe('none');
    const rehearsed = { ...guilty, actions: [action({ dryRun: true })] };
    expect(decide(rehearsed, now({ mode: 'dry-run' })).kind).toBe('none');
  });

  test('back after its end, what was rehearsed is rehearsed again, once each time', () => {
    const rehearsed = action({ dryRun: true, at: at(0) });
    const back = { ...guilty, reopened: [at(-7_200), at(1)], actions: [rehearsed] };
    const again = { ...back, actions: [rehearsed, action({ dryRun: true, at: at(1) })] };

    expect(decide(back, now({ mode: 'dry-run' }))).toMatchObject({ kind: 'pause', dryRun: true });
    expect(decide(again, now({ mode: 'dry-run' })).kind).toBe('none');
    expect(isBad(back, config)).toBe(true);
  });

  test('a person who resumed is not overruled by what was seen before, but is by what comes after', () => {
    const resumed = { actions: [action(), action({ action: 'resume', by: 'ana', at: at(0) })] };
    const after = having([strong(NIGHT + 1, 'burst'), strong(NIGHT + 1, 'repeats')], resumed);

    expect(decide({ ...guilty, ...resumed }, now()).kind).toBe('none');
    expect(decide(after, now()).kind).toBe('pause');
  });
});

describe('how much is paused', () => {
  const campaign = (detector: Finding['detector'], name: string, seconds = 0) =>
    strong(NIGHT + seconds, detector, {
      campaign: name,
      series: seriesKey({ metric: 'sent', provider: 'alpha', category: 'marketing' }),
    });
  const marketing = (detector: Finding['detector']) =>
    strong(NIGHT, detector, {
      series: seriesKey({ metric: 'sent', provider: 'alpha', category: 'marketing' }),
    });
  const targetIn = (findings: readonly Finding[], over: Partial<PauseCircumstances> = {}) => {
    const decision = decide(having(findings), now(over));
    return decision.kind === 'none' ? undefined : decision.target;
  };

  test('the campaign, when every sign that says where it belongs names it', () => {
    const findings = [campaign('burst', 'spring'), campaign('repeats', 'spring')];
    expect(targetIn(findings)).toEqual({ provider: 'alpha', campaign: 'spring' });
    expect(targetIn([campaign('burst', 'spring'), strong(NIGHT, 'repeats')])).toEqual({
      provider: 'alpha',
      campaign: 'spring',
    });
  });

  test('its category, when they name several, or one of them only that', () => {
    const category = { provider: 'alpha', category: 'marketing' };
    expect(targetIn([campaign('burst', 'spring'), campaign('repeats', 'autumn')])).toEqual(category);
    expect(targetIn([campaign('burst', 'spring'), marketing('quiet_hours')])).toEqual(category);
  });

  test('the provider, when no sign says more, or they say different things', () => {
    const otp = strong(NIGHT, 'repeats', {
      series: seriesKey({ metric: 'sent', provider: 'alpha', category: 'otp' }),
    });
    expect(targetIn([strong(NIGHT, 'burst'), strong(NIGHT, 'repeats')])).toEqual({ provider: 'alpha' });
    expect(targetIn([marketing('burst'), otp])).toEqual({ provider: 'alpha' });
  });

  test('as much as the provider can stop, when nobody asked for it, unless codes would be lost', () => {
    const asked = [marketing('repeats'), marketing('quiet_hours')];
    const unasked = [...asked, strong(NIGHT, 'unordered')];
    const whole = { reaches: ({ category }: { category?: string }) => category === undefined };
    const alone = { ...whole, carriers: new Map([['otp', ['alpha']] as const]) };
    const category = { provider: 'alpha', category: 'marketing' };
    expect(targetIn(asked, whole)).toEqual(category);
    expect(targetIn(unasked)).toEqual(category);
    expect(targetIn(unasked, whole)).toEqual({ provider: 'alpha' });
    expect(targetIn(unasked, alone)).toEqual(category);
  });

  test('and never less than can be stopped there', () => {
    const findings = [campaign('burst', 'spring'), campaign('repeats', 'spring')];
    const able = (narrowest: 'category' | 'provider') => ({ provider: { ...defaultProvider, narrowest } });
    expect(targetIn(findings, able('category'))).toEqual({ provider: 'alpha', category: 'marketing' });
    expect(targetIn(findings, able('provider'))).toEqual({ provider: 'alpha' });
  });

  test('once one is paused, what began before is no ground for another; what begins after is', () => {
    const paused = { actions: [action({ at: at(2) })], status: 'mitigated' } as const;
    const again = (seconds: number) =>
      having([campaign('burst', 'autumn', seconds), campaign('repeats', 'autumn', seconds)], paused);
    expect(decide(again(1), now({ now: at(4) })).kind).toBe('none');
    expect(decide(again(3), now({ now: at(4) }))).toMatchObject({
      kind: 'pause',
      target: { provider: 'alpha', campaign: 'autumn' },
    });
    expect(decide(again(3), now({ now: at(4), active: [{ provider: 'alpha' }] })).kind).toBe('none');
  });
});
