import { describe, expect, test } from 'vitest';
import { configSchema, defaultProvider } from '../../src/config/schema.ts';
import { duration, ms } from '../../src/events/event.ts';
import type { Finding, Incident } from '../../src/incidents/incident.ts';
import { type Circumstances, decide } from '../../src/respond/policy.ts';
import { action, finding, incident, NIGHT, strong } from '../incidents/build.ts';

const config = configSchema.parse({}).respond;
const at = (seconds: number) => ms((NIGHT + seconds) * 1000);
const now = (over: Partial<Circumstances> = {}): Circumstances => ({
  now: at(1),
  config,
  mode: 'armed',
  provider: defaultProvider,
  recentPauses: [],
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
      dryRun: false,
    });
  });

  test('in dry run the decision says so', () => {
    expect(decide(guilty, now({ mode: 'dry-run' }))).toMatchObject({ kind: 'pause', dryRun: true });
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
    expect(decide({ ...guilty, status: 'mitigated' }, now()).kind).toBe('none');
    expect(decide({ ...guilty, actions: [action({ dryRun: true })] }, now()).kind).toBe('none');
  });

  test('a person who resumed is not overruled by what was seen before, but is by what comes after', () => {
    const resumed = { actions: [action(), action({ action: 'resume', by: 'ana', at: at(0) })] };
    const after = having([strong(NIGHT + 1, 'burst'), strong(NIGHT + 1, 'repeats')], resumed);

    expect(decide({ ...guilty, ...resumed }, now()).kind).toBe('none');
    expect(decide(after, now()).kind).toBe('pause');
  });
});

describe('what forbids it all the same', () => {
  test.each<[string, Partial<Circumstances>, string]>([
    ['a protected provider', { provider: { ...defaultProvider, protected: true } }, 'protected'],
    ['old evidence', { now: at(30.001) }, 'too old to act on'],
    ['too many pauses', { recentPauses: [at(-1), at(-2), at(-3)] }, 'no more than 3 pauses an hour'],
    ['a pause that is there', { alreadyPaused: true }, 'already paused'],
  ])('%s holds it back in its own words', (_name, over, words) => {
    const decision = decide(guilty, now(over));

    expect(decision.kind).toBe('held');
    expect(decision.kind === 'held' && decision.reason).toContain(words);
  });

  test('evidence just as old as allowed, and pauses of an hour ago, forbid nothing', () => {
    expect(decide(guilty, now({ now: at(30) })).kind).toBe('pause');
    expect(decide(guilty, now({ recentPauses: Array(9).fill(at(1 - 3_600)) })).kind).toBe('pause');
  });

  test('the words stay the same as time goes by, so that they are told once', () => {
    const later = (seconds: number) =>
      decide(guilty, now({ now: at(seconds), config: { ...config, freshness: duration(10_000) } }));

    expect(later(40)).toEqual(later(50));
  });
});
