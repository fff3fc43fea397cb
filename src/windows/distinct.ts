/**
 * How many distinct people: HyperLogLog (Flajolet, Fusy, Gandouet, Meunier 2007) with 2^12 one-byte registers.
 * Standard error 1.04 / sqrt(4096) = 1.6 %; small sets by linear counting, nearly exact. Merging is by maximum,
 * so it does not matter how often, in what order or in which partition a recipient was seen.
 */

/** The registers of a whole sketch, one byte each. */
export const REGISTERS = 4096;
const INDEX_BITS = 12;

/** Two independent 32-bit words of a recipient's keyed hash. */
export interface RecipientHash {
  readonly high: number;
  readonly low: number;
}

/** Notes one recipient in a sparse sketch, from register index to rank. */
export const touch = (registers: Map<number, number>, { high, low }: RecipientHash): void => {
  const index = high >>> (32 - INDEX_BITS);
  // The rank is the position of the first one bit in what is left of the hash.
  const rest = low >>> 0 || 1;
  const rank = Math.clz32(rest) + 1;
  if (rank > (registers.get(index) ?? 0)) registers.set(index, rank);
};

/** Takes the recipients of `from` into `into`, a sketch of as many registers, by the maximum of each. */
export const merge = (into: Uint8Array, from: Uint8Array): void => {
  // A minute of a small provider is nearly empty: four registers without anybody are passed over as one.
  const isAligned = from.byteOffset % 4 === 0;
  const fours = isAligned ? new Uint32Array(from.buffer, from.byteOffset, from.length >> 2) : NO_FOURS;
  for (let four = 0; four < fours.length; four++) {
    if (fours[four] !== 0) mergeBetween(into, from, 4 * four, 4 * four + 4);
  }
  mergeBetween(into, from, 4 * fours.length, into.length);
};

const NO_FOURS = new Uint32Array(0);

const mergeBetween = (into: Uint8Array, from: Uint8Array, start: number, end: number): void => {
  for (let index = start; index < end; index++) {
    const rank = from[index] ?? 0;
    if (rank > (into[index] ?? 0)) into[index] = rank;
  }
};

/**
 * A sketch of the same people in at most `most` registers, a power of two: each is the largest of its neighbours, as if
 * so few had been kept from the first, since index and rank share no bit. The standard error is 1.04 / sqrt(most).
 */
export const coarser = (registers: Uint8Array, most: number): Uint8Array => {
  const neighbours = registers.length / most;
  if (neighbours <= 1) return registers;
  const fewer = new Uint8Array(most);
  for (let index = 0; index < registers.length; index++) {
    const at = Math.floor(index / neighbours);
    fewer[at] = Math.max(fewer[at] ?? 0, registers[index] ?? 0);
  }
  return fewer;
};

/** An empty register is the character 0 in text; ranks, which are at most 32, end at P. */
const ZERO = 48;
/** A sketch as text, one character a register. */
export const toText = (registers: Uint8Array): string =>
  String.fromCharCode(...Array.from(registers, (rank) => ZERO + rank));
/** Reads the sketch that `toText` wrote. */
export const fromText = (text: string): Uint8Array => {
  const registers = new Uint8Array(text.length);
  for (let index = 0; index < text.length; index++) registers[index] = text.charCodeAt(index) - ZERO;
  return registers;
};

/** Estimates how many distinct recipients several sketches hold together; all must have as many registers. */
export const estimate = (...sketches: readonly Uint8Array[]): number => {
  const [one = new Uint8Array(REGISTERS), ...others] = sketches;
  if (others.length === 0) return estimateOne(one);
  const merged = one.slice();
  for (const other of others) merge(merged, other);
  return estimateOne(merged);
};

/** What each rank adds to the harmonic sum: 2^-rank. */
const PARTS = Float64Array.from({ length: 33 }, (_, rank) => 2 ** -rank);

/** The paper's estimate, with linear counting while registers are empty and the estimate is small. */
const estimateOne = (registers: Uint8Array): number => {
  const size = registers.length;
  let sum = 0;
  let empty = 0;
  for (let index = 0; index < size; index++) {
    const rank = registers[index] ?? 0;
    sum += PARTS[rank] ?? 0;
    if (rank === 0) empty += 1;
  }
  const raw = (alpha(size) * size * size) / sum;
  const small = raw <= 2.5 * size && empty > 0;
  return small ? size * Math.log(size / empty) : raw;
};

/** The paper's bias correction for 128 registers and more. */
const alpha = (size: number): number => 0.7213 / (1 + 1.079 / size);
