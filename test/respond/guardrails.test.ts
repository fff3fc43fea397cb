import { describe, expect, test } from 'vitest';
import { configSchema, defaultProvider } from '../../src/config/schema.ts';
import { duration, ms } from '../../src/events/event.ts';
import type { RefusalCode } from '../../src/incidents/action.ts';
import {
  activeAgainst,
  forbids,
  type PauseCase,
  type PauseCircumstances,
} from '../../src/respond/guardrails.ts';
import { calm, NIGHT, strong } from '../incidents/build.ts';

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
const whole: PauseCase = {
  target: { provider: 'alpha' },
  evidence: [strong(NIGHT, 'burst'), strong(NIGHT, 'repeats', { campaign: 'spring' })],
};
const marketing: PauseCase = { ...whole, target: { provider: 'alpha', category: 'marketing' } };
const alone = new Map([['otp', ['alpha']] as const]);
const sight = (over: Partial<PauseCircumstances['sight']>) => ({ sight: { ...calm.sight, ...over } });

test('evidence is as old as it is beyond the delay that is usual for its provider', () => {
  const slow = (name: string) => (name === 'alpha' ? 600_000 : 0);
  expect(forbids(whole, now({ now: at(630), usualDelay: slow }))).toBeUndefined();
  expect(forbids(whole, now({ now: at(630.001), usualDelay: slow }))?.code).toBe('too_old');
  const ofBeta = { ...whole, target: { provider: 'beta' } };
  expect(forbids(ofBeta, now({ now: at(31), usualDelay: slow }))?.code).toBe('too_old');
});

test('nothing is forbidden when all is calm', () => {
  expect(forbids(whole, now())).toBeUndefined();
});

describe('it is forbidden, in its own words', () => {
  test.each<[string, Partial<PauseCircumstances>, RefusalCode, string]>([
    [
      'when somebody said so',
      { handsOff: (name) => `${name} is being moved, says ana` },
      'hands_off',
      'hands off: alpha is',
    ],
    ['when it is paused already', { active: [{ provider: 'alpha' }] }, 'already_paused', 'already paused'],
    [
      'of a protected provider',
      { provider: { ...defaultProvider, protected: true } },
      'protected',
      'provider is protected',
    ],
    [
      'of a protected campaign',
      { campaigns: { spring: { category: 'marketing', protected: true } } },
      'protected',
      'campaign spring is protected',
    ],
    [
      'on too few messages',
      { config: { ...config, evidence: 101 } },
      'too_little',
      'fewer than 101 messages',
    ],
    ['on old evidence', { now: at(30.001) }, 'too_old', 'too old to act on'],
    [
      'while something is between it and the stream',
      sight({ problems: ['Kafka is away'] }),
      'not_seeing_all',
      'Kafka is away',
    ],
    [
      'while part of the stream is behind',
      sight({ behind: 30_001 }),
      'not_seeing_all',
      'more than 30 s behind',
    ],
    ['soon after a start', sight({ since: at(-58) }), 'settling', 'watched for less than 60 s'],
    ['while a change is rolled out', { isChanging: true }, 'changing', 'different configurations'],
    ['while another looks as bad', { alsoBad: ['beta'] }, 'not_alone', 'beta looks as bad at the same time'],
    [
      'when nobody else can carry codes',
      { carriers: alone },
      'last_carrier',
      'nobody else is left who can carry otp',
    ],
    [
      'after too many in an hour',
      { recentPauses: [at(-1), at(-2), at(-3)] },
      'too_many_pauses',
      'no more than 3 pauses an hour',
    ],
  ])('%s', (_name, over, code, words) => {
    const refusal = forbids(whole, now(over));
    expect(refusal?.code).toBe(code);
    expect(refusal?.says).toContain(words);
  });
});

describe('it is not forbidden', () => {
  test.each<[string, Partial<PauseCircumstances>]>([
    ['by what is said of another provider', { handsOff: (name) => (name === 'beta' ? 'tests' : undefined) }],
    [
      'by the pause of something else',
      { active: [{ provider: 'gamma' }, { provider: 'alpha', campaign: 'x' }] },
    ],
    ['on just enough', { config: { ...config, evidence: 100 } }],
    ['on evidence just as old as allowed', { now: at(30) }],
    ['by a stream just as far behind as allowed', sight({ behind: 30_000 })],
    ['a minute after a start', sight({ since: at(-59) })],
    ['by pauses of an hour ago', { recentPauses: Array(9).fill(at(1 - 3_600)) }],
  ])('%s', (_name, over) => {
    expect(forbids(whole, now(over))).toBeUndefined();
  });
});

describe('the last that can carry codes', () => {
  test('may lose its marketing, but not be paused as a whole', () => {
    expect(forbids(marketing, now({ carriers: alone }))).toBeUndefined();
    expect(forbids(whole, now({ carriers: alone }))?.says).toContain('otp');
    expect(forbids(whole, now({ carriers: alone, config: { ...config, keepOneFor: [] } }))).toBeUndefined();
  });

  test('is who is left when the others are paused', () => {
    const paused = [{ provider: 'beta', category: 'otp' }] as const;
    expect(forbids(whole, now({ active: paused }))?.says).toContain('otp');
    expect(forbids(whole, now({ active: [{ provider: 'beta', category: 'marketing' }] }))).toBeUndefined();
  });

  test('is no concern of one who never carried them', () => {
    expect(forbids(whole, now({ carriers: new Map([['otp', ['beta']]]) }))).toBeUndefined();
  });
});

test('the words stay the same as time goes by, so that they are told once', () => {
  const later = (seconds: number) =>
    forbids(whole, now({ now: at(seconds), config: { ...config, freshness: duration(10_000) } }));
  expect(later(40)).toEqual(later(50));
  expect(forbids(whole, now(sight({ behind: 60_000 })))).toEqual(
    forbids(whole, now(sight({ behind: 90_000 }))),
  );
});

describe('what stands against a pause before anything is found', () => {
  const { target } = whole;
  test('is nothing when all is calm, whatever evidence a pause would want', () => {
    expect(activeAgainst(target, now({ now: at(90_000) }))).toEqual([]);
  });

  test('is told all at once, each in the words that a pause would be held back with', () => {
    const over = {
      active: [target],
      handsOff: () => 'a migration',
      provider: { ...defaultProvider, protected: true },
      ...sight({ problems: ['Kafka is away'], since: at(0) }),
      carriers: alone,
      isChanging: true,
    };
    const against = activeAgainst(target, now(over));
    expect(against.map(({ guardrail }) => guardrail)).toEqual([
      'paused',
      'hands_off',
      'protected',
      'sight',
      'settling',
      'changing',
      'last_carrier',
    ]);
    expect(against[1]?.says).toBe(forbids(whole, now({ handsOff: () => 'a migration' }))?.says);
    expect(activeAgainst(marketing.target, now({ carriers: alone }))).toEqual([]);
  });
});
