import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Duration, type Ms, ms } from '../../src/events/event.ts';
import {
  type BlindnessState,
  look,
  noBlindness,
  openOf,
  type Symptom,
  toTell,
} from '../../src/health/blindness.ts';

const patience = { after: 30_000 as Duration, over: 60_000 as Duration };
const START = ms(Date.UTC(2026, 9, 28, 19));
const kafka: Symptom = { cause: 'kafka', says: 'no broker answers' };

/** A look a second: '#' while Kafka is away. Answers whether it is open after each. */
const lived = (seconds: string, state: BlindnessState = noBlindness(START)) => {
  const open: boolean[] = [];
  for (const one of seconds) {
    state = look(state, one === '#' ? [kafka] : [], ms(state.at + 1_000), patience);
    open.push(openOf(state).length > 0);
  }
  return { state, open, at: open.indexOf(true), end: open.lastIndexOf(true) };
};

describe('a cause', () => {
  test('opens once it has been there for as long as was asked for, and says since when', () => {
    expect(lived('#'.repeat(30)).at).toBe(-1);
    const { at, state } = lived('#'.repeat(31));
    expect(at).toBe(30);
    expect(openOf(state)).toMatchObject([
      { cause: 'kafka', since: START + 1_000, says: 'no broker answers' },
    ]);
  });

  test('that passes sooner opens nothing', () => {
    expect(lived(`${'#'.repeat(29)}${'.'.repeat(70)}`.repeat(5)).at).toBe(-1);
  });

  test('is over once it has been gone for as long as was asked for', () => {
    const { end, state } = lived(`${'#'.repeat(40)}${'.'.repeat(80)}`);
    expect(end).toBe(40 + 59 - 1);
    expect(state.causes).toEqual([]);
  });

  test('that comes and goes is one', () => {
    const { open } = lived('##########.....'.repeat(40) + '.'.repeat(70));
    const changes = open.filter((now, index) => now !== (open[index - 1] ?? false)).length;
    expect(changes).toBe(2);
  });

  test('is not made longer by a process that was stopped meanwhile', () => {
    const first = look(noBlindness(START), [kafka], START, patience);
    const thawed = look(first, [kafka], ms(START + 3_600_000), patience);
    expect(openOf(thawed)).toEqual([]);
  });

  test('may be asked for at once', () => {
    const now = { after: 0 as Duration, over: 0 as Duration };
    const open = look(noBlindness(START), [kafka], START, now);
    expect(openOf(open)).toHaveLength(1);
    expect(openOf(look(open, [], ms(START + 1), now))).toEqual([]);
  });

  test('is told in the words of every instance that has it', () => {
    const both = look(noBlindness(START), [kafka, { ...kafka, says: 'b: away' }, kafka], START, patience);
    expect(both.causes[0]?.says).toBe('b: away; no broker answers');
  });
});

describe('whatever is seen, and when', () => {
  const steps = fc.array(fc.record({ passed: fc.integer({ min: 0, max: 20_000 }), seen: fc.boolean() }), {
    maxLength: 400,
  });

  test('opening takes `after` of being there, closing `over` of being gone, and one follows the other', () => {
    fc.assert(
      fc.property(steps, (all) => {
        let state = noBlindness(START);
        let there = 0;
        let gone = 0;
        for (const { passed, seen } of all) {
          const before = openOf(state).length > 0;
          const counted = Math.min(passed, 5_000);
          state = look(state, seen ? [kafka] : [], ms(state.at + passed), patience);
          const isOpen = openOf(state).length > 0;
          if (seen) there += counted;
          else gone += counted;
          if (isOpen && !before) expect(there).toBeGreaterThanOrEqual(patience.after);
          if (!isOpen && before) expect(gone).toBeGreaterThanOrEqual(patience.over - 1e-6);
          if (isOpen !== before) [there, gone] = [0, 0];
          for (const { filled, since } of state.causes) {
            expect(filled).toBeGreaterThanOrEqual(0);
            expect(filled).toBeLessThanOrEqual(patience.after);
            expect(since).toBeLessThanOrEqual(state.at);
          }
        }
      }),
    );
  });

  test('one cause does not move another', () => {
    const others = fc.array(fc.boolean(), { minLength: 100, maxLength: 200 });
    fc.assert(
      fc.property(others, others, (one, other) => {
        const together = one.map((seen, at): Symptom[] => [
          ...(seen ? [kafka] : []),
          ...(other[at] ? [{ cause: 'lag', says: 'records wait' } as const] : []),
        ]);
        const run = (symptoms: readonly Symptom[][]) =>
          symptoms.reduce<BlindnessState>(
            (state, now) => look(state, now, (state.at + 1_000) as Ms, patience),
            noBlindness(START),
          );
        const alone = run(one.map((seen) => (seen ? [kafka] : [])));
        expect(run(together).causes.filter(({ cause }) => cause === 'kafka')).toEqual(alone.causes);
      }),
    );
  });
});

test('what is open and was not told begins; what was told and is not open is over', () => {
  const { state } = lived('#'.repeat(40));
  const told = { id: 'tocsin-blind-lag', cause: 'lag', since: START } as const;
  expect(toTell(state, [])).toMatchObject({ begun: [{ cause: 'kafka' }], over: [] });
  expect(toTell(state, [told])).toMatchObject({ begun: [{ cause: 'kafka' }], over: [told] });
  expect(toTell(state, [{ ...told, cause: 'kafka' }])).toEqual({ begun: [], over: [] });
});
