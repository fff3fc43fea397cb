import { createHmac } from 'node:crypto';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { createRecipientKey } from '../../src/windows/recipient-key.ts';

it('is the first 64 bits of the keyed hash, as base64url, asked once or again', () => {
  const recipientKey = createRecipientKey('a key for the tests');
  fc.assert(
    fc.property(fc.string(), (address) => {
      const digest = createHmac('sha256', 'a key for the tests').update(address).digest();
      const expected = {
        key: digest.toString('base64url', 0, 8),
        high: digest.readUInt32BE(0),
        low: digest.readUInt32BE(4),
      };
      expect(recipientKey(address)).toEqual(expected);
      expect(recipientKey(address)).toEqual(expected);
    }),
  );
});
