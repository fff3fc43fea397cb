import { describe, expect, test } from 'vitest';
import { duration, ms } from '../../src/events/event.ts';
import { createConsents } from '../../src/fold/consents.ts';

const rules = { grace: duration(1_000), limit: duration(10_000) };
const by = (offset: number, provider = 'alpha') => ({ provider, offset });

describe('the ledger of opt-outs', () => {
  test('knows who opted out, after a grace', () => {
    const ledger = createConsents(rules).standingAt('p', 0, 9);
    ledger.ask('a', ms(5_000), by(0));
    ledger.record('b', ms(6_000), 1);
    expect([ledger.hasWithdrawn('a', ms(6_000)), ledger.hasWithdrawn('a', ms(6_001))]).toEqual([false, true]);
    expect([ledger.hasWithdrawn('b', ms(7_001)), ledger.hasWithdrawn('c', ms(99_000))]).toEqual([
      true,
      false,
    ]);
  });

  test('tells once of who waited too long, and not of who was taken off in time', () => {
    const ledger = createConsents(rules).standingAt('p', 0, 9);
    ledger.ask('a', ms(5_000), by(0, 'beta'));
    ledger.ask('b', ms(5_000), by(1));
    expect(ledger.due).toBe(15_000);
    expect([ledger.record('b', ms(15_000), 2), ledger.record('b', ms(15_000), 3)]).toEqual([
      'alpha',
      undefined,
    ]);
    expect(ledger.overdue(ms(15_000), 4)).toEqual([]);
    expect(ledger.overdue(ms(15_001), 5)).toEqual(['beta']);
    expect(ledger.overdue(ms(99_000), 6)).toEqual([]);
    // Asked for again, it changes nothing: they were told of, or are off.
    ledger.ask('a', ms(20_000), by(7));
    ledger.ask('b', ms(20_000), by(8));
    expect(ledger.due).toBe(Number.POSITIVE_INFINITY);
  });

  test('takes a provider’s refusal for an opt-out, which takes nobody off who waits for it', () => {
    const ledger = createConsents(rules).standingAt('p', 0, 9);
    ledger.block('a', ms(5_000), 0);
    ledger.ask('b', ms(5_000), by(1));
    ledger.block('b', ms(6_000), 2);
    ledger.readmit('c', ms(7_000), 3);
    ledger.block('c', ms(6_000), 4);
    expect(['a', 'b', 'c'].map((one) => ledger.hasWithdrawn(one, ms(9_000)))).toEqual([true, true, false]);
    expect(ledger.overdue(ms(15_001), 5)).toEqual(['alpha']);
  });

  test('stands again where it stood, and loses nothing that lies beyond what is folded again', () => {
    const consents = createConsents(rules);
    const first = consents.standingAt('p', 0, 10);
    first.ask('a', ms(1_000), by(2));
    first.record('a', ms(2_000), 4);
    first.ask('b', ms(3_000), by(8));
    const again = consents.standingAt('p', 3, 6);
    expect([again.due, again.hasWithdrawn('b', ms(9_000))]).toEqual([11_000, false]);
    expect(again.record('a', ms(2_000), 4)).toBe('alpha');
    const after = consents.standingAt('p', 10, 12);
    expect([after.hasWithdrawn('b', ms(9_000)), after.changed.withdrawn.size]).toEqual([true, 0]);
    expect([after.overdue(ms(13_000), 10), after.due]).toEqual([[], 13_000]);
    expect(after.overdue(ms(13_001), 11)).toEqual(['alpha']);
  });

  test('forgets those heard of first beyond its limit, and knows nothing of other partitions', () => {
    const consents = createConsents(rules, { withdrawn: 2, returned: 1 });
    const ledger = consents.standingAt('p', 0, 9);
    for (const [offset, person] of ['a', 'b', 'c'].entries()) ledger.record(person, ms(0), offset);
    const known = ['a', 'b', 'c'].map((person) => ledger.hasWithdrawn(person, ms(5_000)));
    expect(known).toEqual([false, true, true]);
    expect(consents.standingAt('q', 0, 1).hasWithdrawn('c', ms(5_000))).toBe(false);
    for (const [offset, person] of ['x', 'y'].entries()) ledger.readmit(person, ms(9_000), 3 + offset);
    for (const [offset, person] of ['y', 'x'].entries()) ledger.record(person, ms(8_000), 5 + offset);
    expect(['x', 'y'].map((person) => ledger.hasWithdrawn(person, ms(99_000)))).toEqual([true, false]);
  });

  test('lets an opt-in take back what was said before it, by the time it was said', () => {
    const ledger = createConsents(rules).standingAt('p', 0, 99);
    const isOut = (person: string) => ledger.hasWithdrawn(person, ms(90_000));
    ledger.ask('a', ms(5_000), by(0));
    ledger.readmit('a', ms(4_999), 1);
    expect(isOut('a')).toBe(true);
    ledger.readmit('a', ms(5_000), 2);
    expect(isOut('a')).toBe(false);
    // They wait no longer.
    expect(ledger.overdue(ms(99_000), 3)).toEqual([]);
    ledger.ask('a', ms(4_000), by(4));
    expect([ledger.record('a', ms(4_999), 5), isOut('a')]).toEqual([undefined, false]);
    expect([ledger.record('a', ms(5_000), 6), isOut('a')]).toEqual([undefined, true]);
    ledger.readmit('b', ms(7_000), 7);
    ledger.ask('b', ms(6_000), by(8));
    ledger.readmit('b', ms(3_000), 9);
    ledger.ask('b', ms(6_999), by(10));
    expect(isOut('b')).toBe(false);
    ledger.ask('b', ms(7_001), by(11, 'beta'));
    expect(isOut('b')).toBe(true);
    expect(ledger.overdue(ms(99_000), 12)).toEqual(['beta']);
    expect(ledger.changed).toEqual({
      withdrawn: new Map([
        ['a', { at: 5_000 }],
        ['b', { at: 7_001 }],
      ]),
      returned: new Map(),
    });
  });

  test('takes an opt-in back with the stretch that brought it', () => {
    const consents = createConsents(rules);
    const first = consents.standingAt('p', 0, 10);
    first.ask('a', ms(1_000), by(2));
    first.readmit('a', ms(2_000), 4);
    first.readmit('b', ms(2_000), 5);
    const again = consents.standingAt('p', 3, 6);
    expect([again.due, again.hasWithdrawn('a', ms(9_000))]).toEqual([11_000, true]);
    again.record('b', ms(1_500), 3);
    expect(again.hasWithdrawn('b', ms(9_000))).toBe(true);
    again.readmit('a', ms(2_000), 4);
    expect(again.changed.returned).toEqual(new Map([['a', 2_000]]));
    const after = consents.standingAt('p', 10, 12);
    expect([after.hasWithdrawn('a', ms(9_000)), after.overdue(ms(99_000), 10)]).toEqual([false, []]);
  });
});
