/** Actions and incidents as versions wrote them that knew an action's state by its sentence: their bytes, literally. */
import { describe, expect, test } from 'vitest';
import { configSchema, defaultProvider } from '../../src/config/schema.ts';
import { ms } from '../../src/events/event.ts';
import type { Action, RefusalCode } from '../../src/incidents/action.ts';
import type { IncidentChange } from '../../src/incidents/incident.ts';
import { applyAction, hasPause, verified } from '../../src/incidents/lifecycle.ts';
import {
  readAction,
  readIncident,
  type StoredAction,
  type StoredIncident,
  storedAction,
  storedIncident,
} from '../../src/incidents/stored.ts';
import { cardText, noticesFor } from '../../src/notify/message.ts';
import { decide, type PauseCircumstances } from '../../src/respond/policy.ts';
import { unfinished, untold } from '../../src/respond/recovery.ts';
import { pauseOf } from '../contract/gate.ts';
import { action, calm, incident, ordered, refused } from './build.ts';

const AT = 1_793_214_004_000;
const read = (text: string): Action => readAction(JSON.parse(text) as StoredAction);
const MEANT =
  '"provider":"alpha","category":"marketing","reason":"burst of 100; and repeats of 100","rule":["burst","repeats"],"incident":"alpha-20261028T190004Z","by":"policy","at":1793214004000,"action":"pause","dryRun":false';
const UNDER_WAY = `{${MEANT},"refused":"under way: what became of it follows"}`;
const DONE = `{${MEANT}}`;
const REHEARSED = DONE.replace('"dryRun":false', '"dryRun":true');
const HALF =
  '{"provider":"alpha","category":"marketing","reason":"burst of 100; and repeats of 100 (gate; twilio: under way)","rule":["burst","repeats"],"incident":"alpha-20261028T190004Z","by":"policy","at":1793214004000,"action":"pause","dryRun":false,"unanswered":["twilio"]}';
const NO_GATE = `{${MEANT},"refused":"the gate does not answer: nothing is paused"}`;
const RESUME =
  '{"provider":"beta","reason":"resumed by hand","incident":null,"by":"ana","at":1793214005000,"action":"resume","dryRun":false,"refused":"under way: what became of it follows"}';
const RESUMED_ALREADY =
  '{"provider":"beta","reason":"resumed by hand","incident":null,"by":"ana","at":1793214005000,"action":"resume","dryRun":false,"refused":"not paused"}';

const incidentText = (actions: readonly string[], more = ''): string =>
  `{"id":"alpha-20261028T190004Z","provider":"alpha","status":"open","openedAt":1793214004000,"lastSeenAt":1793214004000,"severity":"critical","findings":[{"firstAt":1793214004000,"latest":{"detector":"burst","provider":"alpha","series":"sent{provider=alpha}","at":1793214004,"since":1793214004000,"strength":"strong","evidence":{"count":100},"says":"burst of 100"}},{"firstAt":1793214004000,"latest":{"detector":"repeats","provider":"alpha","series":"sent{provider=alpha}","at":1793214004,"since":1793214004000,"strength":"strong","evidence":{"count":100},"says":"repeats of 100"}}],"actions":[${actions.join(',')}],"revision":5${more}}`;
const incidentWith = (actions: readonly string[], more = '') =>
  readIncident(JSON.parse(incidentText(actions, more)) as StoredIncident);

