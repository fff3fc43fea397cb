import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { duration, ms, second, startOf } from '../../src/events/event.ts';
import type { Finding, Incident, IncidentChange } from '../../src/incidents/incident.ts';
import { absorb, acknowledge, applyAction, resolve } from '../../src/incidents/lifecycle.ts';
import { action, finding, incident, NIGHT, strong } from './build.ts';

const options = { resolveAfter: duration(900_000), samples: new Map([['alpha', 'Profitez ## %']]) };
const take = (known: readonly Incident[], ...findings: Finding[]) =>
  absorb(known, findings, findings[0]?.at ?? second(NIGHT), options);
const only = (incidents: readonly Incident[]): Incident => {
  expect(incidents).toHaveLength(1);
  return incidents[0] as Incident;
};

describe('absorb', () => {
  test('the first finding opens an incident named after provider and second, with the sample', () => {
    const { incidents, changes } = take([], finding(NIGHT));

    expect(only(incidents)).toMatchObject({
      id: 'alpha-20261028T190004Z',
      status: 'open',
      severity: 'warning',
      sample: 'Profitez ## %',
      revision: 1,
    });
    expect(changes.map(({ kind }) => kind)).toEqual(['opened']);
  });

  test('a provider name that is no file name still gives a clean id, and look-alikes differ', () => {
    const { incidents } = take([], finding(NIGHT, { provider: 'a/b' }), finding(NIGHT, { provider: 'a b' }));

    expect(incidents.map(({ id }) => id)).toEqual(['a-b-20261028T190004Z', 'a-b-20261028T190004Z-2']);
  });

  test('the same detector on the same series replaces its finding and keeps when it was first seen', () => {
    const opened = take([], finding(NIGHT));
    const { incidents, changes } = take(opened.incidents, finding(NIGHT + 5, { evidence: { count: 120 } }));

    const next = only(incidents);
    expect(next.findings).toHaveLength(1);
    expect(next.findings[0]).toMatchObject({ firstAt: NIGHT * 1000, latest: { at: NIGHT + 5 } });
    expect(next).toMatchObject({ lastSeenAt: (NIGHT + 5) * 1000, revision: 1 });
    expect(changes).toEqual([]);
  });

  test('a strong finding, or another detector, escalates', () => {
    const opened = take([], finding(NIGHT));
    const worse = take(opened.incidents, strong(NIGHT + 1, 'burst'));
    const joined = take(worse.incidents, finding(NIGHT + 2, { detector: 'repeats' }));

    expect([...worse.changes, ...joined.changes].map(({ kind }) => kind)).toEqual(['escalated', 'escalated']);
    expect(only(joined.incidents)).toMatchObject({ severity: 'critical', revision: 3 });
  });

  test('a growing count is told each time it has doubled, not each time it grows', () => {
    const kinds: IncidentChange['kind'][] = [];
    let incidents: Incident[] = [];
    for (let step = 0; step < 1_000; step++) {
      const next = take(incidents, finding(NIGHT + step, { evidence: { count: 10 + step } }));
      incidents = next.incidents;
      kinds.push(...next.changes.map(({ kind }) => kind));
    }

    expect(kinds).toEqual(['opened', ...Array(6).fill('updated')]);
  });

  test('a mitigated incident goes on counting and stays mitigated', () => {
    const paused = applyAction(incident(), action()).incident;
    const { incidents } = take([paused], strong(NIGHT + 3, 'burst'));

    expect(only(incidents)).toMatchObject({ status: 'mitigated', lastSeenAt: (NIGHT + 3) * 1000 });
  });

  test('a finding after the end opens another incident', () => {
    const opened = take([], finding(NIGHT));
    const { incidents, changes } = take(opened.incidents, finding(NIGHT + 2_000));

    expect(incidents.map(({ status }) => status)).toEqual(['resolved', 'open']);
    expect(changes.map(({ kind }) => kind)).toEqual(['resolved', 'opened']);
  });

  test('a hundred campaigns do not grow an incident without bound', () => {
    const many = Array.from({ length: 200 }, (_, n) =>
      finding(NIGHT, { series: `sent{provider=alpha,campaign=c${n}}` as Finding['series'] }),
    );

    expect(only(take([], ...many).incidents).findings.length).toBe(64);
  });
});

describe('resolve', () => {
  test('it ends exactly resolveAfter behind the last finding, whenever it is looked at', () => {
    const soon = resolve([incident()], ms(NIGHT * 1000 + 899_999), duration(900_000));
    const late = resolve([incident()], ms(NIGHT * 1000 + 5_000_000), duration(900_000));

    expect(soon.changes).toEqual([]);
    expect(only(late.incidents)).toMatchObject({
      status: 'resolved',
      resolvedAt: NIGHT * 1000 + 900_000,
      revision: 2,
    });
  });

  test('one resolved a day ago is dropped', () => {
    const old = incident({ status: 'resolved', resolvedAt: ms(NIGHT * 1000) });

    expect(resolve([old], ms(NIGHT * 1000 + 86_400_001), duration(1)).incidents).toEqual([]);
  });
});

