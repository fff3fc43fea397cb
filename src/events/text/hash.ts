/** Hashes of text for memories and sketches: fast, the same everywhere, and no secret. In: text. Out: 32 bits. */

/** FNV-1a's prime and its beginning (Fowler, Noll, Vo). */
export const FNV_PRIME = 0x01000193;
export const FNV_BASIS = 0x811c9dc5 | 0;

/** The FNV-1a hash of a text's characters, going on from `from`; its low bits are poor, so spread it before use. */
export const hashOn = (text: string, from: number = FNV_BASIS): number => {
  let hash = from | 0;
  for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), FNV_PRIME);
  return hash;
};

/** MurmurHash3's finish, after which every bit of a hash depends on every other. */
export const spread = (hash: number): number => {
  let mixed = hash ^ (hash >>> 16);
  mixed = Math.imul(mixed, 0x85ebca6b);
  mixed ^= mixed >>> 13;
  mixed = Math.imul(mixed, 0xc2b2ae35);
  return mixed ^ (mixed >>> 16);
};
