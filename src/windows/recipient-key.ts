/** What a phone number is outside the process: a keyed hash. */
import type { RecipientHash } from './distinct.ts';
import { createHmac64 } from './hmac.ts';
import type { RecipientKey } from './store.ts';
import { hashOn, spread } from './traces.ts';

export interface Recipient extends RecipientHash {
  readonly key: RecipientKey;
}

/** Numbers whose hash is remembered, until another takes the place; some 20 MB when all are. A power of two. */
const REMEMBERED = 2 ** 17;
const DIGITS = [...'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'];

/** 64 bits as base64url without padding: six bits a character, the last has two of nothing. */
const written = (high: number, low: number): RecipientKey => {
  let text = '';
  for (let shift = 26; shift >= 2; shift -= 6) text += DIGITS[(high >>> shift) & 63];
  text += DIGITS[((high & 3) << 4) | (low >>> 28)];
  for (let shift = 22; shift >= 4; shift -= 6) text += DIGITS[(low >>> shift) & 63];
  return text + DIGITS[(low & 15) << 2];
};

/** HMAC-SHA256 under `secret`, first 64 bits. Recent numbers are remembered, so a burst costs one hash a person. */
export const createRecipientKey = (secret: string): ((address: string) => Recipient) => {
  const hash = createHmac64(secret);
  const recent = Array<{ readonly address: string; readonly recipient: Recipient } | undefined>(REMEMBERED);
  return (address) => {
    const place = spread(hashOn(address)) & (REMEMBERED - 1);
    const known = recent[place];
    if (known?.address === address) return known.recipient;
    const { high, low } = hash(address);
    const recipient = { key: written(high, low), high, low };
    recent[place] = { address, recipient };
    return recipient;
  };
};
