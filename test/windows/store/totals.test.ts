import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { RecipientKey } from '../../../src/windows/store/store.ts';
import { raise, type TopEntry, topOf } from '../../../src/windows/store/totals.ts';

test('the top kept up to date with every message is the top found among everybody', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 30 }), { maxLength: 300 }), (people) => {
      const counts = new Map<RecipientKey, number>();
      const top: TopEntry[] = [];
      for (const who of people) {
        const person = `person-${who}` as RecipientKey;
        const count = (counts.get(person) ?? 0) + 1;
        counts.set(person, count);
        raise(top, [person, count], 5);
      }
      expect(top).toEqual(topOf(counts, 5));
    }),
  );
});