describe('an action of before', () => {
  test.each<[string, string, Action['state']]>([
    ['under way', UNDER_WAY, 'ordered'],
    ['carried out', DONE, 'done'],
    ['carried out before its actuators had answered', HALF, 'done'],
    ['of a dry run', REHEARSED, 'rehearsed'],
    ['that failed', NO_GATE, 'refused'],
    ['held back in a dry run', NO_GATE.replace('"dryRun":false', '"dryRun":true'), 'refused'],
  ])('%s has all that it had, and the state of its words', (_name, text, state) => {
    expect(read(text)).toMatchObject({ ...(JSON.parse(text) as object), state });
  });

  test.each<[string, RefusalCode, string?]>([
    ['already paused', 'already_paused'],
    ['not paused', 'not_paused'],
    ['hands off', 'hands_off'],
    ['hands off: a migration (ana)', 'hands_off', 'a migration (ana)'],
    ['hands off: tocsin does nothing by itself until a person ends that', 'hands_off'],
    ['the provider is protected: only a person may pause it', 'protected'],
    ['campaign spring is protected: only a person may pause it', 'protected', 'spring'],
    ['too little to act on: fewer than 6 messages are proven', 'too_little'],
    ['too old to act on: the newest evidence is more than 30 s old', 'too_old'],
    ['tocsin does not see all: part of the stream is more than 30 s behind', 'not_seeing_all', 'behind'],
    ['tocsin does not see all: Kafka is away; a lag', 'not_seeing_all', 'Kafka is away; a lag'],
    ['tocsin has watched for less than 60 s: what was paused stays so, nothing is added', 'settling'],
    ['instances run by different configurations: nothing is begun until the change is through', 'changing'],
    [
      'beta and gamma looks as bad at the same time: it may be tocsin that is wrong, so nobody is paused',
      'not_alone',
      'beta and gamma',
    ],
    [
      'nobody else is left who can carry otp messages: marketing through alpha is left to people',
      'last_carrier',
      'otp: marketing through alpha',
    ],
    ['no more than 3 pauses an hour: this one is left to people', 'too_many_pauses'],
    ['the gate does not answer: nothing is resumed', 'gate_away'],
    ['it could not be written down first', 'not_written'],
    ['a newer order has been given', 'fenced'],
    ['fenced', 'fenced'],
    ['it was cut short; give it again', 'cut_short'],
    ['the gate is set, but twilio: not taken (was answered 500)', 'actuator_failed', 'twilio'],
    ['a reason that no version knows any more', 'other', 'a reason that no version knows any more'],
  ])('refused with “%s” has the code %s', (words, code, detail) => {
    const stored = { ...(JSON.parse(DONE) as StoredAction), refused: words };

    expect(readAction(stored)).toEqual({
      ...stored,
      state: 'refused',
      code,
      ...(detail === undefined ? {} : { detail }),
    });
  });
});

describe('what an older version left is treated as it did', () => {
  const active = [pauseOf('alpha', 7, { category: 'marketing', since: ms(AT) })];
  const log = (...lines: string[]) => lines.map(read);

  test('an order under way is finished, with or without a failure behind it, and one that was done is not', () => {
    const found = [log(UNDER_WAY), log(NO_GATE, UNDER_WAY), log(HALF, UNDER_WAY)].map((one) =>
      unfinished(one, active),
    );

    expect(found).toEqual([[JSON.parse(DONE)], [JSON.parse(DONE)], [JSON.parse(DONE)]]);
    expect(unfinished(log(DONE, UNDER_WAY), active)).toEqual([]);
    expect(unfinished(log(RESUME), [])).toMatchObject([{ action: 'resume', by: 'ana' }]);
    expect(unfinished(log(RESUMED_ALREADY, RESUME), [])).toEqual([]);
  });

  test('what was carried out and is not in its incident is told; an order, a refusal and a rehearsal are not', () => {
    expect(untold(log(DONE), [incidentWith([])])).toHaveLength(1);
    expect(untold(log(DONE), [incidentWith([DONE])])).toEqual([]);
    expect(untold(log(UNDER_WAY, NO_GATE, REHEARSED), [incidentWith([])])).toEqual([]);
  });

  const now = (over: Partial<PauseCircumstances> = {}): PauseCircumstances => ({
    ...{ now: ms(AT + 1_000), config: configSchema.parse({}).respond, mode: 'armed' },
    ...{ provider: defaultProvider, campaigns: {}, recentPauses: [], ...calm, ...over },
  });

  test('policy pauses what was refused or rehearsed, and not what is paused', () => {
    const kindOf = (actions: string[], over: Partial<PauseCircumstances> = {}) =>
      decide(incidentWith(actions), now(over)).kind;

    expect([kindOf([NO_GATE]), kindOf([REHEARSED]), kindOf([DONE])]).toEqual(['pause', 'pause', 'none']);
    expect(kindOf([REHEARSED], { mode: 'dry-run' })).toBe('none');
    expect(kindOf([DONE], { active: [{ provider: 'alpha' }] })).toBe('none');
  });

  test('a refusal that was told is no news again, and one that names something else is', () => {
    const held = `{${MEANT},"refused":"campaign spring is protected: only a person may pause it"}`;
    const again = refused('protected', { detail: 'spring', says: 'in other words' });
    const known = incidentWith([held]);

    expect(applyAction(known, again)).toEqual({ incident: known });
    expect(applyAction(known, refused('protected', { detail: 'autumn' })).change).toBeDefined();
  });

  test('a provider that was found paused is paused, and one found resumed is not', () => {
    const found = `{${MEANT},"refused":"already paused"}`;
    const gone = `{${MEANT.replace('"pause"', '"resume"')},"refused":"not paused"}`;

    expect(hasPause(incidentWith([found]).actions)).toBe(true);
    expect(hasPause(incidentWith([DONE, gone]).actions)).toBe(false);
    expect(hasPause(incidentWith([NO_GATE]).actions)).toBe(false);
    expect(cardText(incidentWith([found]), { mode: 'armed' })).toContain('PAUSED already');
    expect(cardText(incidentWith([NO_GATE]), { mode: 'armed' })).toContain('NOT paused: the gate does not');
  });

  test('a verdict that was told is no news again, and more messages are', () => {
    const says = (count: number) =>
      `the pause does NOT bite: ${count} messages of marketing through alpha in 9 s since it should have`;
    const leaks = incidentWith([DONE], `,"verdict":{"at":1793214044000,"bites":false,"says":"${says(40)}"}`);
    const known = { ...leaks, status: 'mitigating' } as const;
    const now = { at: ms(AT + 60_000), bites: false, target: 'alpha,category=marketing' };

    expect(verified(known, { ...now, count: 40, says: 'in other words' }).change).toBeUndefined();
    expect(verified(known, { ...now, count: 90, says: says(90) }).change?.kind).toBe('escalated');
  });

  const pending = (kind: string, says: string, actions: readonly string[], more = ''): IncidentChange => {
    const about = incidentText(actions, more);
    const change = `{"kind":"${kind}","incident":${about},"says":"${says}","at":1793214004000,"by":"policy","from":"open"}`;
    const [found] = incidentWith([], `,"pending":[${change}]`).pending ?? [];
    if (!found) throw new Error('nothing is pending');
    return found;
  };
  const told = (change: IncidentChange) => {
    const [, line] = noticesFor(change, { mode: 'armed', mention: () => '<@U1>' });
    return line && { mention: line.mention, mute: line.mute };
  };

  test('a change that was not told yet calls whom it would have called', () => {
    const failed = { mention: '<@U1>', mute: 'ends' };
    const quietly = { mention: undefined, mute: undefined };
    const leaks = ',"verdict":{"at":1793214044000,"bites":false,"says":"it goes on"}';

    expect(
      told(pending('updated', 'Not paused: the gate does not answer: nothing is paused', [NO_GATE])),
    ).toEqual(failed);
    expect(told(pending('escalated', 'it goes on', [DONE], leaks))).toEqual(failed);
    expect(told(pending('escalated', 'repeats of 200', [DONE], leaks))).toEqual({
      mention: '<@U1>',
      mute: undefined,
    });
    expect(told(pending('updated', 'repeats of 200', [NO_GATE]))).toBeUndefined();
    expect(told(pending('updated', 'Acknowledged by ana', []))).toEqual(quietly);
    expect(told(pending('paused', 'Paused by policy: burst of 100', [DONE]))).toEqual(quietly);
  });
});

