/**
 * HMAC-SHA256 (RFC 2104, FIPS 180-4) of short texts, first 64 bits. Node's own makes two native objects a call and
 * costs several times as much; here the key's two blocks are hashed once, and a phone number is one block more of
 * each. What does not fit a block is left to Node, and a test holds the two against each other.
 */
import { createHash, createHmac } from 'node:crypto';
import type { RecipientHash } from './distinct.ts';

const BLOCK = 64;
const WORDS = 16;
/** With the mark of its end and its length in bits. */
const MOST = BLOCK - 9;
const DIGEST_BITS = 256;

/** The first 32 bits of the fractional parts of the cube roots of the first 64 primes. */
const ROUNDS = Int32Array.from(
  [
    2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41, 43, 47, 53, 59, 61, 67, 71, 73, 79, 83, 89, 97, 101, 103,
    107, 109, 113, 127, 131, 137, 139, 149, 151, 157, 163, 167, 173, 179, 181, 191, 193, 197, 199, 211, 223,
    227, 229, 233, 239, 241, 251, 257, 263, 269, 271, 277, 281, 283, 293, 307, 311,
  ],
  (prime) => (Math.cbrt(prime) % 1) * 2 ** 32,
);
/** The same of the square roots of the first eight. */
const START = Int32Array.from([2, 3, 5, 7, 11, 13, 17, 19], (prime) => (Math.sqrt(prime) % 1) * 2 ** 32);

const turned = (word: number, by: number): number => (word >>> by) | (word << (32 - by));

/** Takes one block, the first 16 of `words`, into `state`. */
const compress = (state: Int32Array, words: Int32Array): void => {
  for (let at = WORDS; at < 64; at++) {
    const near = words[at - 2] ?? 0;
    const far = words[at - 15] ?? 0;
    const one = turned(far, 7) ^ turned(far, 18) ^ (far >>> 3);
    const other = turned(near, 17) ^ turned(near, 19) ^ (near >>> 10);
    words[at] = (words[at - 16] ?? 0) + one + (words[at - 7] ?? 0) + other;
  }
  let a = state[0] ?? 0;
  let b = state[1] ?? 0;
  let c = state[2] ?? 0;
  let d = state[3] ?? 0;
  let e = state[4] ?? 0;
  let f = state[5] ?? 0;
  let g = state[6] ?? 0;
  let h = state[7] ?? 0;
  for (let at = 0; at < 64; at++) {
    const mixed = turned(e, 6) ^ turned(e, 11) ^ turned(e, 25);
    const first = (h + mixed + ((e & f) ^ (~e & g)) + (ROUNDS[at] ?? 0) + (words[at] ?? 0)) | 0;
    const second = ((turned(a, 2) ^ turned(a, 13) ^ turned(a, 22)) + ((a & b) ^ (a & c) ^ (b & c))) | 0;
    h = g;
    g = f;
    f = e;
    e = (d + first) | 0;
    d = c;
    c = b;
    b = a;
    a = (first + second) | 0;
  }
  state[0] = (state[0] ?? 0) + a;
  state[1] = (state[1] ?? 0) + b;
  state[2] = (state[2] ?? 0) + c;
  state[3] = (state[3] ?? 0) + d;
  state[4] = (state[4] ?? 0) + e;
  state[5] = (state[5] ?? 0) + f;
  state[6] = (state[6] ?? 0) + g;
  state[7] = (state[7] ?? 0) + h;
};

/** Whether it is ASCII and fits a block; if so, it is in the words, with its end marked. */
const laidOut = (text: string, words: Int32Array): boolean => {
  if (text.length > MOST) return false;
  words.fill(0, 0, WORDS);
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code > 127) return false;
    words[at >> 2] = (words[at >> 2] ?? 0) | (code << (24 - 8 * (at & 3)));
  }
  words[text.length >> 2] = (words[text.length >> 2] ?? 0) | (0x80 << (24 - 8 * (text.length & 3)));
  words[WORDS - 1] = 8 * (BLOCK + text.length);
  return true;
};

/** A function of texts under one key. Unsigned words. */
export const createHmac64 = (key: string): ((text: string) => RecipientHash) => {
  const words = new Int32Array(64);
  const afterKey = (mask: number): Int32Array => {
    const bytes = Buffer.from(key);
    const block = Buffer.alloc(BLOCK);
    (bytes.length > BLOCK ? createHash('sha256').update(bytes).digest() : bytes).copy(block);
    for (let at = 0; at < WORDS; at++) words[at] = block.readInt32BE(4 * at) ^ mask;
    const state = START.slice();
    compress(state, words);
    return state;
  };
  const inner = afterKey(0x36363636);
  const outer = afterKey(0x5c5c5c5c);
  const state = new Int32Array(8);

  return (text) => {
    if (!laidOut(text, words)) {
      const digest = createHmac('sha256', key).update(text).digest();
      return { high: digest.readUInt32BE(0), low: digest.readUInt32BE(4) };
    }
    state.set(inner);
    compress(state, words);
    words.fill(0, 0, WORDS);
    words.set(state);
    words[8] = 0x80 << 24;
    words[WORDS - 1] = 8 * BLOCK + DIGEST_BITS;
    state.set(outer);
    compress(state, words);
    return { high: (state[0] ?? 0) >>> 0, low: (state[1] ?? 0) >>> 0 };
  };
};
