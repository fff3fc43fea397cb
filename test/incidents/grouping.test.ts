import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { duration, ms, second, startOf } from '../../src/events/event.ts';
import { MINUTE_SECONDS } from '../../src/events/time.ts';
import type { Intent } from '../../src/incidents/action.ts';
import { absorb, resolve } from '../../src/incidents/grouping.ts';
import type { Action, Finding, Incident, IncidentChange } from '../../src/incidents/incident.ts';
import { acknowledge, applyAction, verified } from '../../src/incidents/lifecycle.ts';
import { action, finding, incident, NIGHT, refused, strong } from './build.ts';

const life = { resolveAfter: duration(900_000), reopenWithin: duration(1_800_000) };
const options = { ...life, samples: new Map([['alpha', 'Profitez ## %']]) };
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

  test('its last second, looked at again once it is resolved, does not bring it back', () => {
    const opened = take([], finding(NIGHT)).incidents;
    const over = resolve(opened, ms(startOf(second(NIGHT)) + life.resolveAfter), life).incidents;

    const again = take(over, finding(NIGHT, { strength: 'strong' }));

    expect([again.incidents, again.changes]).toEqual([over, []]);
    expect(take(over, finding(NIGHT + 1_000)).changes.map(({ kind }) => kind)).toEqual(['reopened']);
  });

  test('a provider that trails the others is back after nothing, when its own time lies before the end', () => {
    const opened = take([], finding(NIGHT)).incidents;
    const over = opened.map((one) => ({
      ...one,
      status: 'resolved' as const,
      resolvedAt: ms(startOf(second(NIGHT + 20))),
    }));
    expect(take(over, finding(NIGHT + 14)).changes[0]?.says).toMatch(/^Back after 0 s: /);
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
    const paused = incident({ status: 'mitigated' });
    const { incidents } = take([paused], strong(NIGHT + 3, 'burst'));

    expect(only(incidents)).toMatchObject({ status: 'mitigated', lastSeenAt: (NIGHT + 3) * 1000 });
  });

  test('a hundred campaigns do not grow an incident without bound', () => {
    const many = Array.from({ length: 200 }, (_, n) =>
      finding(NIGHT, { series: `sent{provider=alpha,campaign=c${n}}` as Finding['series'] }),
    );

    expect(only(take([], ...many).incidents).findings.length).toBe(64);
  });
});

describe('a return', () => {
  /** One minute of findings, then silence up to `at`. */
  const ended = (...findings: Finding[]) =>
    take([], ...(findings.length > 0 ? findings : [finding(NIGHT)])).incidents;
  const END = NIGHT + 15 * MINUTE_SECONDS;

  test('within half an hour of the end it is the same incident again, and the thread says so', () => {
    const { incidents, changes } = take(ended(), finding(END + 30 * MINUTE_SECONDS));

    expect(only(incidents)).toMatchObject({ id: 'alpha-20261028T190004Z', status: 'open', revision: 3 });
    expect(only(incidents).resolvedAt).toBeUndefined();
    expect(changes.map(({ kind }) => kind)).toEqual(['resolved', 'reopened']);
    expect(changes[1]?.says).toBe('Back after 30 min: burst of 100');
  });

  test('later it is another', () => {
    const { incidents, changes } = take(ended(), finding(END + 30 * MINUTE_SECONDS + 1));

    expect(incidents.map(({ status }) => status)).toEqual(['resolved', 'open']);
    expect(changes.map(({ kind }) => kind)).toEqual(['resolved', 'opened']);
  });

  test('another campaign, or silence after too many messages, is another; another sign of the same is not', () => {
    const spring = ended(finding(NIGHT, { campaign: 'spring' }));
    const next = (over: Partial<Finding>) =>
      take(spring, finding(END + MINUTE_SECONDS, over)).changes.map(({ kind }) => kind);

    expect(next({ campaign: 'autumn' })).toEqual(['resolved', 'opened']);
    expect(next({ detector: 'silence' })).toEqual(['resolved', 'opened']);
    expect(next({ detector: 'repeats' })).toEqual(['resolved', 'reopened']);
    expect(next({ campaign: 'spring' })).toEqual(['resolved', 'reopened']);
  });

  test('it has the severity it had, and asks to be taken up again', () => {
    const taken = acknowledge(ended(strong(NIGHT, 'burst'))[0] as Incident, ms(0), 'ana').incident;

    const back = only(take([taken], finding(END + MINUTE_SECONDS)).incidents);

    expect(back).toMatchObject({ status: 'open', severity: 'critical' });
    expect(back.acknowledged).toBeUndefined();
  });

  test('what came back three times in an hour is held open for half an hour', () => {
    let incidents = ended();
    for (const minute of [16, 32, 48])
      incidents = take(incidents, finding(NIGHT + minute * MINUTE_SECONDS)).incidents;
    const ends = (minutes: number) =>
      resolve(incidents, ms((NIGHT + (48 + minutes) * MINUTE_SECONDS) * 1000), life).changes.length;

    expect(only(incidents).reopened).toHaveLength(3);
    expect([ends(15), ends(29), ends(30)]).toEqual([0, 0, 1]);
  });
});

