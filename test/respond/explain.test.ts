import { describe, expect, test } from 'vitest';
import { configSchema } from '../../src/config/schema.ts';
import { ms } from '../../src/events/event.ts';
import type { Finding, Incident } from '../../src/incidents/incident.ts';
import { explainPolicy, explanationText } from '../../src/respond/explain.ts';
import { action, finding, incident, NIGHT, refused, strong } from '../incidents/build.ts';

const at = (seconds: number) => ms((NIGHT + seconds) * 1000);
const table = (pauseWhen: unknown) => configSchema.parse({ respond: { pauseWhen } }).respond;
const two = table([{ signs: ['burst', 'repeats'], because: 'a loop' }, { signs: ['silence'] }]);
const having = (findings: readonly Finding[], over: Partial<Incident> = {}): Incident =>
  incident({ findings: findings.map((latest) => ({ firstAt: at(0), latest })), ...over });

describe('an explanation', () => {
  test('names the rule that holds with its reason and evidence, and what was done under it', () => {
    const paused = having([strong(NIGHT, 'burst'), strong(NIGHT + 2, 'repeats')], {
      status: 'mitigated',
      actions: [action({ rule: ['burst', 'repeats'] })],
    });

    expect(explanationText(explainPolicy(paused, two))).toBe(
      [
        'alpha-20261028T190004Z: alpha, mitigated',
        '',
        '[x] burst + repeats: a loop',
        '      burst: counts; at 2026-10-28 19:00:04 UTC, burst of 100',
        '      repeats: counts; at 2026-10-28 19:00:06 UTC, repeats of 100',
        '',
        '[ ] silence',
        '      silence: not seen',
        '',
        '2026-10-28 19:00:04 UTC pause by policy (burst + repeats): a burst by night',
        '',
      ].join('\n'),
    );
  });

  test.each<[string, Incident, string]>([
    ['what only warns', having([finding(NIGHT)]), 'burst: only a warning'],
    [
      'what came too long before',
      having([strong(NIGHT - 301, 'burst'), strong(NIGHT, 'repeats')]),
      'burst: too long before the others',
    ],
    [
      'what a person has overruled',
      having([strong(NIGHT, 'burst')], {
        actions: [action(), action({ action: 'resume', by: 'ana', at: at(0) })],
      }),
      'burst: seen before a person resumed',
    ],
    ['that nothing was done', having([]), 'nothing was done'],
    [
      'what a guardrail held back',
      having([], { actions: [refused('protected', { says: 'the provider is protected' })] }),
      'NOT paused: the provider is protected',
    ],
    ['what was only rehearsed', having([], { actions: [action({ dryRun: true })] }), 'would pause: a burst'],
  ])('tells %s', (_name, one, words) => {
    expect(explanationText(explainPolicy(one, two))).toContain(words);
  });

  test('says that an empty table pauses nobody', () => {
    expect(explanationText(explainPolicy(having([]), table([])))).toContain('nothing is ever paused');
  });
});

describe('the table by default', () => {
  test('has a reason for every line, and no line of one sign', () => {
    for (const { signs, because } of configSchema.parse({}).respond.pauseWhen) {
      expect(because.length).toBeGreaterThan(20);
      expect(new Set(signs).size).toBeGreaterThan(1);
    }
  });
});
