import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { estimate, merge, REGISTERS, touch } from '../../src/windows/distinct.ts';
import { createRecipientKey } from '../../src/windows/recipient-key.ts';

const recipient = createRecipientKey('a key for the tests');
const registersOf = (people: Iterable<number>): Uint8Array => {
  const touched = new Map<number, number>();
  for (const person of people) touch(touched, recipient(`+336${String(person).padStart(8, '0')}`));
  const registers = new Uint8Array(REGISTERS);
  for (const [index, rank] of touched) registers[index] = rank;
  return registers;
};
const range = (from: number, count: number) => Array.from({ length: count }, (_, index) => from + index);

describe('counting distinct people', () => {
  // 1.04 / sqrt(4096) is one standard error; five of them leave one failure in two million.
  test.each([
    1, 10, 100, 1_000, 5_000, 10_000, 12_000, 50_000,
  ])('%i people are counted within 5 standard errors', (count) => {
    const error = Math.abs(estimate(registersOf(range(0, count))) - count);
    expect(error).toBeLessThanOrEqual(Math.max(0.5, 5 * (1.04 / Math.sqrt(REGISTERS)) * count));
  });

  test('nobody is nobody', () => {
    expect(estimate(new Uint8Array(REGISTERS))).toBe(0);
  });

  test('who is seen again, in any order, in any partition, is the same person', () => {
    const people = fc.array(fc.nat(500), { maxLength: 200 });
    fc.assert(
      fc.property(people, people, (one, two) => {
        const merged = registersOf(one);
        merge(merged, registersOf(two));
        merge(merged, registersOf(one));
        expect(merged).toEqual(registersOf([...two, ...one]));
      }),
      { numRuns: 50 },
    );
  });
});

describe('the key of a recipient', () => {
  test('is the same for the same secret, another for another, and never the number', () => {
    const number = '+33612345678';
    expect(createRecipientKey('one')(number)).toEqual(createRecipientKey('one')(number));
    expect(createRecipientKey('two')(number).key).not.toBe(createRecipientKey('one')(number).key);
    expect(createRecipientKey('one')(number).key).toMatch(/^[\w-]{11}$/);
  });
});
