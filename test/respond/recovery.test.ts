import { describe, expect, test } from 'vitest';
import { ms } from '../../src/events/event.ts';
import type { Action } from '../../src/incidents/incident.ts';
import { unfinished, untold } from '../../src/respond/recovery.ts';
import { pauseOf } from '../contract/gate.ts';
import { action, incident, intent, NIGHT, ordered, refused } from '../incidents/build.ts';

const at = (seconds: number) => ms((NIGHT + seconds) * 1000);
const active = (since: number) => pauseOf('alpha', 7, { since: at(since) });
const times = (found: readonly Pick<Action, 'at'>[]) => found.map((one) => (one.at - at(0)) / 1000);

describe('what is not finished', () => {
  test('a pause that stands with no outcome, or with one that failed, whose answer was lost', () => {
    const failed = refused('gate_away');

    expect(unfinished([ordered({ rule: ['burst'] })], [active(0)])).toEqual([intent({ rule: ['burst'] })]);
    expect(times(unfinished([failed, ordered()], [active(0)]))).toEqual([0]);
    expect(times(unfinished([action(), ordered()], [active(0)]))).toEqual([]);
  });

  test('one whose order was not written down is known from the gate, unless the log begins behind it', () => {
    const log = [ordered({ provider: 'beta', at: at(5) })];

    expect(unfinished(log, [active(5)])).toEqual([intent({ at: at(5) })]);
    expect([unfinished(log, [active(4)]), unfinished([], [active(4)])]).toEqual([[], []]);
  });

  test('one that actuators had not answered, until they have', () => {
    const early = action({ unanswered: ['twilio'] });

    expect(unfinished([early, ordered()], [active(0)])).toHaveLength(1);
    expect(unfinished([action(), early, ordered()], [active(0)])).toEqual([]);
  });

  test('a resume without an outcome, in the order in which they were given', () => {
    const resume = { action: 'resume', by: 'ana', provider: 'beta', at: at(3) } as const;
    const log = [ordered(resume), ordered({ at: at(1) })];

    expect(times(unfinished(log, [active(1)]))).toEqual([1, 3]);
    expect(unfinished([refused('not_paused', resume), ...log], [])).toEqual([]);
  });
});

describe('what is not told', () => {
  test('is what was carried out and its incident does not know, once', () => {
    const log = [action({ at: at(2) }), action({ at: at(2), reason: 'again' }), action({ at: at(1) })];

    expect(times(untold(log, [incident({ actions: [action({ at: at(1) })] })]))).toEqual([2]);
    expect(untold(log, [incident({ actions: [] })])).toHaveLength(2);
    expect([untold(log, []), untold([refused('protected')], [incident()])]).toEqual([[], []]);
  });

  test('what is older than all that an incident remembers was told long ago', () => {
    const full = incident({ actions: [action({ at: at(60), action: 'change' })] });

    expect(untold([action({ at: at(1) })], [full])).toEqual([]);
  });
});
