/** What a phone number is outside the process: a keyed hash. */
import { createHmac } from 'node:crypto';
import type { RecipientHash } from './distinct.ts';
import type { RecipientKey } from './store.ts';

export interface Recipient extends RecipientHash {
  readonly key: RecipientKey;
}

/** Numbers whose hash is remembered; two generations of this many. */
const REMEMBERED = 50_000;

/** HMAC-SHA256 under `secret`, first 64 bits. Recent numbers are remembered, so a burst costs one hash a person. */
export const createRecipientKey = (secret: string): ((address: string) => Recipient) => {
  let recent = new Map<string, Recipient>();
  let older = new Map<string, Recipient>();
  return (address) => {
    const known = recent.get(address) ?? older.get(address);
    if (known) return known;
    const digest = createHmac('sha256', secret).update(address).digest();
    const recipient = {
      key: digest.toString('base64url', 0, 8),
      high: digest.readUInt32BE(0),
      low: digest.readUInt32BE(4),
    };
    if (recent.size >= REMEMBERED) {
      older = recent;
      recent = new Map();
    }
    recent.set(address, recipient);
    return recipient;
  };
};
