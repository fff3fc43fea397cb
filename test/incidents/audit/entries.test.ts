import { expect, test } from 'vitest';
import { entryOfAction, entryOfChange } from '../../../src/incidents/audit/entries.ts';
import { applyAction } from '../../../src/incidents/lifecycle.ts';
import { action, incident, NIGHT, ordered, refused, strong } from '../build.ts';

test('a change says from where to where, why, by whom, and on which numbers', () => {
  const known = incident({ findings: [{ firstAt: action().at, latest: strong(NIGHT, 'burst') }] });
  const { change } = applyAction(known, action());

  expect(change && entryOfChange(change)).toEqual({
    at: NIGHT * 1000,
    incident: 'alpha-20261028T190004Z',
    kind: 'paused',
    from: 'open',
    to: 'mitigating',
    cause: 'Paused by policy: a burst by night',
    by: 'policy',
    evidence: {
      provider: 'alpha',
      severity: 'critical',
      findings: [{ detector: 'burst', strength: 'strong', at: NIGHT, since: NIGHT * 1000, count: 100 }],
    },
    revision: 2,
  });
});

test('an order is told apart from what became of it', () => {
  const actions = [ordered(), action(), action({ dryRun: true }), refused('protected')];
  const kinds = actions.map((one) => entryOfAction(one).kind);

  expect(entryOfAction(refused('protected')).evidence).toMatchObject({ code: 'protected' });
  expect(kinds).toEqual(['ordered', 'carried_out', 'rehearsed', 'refused']);
});

test('no phone number that a person typed comes through', () => {
  const typed = action({ reason: 'asked by +33 6 12 34 56 78, not 0612345678 at 20:04', by: '33612345678' });

  expect(entryOfAction(typed)).toMatchObject({ cause: 'asked by •••, not ••• at 20:04', by: '•••' });
});
