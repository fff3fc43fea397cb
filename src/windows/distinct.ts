/**
 * How many distinct people: HyperLogLog (Flajolet, Fusy, Gandouet, Meunier 2007) with 2^12 one-byte registers.
 * Standard error 1.04 / sqrt(4096) = 1.6 %; small sets by linear counting, nearly exact. Merging is by maximum,
 * so it does not matter how often, in what order or in which partition a recipient was seen.
 */

export const REGISTERS = 4096;
const INDEX_BITS = 12;
/** Bias correction for 2^12 registers, from the paper. */
const ALPHA = 0.7213 / (1 + 1.079 / REGISTERS);

/** Two independent 32-bit words of a recipient's keyed hash. */
export interface RecipientHash {
  readonly high: number;
  readonly low: number;
}

/** Notes one recipient. */
export const touch = (registers: Map<number, number>, { high, low }: RecipientHash): void => {
  const index = high >>> (32 - INDEX_BITS);
  // The rank is the position of the first one bit in what is left of the hash.
  const rest = low >>> 0 || 1;
  const rank = Math.clz32(rest) + 1;
  if (rank > (registers.get(index) ?? 0)) registers.set(index, rank);
};

/** Takes `from` into `into`. */
export const merge = (into: Uint8Array, from: Uint8Array): void => {
  for (let index = 0; index < REGISTERS; index++) {
    const rank = from[index] ?? 0;
    if (rank > (into[index] ?? 0)) into[index] = rank;
  }
};

/** How many distinct recipients the registers stand for. */
export const estimate = (registers: Uint8Array): number => {
  let sum = 0;
  let empty = 0;
  for (let index = 0; index < REGISTERS; index++) {
    const rank = registers[index] ?? 0;
    sum += 2 ** -rank;
    if (rank === 0) empty += 1;
  }
  const raw = (ALPHA * REGISTERS * REGISTERS) / sum;
  const small = raw <= 2.5 * REGISTERS && empty > 0;
  return small ? REGISTERS * Math.log(REGISTERS / empty) : raw;
};