describe('related incidents', () => {
  const both = (one: Partial<Finding>, other: Partial<Finding>, samples = new Map<string, string>()) =>
    absorb([], [finding(NIGHT, one), finding(NIGHT, { provider: 'beta', ...other })], second(NIGHT), {
      ...life,
      samples,
    });

  test('two providers with one campaign stay two incidents, and each names the other', () => {
    const { incidents, changes } = both({ campaign: 'spring' }, { campaign: 'spring' });

    expect(incidents.map(({ related }) => related)).toEqual([
      ['beta-20261028T190004Z'],
      ['alpha-20261028T190004Z'],
    ]);
    expect(changes.slice(2).map(({ says }) => says)).toEqual([
      'At beta too, with campaign spring of this one: beta-20261028T190004Z',
      'At alpha too, with campaign spring of this one: alpha-20261028T190004Z',
    ]);
  });

  test('the same text relates them too; neither, nothing', () => {
    const samples = new Map([
      ['alpha', 'Profitez'],
      ['beta', 'Profitez'],
    ]);

    expect(both({}, {}, samples).changes[2]?.says).toContain('with the text of this one');
    expect(both({ campaign: 'spring' }, { campaign: 'autumn' }).changes).toHaveLength(2);
  });

  test('it is said once, and not of incidents more than ten minutes apart', () => {
    const { incidents } = both({ campaign: 'spring' }, { campaign: 'spring' });
    const again = take(incidents, finding(NIGHT + 1, { campaign: 'spring' }));
    const alone = take([], finding(NIGHT, { campaign: 'spring' }));
    const later = (seconds: number) =>
      take(alone.incidents, finding(NIGHT + seconds, { provider: 'beta', campaign: 'spring' })).changes
        .length;

    expect(again.changes).toEqual([]);
    expect([later(600), later(601)]).toEqual([3, 1]);
  });

  test('in a storm each is told of five others, and no more however long it goes on', () => {
    const names = Array.from({ length: 40 }, (_, n) => `provider${n}`);
    let incidents: readonly Incident[] = [];
    let related = 0;
    for (const [n] of names.entries()) {
      const findings = names
        .slice(0, n + 1)
        .map((provider) => finding(NIGHT + n, { provider, campaign: 'spring' }));
      const step = absorb(incidents, findings, second(NIGHT + n), { ...life, samples: new Map() });
      incidents = step.incidents;
      related += step.changes.filter(({ kind }) => kind === 'related').length;
    }

    expect(Math.max(...incidents.map((one) => one.related?.length ?? 0))).toBe(5);
    expect(related).toBe(incidents.reduce((sum, one) => sum + (one.related?.length ?? 0), 0));
    for (const one of incidents) {
      for (const id of one.related ?? []) {
        expect(incidents.find((other) => other.id === id)?.related).toContain(one.id);
      }
    }
  });
});

