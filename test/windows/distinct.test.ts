import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createRecipientKey } from '../../src/fold/recipient-key.ts';
import { coarser, estimate, fromText, merge, REGISTERS, toText, touch } from '../../src/windows/distinct.ts';

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

  test.each([
    1, 10, 100, 500, 1_000, 2_500, 3_000, 10_000, 50_000,
  ])('%i people are counted within 5 standard errors by a quarter of the registers', (count) => {
    const error = Math.abs(estimate(coarser(registersOf(range(0, count)), 1_024)) - count);
    expect(error).toBeLessThanOrEqual(Math.max(1, 5 * (1.04 / Math.sqrt(1_024)) * count));
  });

  test('fewer registers are the same whether people are put together before or after', () => {
    const [one, two] = [registersOf(range(0, 900)), registersOf(range(500, 900))];
    const few = coarser(one, 1_024);
    merge(few, coarser(two, 1_024));
    expect(few).toHaveLength(1_024);
    merge(one, two);
    expect(few).toEqual(coarser(one, 1_024));
    expect(coarser(few, 4_096)).toBe(few);
  });

  test('people in several sketches are counted once', () => {
    const parts = [range(0, 900), range(500, 900), range(0, 1_400)].map(registersOf);
    expect(estimate(...parts)).toBe(estimate(registersOf(range(0, 1_400))));
    expect(estimate()).toBe(0);
  });

  test('a sketch comes back from its text', () => {
    const registers = fc.uint8Array({ minLength: 64, maxLength: 64, max: 32 });
    fc.assert(
      fc.property(registers, (one) => {
        expect(fromText(toText(one))).toEqual(one);
      }),
    );
    expect(toText(Uint8Array.of(0, 9, 32))).toBe('09P');
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
