import { createHmac } from 'node:crypto';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { createHmac64 } from '../../src/windows/hmac.ts';

/** RFC 4231, test case 2: the first 64 bits. */
it('is HMAC-SHA256 as the RFC has it', () => {
  const { high, low } = createHmac64('Jefe')('what do ya want for nothing?');
  expect([high, low]).toEqual([0x5bdcc146, 0xbf60754e]);
});

it('is what Node makes of any text under any key', () => {
  const text = fc.oneof(
    fc.string({ maxLength: 140 }),
    fc.string({ unit: 'binary', maxLength: 80 }),
    fc.integer({ min: 50, max: 70 }).map((length) => '7'.repeat(length)),
    fc.integer({ min: 0, max: 999_999_999 }).map((n) => `+33${n}`),
  );
  fc.assert(
    fc.property(text, fc.array(text, { minLength: 1, maxLength: 3 }), (key, texts) => {
      const hash = createHmac64(key);
      for (const one of texts) {
        const digest = createHmac('sha256', key).update(one).digest();
        expect(hash(one)).toEqual({ high: digest.readUInt32BE(0), low: digest.readUInt32BE(4) });
      }
    }),
    { numRuns: 500 },
  );
});
