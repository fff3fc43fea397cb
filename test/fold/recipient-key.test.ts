import { createHmac } from 'node:crypto';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { createRecipientKey } from '../../src/fold/recipient-key.ts';

const expected = (secret: string, address: string) => {
  const digest = createHmac('sha256', secret).update(address).digest();
  return {
    key: digest.toString('base64url', 0, 8),
    high: digest.readUInt32BE(0),
    low: digest.readUInt32BE(4),
  };
};

it('is the first 64 bits of the keyed hash, as base64url, asked once or again', () => {
  const recipientKey = createRecipientKey('a key for the tests');
  fc.assert(
    fc.property(fc.string(), (address) => {
      expect(recipientKey(address)).toEqual(expected('a key for the tests', address));
      expect(recipientKey(address)).toEqual(expected('a key for the tests', address));
    }),
  );
});

const anyText = fc.string({ unit: 'binary', maxLength: 100, size: 'max' });

it('takes texts of any length in any script, under keys of any length', () => {
  fc.assert(
    fc.property(anyText, fc.array(anyText, { maxLength: 5 }), (secret, texts) => {
      const recipientKey = createRecipientKey(secret);
      for (const text of texts) expect(recipientKey(text)).toEqual(expected(secret, text));
    }),
  );
});
