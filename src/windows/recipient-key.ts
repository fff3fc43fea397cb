/** What a phone number is outside the process: a keyed hash. */
import { createHmac } from 'node:crypto';
import type { RecipientHash } from './distinct.ts';
import type { RecipientKey } from './store.ts';
import { hashOn, spread } from './traces.ts';

export interface Recipient extends RecipientHash {
  readonly key: RecipientKey;
}

/** Numbers whose hash is remembered, until another takes the place; some 20 MB when all are. A power of two. */
const REMEMBERED = 2 ** 17;

/** HMAC-SHA256 under `secret`, first 64 bits. Recent numbers are remembered, so a burst costs one hash a person. */
export const createRecipientKey = (secret: string): ((address: string) => Recipient) => {
  const recent = Array<{ readonly address: string; readonly recipient: Recipient } | undefined>(REMEMBERED);
  return (address) => {
    const place = spread(hashOn(address)) & (REMEMBERED - 1);
    const known = recent[place];
    if (known?.address === address) return known.recipient;
    const digest = createHmac('sha256', secret).update(address).digest();
    const key = digest.toString('base64url', 0, 8);
    const recipient = { key, high: digest.readUInt32BE(0), low: digest.readUInt32BE(4) };
    recent[place] = { address, recipient };
    return recipient;
  };
};