describe('what is kept', () => {
  test('comes back as it was, in whatever words it is told today', () => {
    const actions = [
      action({ unanswered: ['twilio'] }),
      action({ dryRun: true }),
      refused('protected', { detail: 'spring', says: 'spring is left to people' }),
      refused('other', { detail: 'x' }),
    ];
    const change: IncidentChange = {
      ...{ kind: 'updated', cause: 'person', incident: incident({ actions }), says: 'taken up' },
      ...{ at: ms(AT), by: 'ana', from: 'open' },
    };
    const known = incident({ actions, pending: [change] });

    expect(readIncident(JSON.parse(JSON.stringify(storedIncident(known))))).toEqual(known);
  });

  test('has the words that an older instance goes by, whatever people read', () => {
    const words = [
      { ...ordered(), refused: 'it has begun' } as Action,
      refused('already_paused', { says: 'somebody was faster' }),
      refused('not_paused', { says: 'it is over' }),
    ];

    expect(words.map((one) => storedAction(one).refused)).toEqual([
      'under way: what became of it follows',
      'already paused',
      'not paused',
    ]);
    expect(storedIncident(incident({ actions: words })).actions[1]?.refused).toBe('already paused');
  });

  test('by an older instance that finished an order of ours is what it made of it', () => {
    // It copies a state that it does not know, and says what became of the order by its words alone.
    const { refused: _words, ...finished } = storedAction(ordered());

    expect(readAction(finished)).toEqual(action());
    expect(readAction({ ...finished, refused: 'it was cut short; give it again' })).toMatchObject({
      state: 'refused',
      code: 'cut_short',
    });
  });

  test('by a newer instance with a code that is not known here is refused all the same', () => {
    const newer = { ...storedAction(refused('protected')), code: 'a_new_guardrail', refused: 'so it is' };

    expect(readAction(newer)).toMatchObject({ state: 'refused', code: 'other', refused: 'so it is' });
  });
});