describe('resolve', () => {
  test('it ends exactly resolveAfter behind the last finding, whenever it is looked at', () => {
    const soon = resolve([incident()], ms(NIGHT * 1000 + 899_999), life);
    const late = resolve([incident()], ms(NIGHT * 1000 + 5_000_000), life);

    expect(soon.changes).toEqual([]);
    expect(only(late.incidents)).toMatchObject({
      status: 'resolved',
      resolvedAt: NIGHT * 1000 + 900_000,
      revision: 2,
    });
  });

  test('a pause that stands keeps it; from its end on the quiet is counted anew', () => {
    const minute = (minutes: number) => ms((NIGHT + minutes * MINUTE_SECONDS) * 1000);
    const paused = applyAction(incident(), action()).incident;
    const seen = verified(paused, { at: minute(2), bites: true, says: 'nothing sent' }).incident;
    const resumed = applyAction(seen, action({ action: 'resume', by: 'ana', at: minute(300) })).incident;

    expect(resolve([paused, seen], minute(10_000), life).changes).toEqual([]);
    expect(resolve([seen], minute(15), { ...life, quietEndsPauses: true }).changes).toMatchObject([
      { kind: 'resolved', from: 'mitigated' },
    ]);
    expect(resolve([resumed], ms(minute(315) - 1), life).changes).toEqual([]);
    expect(only(resolve([resumed], minute(400), life).incidents)).toMatchObject({
      status: 'resolved',
      resolvedAt: minute(315),
    });
  });

  test('a resume that leaves something paused keeps it too, and the end of that lets it go', () => {
    const paused = applyAction(incident(), action()).incident;
    const resume = (over: Partial<Action>) => action({ action: 'resume', by: 'ana', ...over });
    const part = applyAction(paused, resume({ stillPaused: ['campaign spring through alpha'] }));
    const rest = applyAction(part.incident, resume({ campaign: 'spring' }));

    expect(part.change?.says).toContain('still paused: campaign spring through alpha');
    expect([part.incident.status, rest.incident.status]).toEqual(['mitigating', 'open']);
  });

  test('one resolved a day ago is dropped', () => {
    const old = incident({ status: 'resolved', resolvedAt: ms(NIGHT * 1000) });

    expect(resolve([old], ms(NIGHT * 1000 + 86_400_001), life).incidents).toEqual([]);
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
    code: fc.option(fc.constantFrom('protected' as const, 'already_paused' as const, 'not_paused' as const), {
      nil: undefined,
    }),
  }),
  fc.record({ kind: fc.constant('acknowledge' as const) }),
  fc.record({ kind: fc.constant('verdict' as const), bites: fc.boolean() }),
);
type Script = (typeof step extends fc.Arbitrary<infer T> ? T : never)[];

const LEGAL: Record<Incident['status'], readonly Incident['status'][]> = {
  open: ['acknowledged', 'mitigating', 'resolved'],
  acknowledged: ['mitigating', 'resolved'],
  mitigating: ['mitigated', 'open'],
  mitigated: ['mitigating', 'open'],
  resolved: ['open'],
};

const actionOf = (
  { action: what, dryRun, code }: Extract<Script[number], { kind: 'action' }>,
  about: Partial<Intent>,
): Action => {
  const over = { ...about, action: what, dryRun };
  return code === undefined ? action(over) : refused(code, over);
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
            ? applyAction(known, actionOf(one, { incident: known.id, at: startOf(second(at)) }))
            : one.kind === 'verdict'
              ? verified(known, { at: startOf(second(at)), bites: one.bites, count: 40, says: 'so it is' })
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

  test('the status only moves along its life, and every move is told', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (script) => {
        const { states, changes } = play(script);
        const last = new Map<string, Incident['status']>();
        for (const { incident: told, from } of changes) {
          expect(from).toBe(last.get(told.id) ?? null);
          if (from && from !== told.status) expect(LEGAL[from]).toContain(told.status);
          last.set(told.id, told.status);
        }
        for (const { id, status } of states.at(-1) ?? []) expect(last.get(id)).toBe(status);
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