describe('actions', () => {
  test('a pause mitigates, a resume opens again', () => {
    const paused = applyAction(incident(), action());
    const resumed = applyAction(paused.incident, action({ action: 'resume', by: 'ana' }));

    expect([paused.change?.kind, paused.incident.status]).toEqual(['paused', 'mitigated']);
    expect([resumed.change?.kind, resumed.incident.status]).toEqual(['resumed', 'open']);
  });

  test('neither a dry run nor a refused pause is ever called a pause', () => {
    const dry = applyAction(incident(), action({ dryRun: true }));
    const refused = applyAction(incident(), action({ refused: 'the provider is protected' }));

    expect([dry.change?.kind, dry.incident.status]).toEqual(['updated', 'open']);
    expect([refused.change?.kind, refused.incident.status]).toEqual(['updated', 'open']);
    expect(refused.change?.says).toBe('Not paused: the provider is protected');
  });

  test('a refusal in the same words is told once', () => {
    const once = applyAction(incident(), action({ refused: 'the gate does not answer' }));
    const twice = applyAction(once.incident, action({ refused: 'the gate does not answer' }));

    expect(twice).toEqual({ incident: once.incident });
  });

  test('a provider that someone else paused already is mitigated', () => {
    expect(applyAction(incident(), action({ refused: 'already paused' })).incident.status).toBe('mitigated');
  });

  test('acknowledging is for open incidents', () => {
    const taken = acknowledge(incident(), ms(0), 'ana');

    expect(taken.incident.status).toBe('acknowledged');
    expect(taken.change?.says).toBe('Acknowledged by ana');
    expect(acknowledge(taken.incident, ms(0), 'ben').change).toBeUndefined();
  });
});

const step = fc.oneof(
  fc.record({
    kind: fc.constant('finding' as const),
    after: fc.integer({ min: 0, max: 1_200 }),
    provider: fc.constantFrom('alpha', 'beta'),
    detector: fc.constantFrom('burst' as const, 'repeats' as const, 'quiet_hours' as const),
    strength: fc.constantFrom('warn' as const, 'strong' as const),
    count: fc.integer({ min: 0, max: 5_000 }),
  }),
  fc.record({
    kind: fc.constant('action' as const),
    action: fc.constantFrom('pause' as const, 'resume' as const),
    dryRun: fc.boolean(),
    refused: fc.option(fc.constantFrom('no', 'already paused'), { nil: undefined }),
  }),
  fc.record({ kind: fc.constant('acknowledge' as const) }),
);
type Script = (typeof step extends fc.Arbitrary<infer T> ? T : never)[];

const LEGAL: Record<Incident['status'], readonly Incident['status'][]> = {
  open: ['acknowledged', 'mitigated', 'resolved'],
  acknowledged: ['mitigated', 'resolved'],
  mitigated: ['open', 'resolved'],
  resolved: [],
};

const play = (script: Script): { states: Incident[][]; changes: IncidentChange[] } => {
  const states: Incident[][] = [];
  const changes: IncidentChange[] = [];
  let incidents: Incident[] = [];
  let at = NIGHT;
  for (const one of script) {
    if (one.kind === 'finding') {
      at += one.after;
      const { provider, detector, strength, count } = one;
      const found = finding(at, { provider, detector, strength, evidence: { count } });
      const next = absorb(incidents, [found], second(at), options);
      incidents = next.incidents;
      changes.push(...next.changes);
    } else {
      incidents = incidents.map((known) => {
        const done =
          one.kind === 'action'
            ? applyAction(known, action({ ...one, incident: known.id, at: startOf(second(at)) }))
            : acknowledge(known, startOf(second(at)), 'ana');
        if (done.change) changes.push(done.change);
        return done.incident;
      });
    }
    states.push(incidents);
  }
  return { states, changes };
};

describe('whatever happens', () => {
  test('a provider never has two unresolved incidents', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (script) => {
        for (const incidents of play(script).states) {
          const live = incidents
            .filter(({ status }) => status !== 'resolved')
            .map(({ provider }) => provider);
          expect(new Set(live).size).toBe(live.length);
        }
      }),
    );
  });

  test('every change told has a revision one above the last of its incident', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (script) => {
        const revisions = new Map<string, number>();
        for (const { incident: told } of play(script).changes) {
          expect(told.revision).toBe((revisions.get(told.id) ?? 0) + 1);
          revisions.set(told.id, told.revision);
        }
      }),
    );
  });

  test('the status only moves along its life', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (script) => {
        const last = new Map<string, Incident['status']>();
        for (const one of play(script).states.flat()) {
          const before = last.get(one.id) ?? one.status;
          if (before !== one.status) expect(LEGAL[before]).toContain(one.status);
          last.set(one.id, one.status);
        }
      }),
    );
  });

  test('the same findings in the same order give the same bytes', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (script) => {
        expect(JSON.stringify(play(script))).toBe(JSON.stringify(play(structuredClone(script))));
      }),
    );
  });
});
