import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { NameLimits } from '../../src/config/name-limits.ts';
import { ms } from '../../src/events/event.ts';
import { HOUR } from '../../src/events/time.ts';
import { createCardinalityLimit } from '../../src/fold/cardinality.ts';

const LIMITS: NameLimits = { providers: 3, campaigns: 3, senders: 3, errors: 3, codes: 3, periods: 3 };
const P = 'kafka:events:0';

interface Said {
  readonly name: string;
  /** Hours of event time. */
  readonly hour: number;
}
const newNames = () => {
  const cardinality = createCardinalityLimit(LIMITS);
  const has = ({ name, hour }: Said, offset: number, partition = P) => {
    cardinality.standAt(partition, offset, ms(1_000 * HOUR + hour * HOUR));
    return cardinality.has('campaigns', 'alpha', name);
  };
  /** One after the other, from an offset on. */
  const all = (said: readonly Said[], from = 0) => said.map((one, index) => has(one, from + index));
  return { cardinality, has, all };
};
const inHour = (hour: number, ...cardinality: string[]): Said[] =>
  cardinality.map((name) => ({ name, hour }));

describe('of too many names', () => {
  test('those that came first are told apart, the others are one, and that is said', () => {
    const { cardinality, all } = newNames();
    expect(all(inHour(0, 'a', 'b', 'c', 'd', 'a', 'e'))).toEqual([true, true, true, false, true, false]);
    expect(cardinality.crowds()).toEqual([{ kind: 'campaigns', owner: 'alpha' }]);
    expect(cardinality.others).toBe(2);
  });

  test('those that come back each hour keep their place; an idle one makes room after an hour', () => {
    const { all } = newNames();
    all(inHour(0, 'a', 'b', 'c'));
    expect(all(inHour(1, 'd', 'a', 'd', 'b'), 10)).toEqual([false, true, false, true]);
    expect(all(inHour(2, 'd', 'a', 'e', 'c'), 20)).toEqual([true, true, false, false]);
  });

  test('it is no longer said once the crowd is gone', () => {
    const { cardinality, all } = newNames();
    all(inHour(0, 'a', 'b', 'c', 'd'));
    all(inHour(1, 'a'), 10);
    expect(cardinality.crowds()).toHaveLength(1);
    all(inHour(2, 'a'), 20);
    expect(cardinality.crowds()).toEqual([]);
  });

  test('each partition, kind and owner has its own', () => {
    const { cardinality, all, has } = newNames();
    all(inHour(0, 'a', 'b', 'c', 'd'));
    expect(has({ name: 'd', hour: 0 }, 0, 'kafka:events:1')).toBe(true);
    cardinality.standAt(P, 9, ms(1_000 * HOUR));
    expect(cardinality.has('senders', 'alpha', 'd')).toBe(true);
    expect(cardinality.has('campaigns', 'beta', 'd')).toBe(true);
    expect(cardinality.has('campaigns', 'alpha', 'd')).toBe(false);
  });

  test('what is older than the windows keep is none of its own', () => {
    const { has } = newNames();
    has({ name: 'a', hour: 10 }, 0);
    expect(has({ name: 'a', hour: 7 }, 1)).toBe(true);
    expect(has({ name: 'a', hour: 6 }, 2)).toBe(false);
  });

  test('nothing is lost when the store goes back to before what was read', () => {
    const { all } = newNames();
    all(inHour(0, 'a', 'b'), 100);
    expect(all(inHour(0, 'a', 'b'), 50)).toEqual([true, true]);
  });
});

describe('whatever is named', () => {
  const said = fc.record({
    name: fc.constantFrom(...'abcdefgh'),
    hour: fc.integer({ min: 0, max: 5 }),
  });
  const inOrder = fc
    .array(said, { maxLength: 120 })
    .map((all) => [...all].sort((one, other) => one.hour - other.hour));
  /** Some come late, as reports do. */
  const jumbled = fc
    .tuple(inOrder, fc.array(said, { maxLength: 10 }))
    .map(([all, late]) =>
      late.reduce((list, one, index) => list.toSpliced((index * 37) % (list.length + 1), 0, one), all),
    );

  test('no more are told apart in two hours that follow each other than the limit', () => {
    fc.assert(
      fc.property(inOrder, (all) => {
        const admitted = newNames().all(all);
        for (let hour = 0; hour < 5; hour++) {
          const cardinality = new Set(
            all.flatMap((one, at) => (admitted[at] && [hour, hour + 1].includes(one.hour) ? [one.name] : [])),
          );
          expect(cardinality.size).toBeLessThanOrEqual(3);
        }
      }),
    );
  });

  test('a stretch that is folded again, from wherever, finds the same', () => {
    fc.assert(
      fc.property(inOrder, fc.nat(), fc.nat(), (all, one, other) => {
        const { all: fold } = newNames();
        const whole = fold(all);
        const from = one % (all.length + 1);
        const hours = all.map(({ hour }) => hour);
        // As far back as the names of the hour are still known.
        const reach = hours.findIndex((hour) => hour > (hours.at(-1) ?? 0) - 4 + 1);
        const start = Math.max(from, reach);
        const end = start + (other % (all.length - start + 1));
        expect(fold(all.slice(start, end), start)).toEqual(whole.slice(start, end));
      }),
    );
  });

  test('a replay finds the same, late events and all', () => {
    fc.assert(
      fc.property(jumbled, (all) => {
        expect(newNames().all(all)).toEqual(newNames().all(all));
      }),
    );
  });

  test('a name that has its own series keeps it through its hour', () => {
    fc.assert(
      fc.property(inOrder, (all) => {
        const admitted = newNames().all(all);
        const apart = new Set<string>();
        all.forEach(({ name, hour }, at) => {
          if (apart.has(`${name} ${hour}`)) expect(admitted[at]).toBe(true);
          if (admitted[at]) apart.add(`${name} ${hour}`);
        });
      }),
    );
  });
});
