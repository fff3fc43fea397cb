/**
 * The chain's customers and their phones, by index: nothing is stored, a number is computed when it is needed.
 * Some share a phone with someone at home; a few live overseas.
 */
import type { Address } from '../events/event.ts';
import type { Random } from './random.ts';

/** The most people there can be: with more, numbers would come twice. */
export const MOST_PEOPLE = 900_000;
const MOBILE = ['+3361', '+3362', '+3366', '+3367', '+3368', '+3374', '+3376', '+3378'] as const;

export type Home = 'metropole' | 'reunion' | 'guadeloupe';

export interface People {
  readonly size: number;
  phone(index: number): Address;
  home(index: number): Home;
  /** Whether a person's phone is also that of the one before. */
  shares(index: number): boolean;
  /** Goes over everybody in a scattered order, each once, and then from the beginning. */
  walk(random: Random): () => number;
}

const homeOf = (index: number): Home => {
  const place = index % 100;
  return place === 7 ? 'reunion' : place === 57 ? 'guadeloupe' : 'metropole';
};

/** A person's number. The factor has no divisor in common with 9 million or 900 thousand, so that no two are equal. */
const numberOf = (index: number): Address => {
  const scattered = index * 7_654_321;
  const home = homeOf(index);
  if (home === 'metropole') return `${MOBILE[index % 8]}${1_000_000 + (scattered % 9_000_000)}` as Address;
  return `${home === 'reunion' ? '+262692' : '+590690'}${100_000 + (scattered % 900_000)}` as Address;
};

const commonDivisor = (a: number, b: number): number => (b === 0 ? a : commonDivisor(b, a % b));

/** The customers, `size` of them. Throws RangeError when there are more than numbers. */
export const createPeople = (size: number): People => {
  if (!Number.isInteger(size) || size < 1 || size > MOST_PEOPLE)
    throw new RangeError(`people must be a whole number from 1 to ${MOST_PEOPLE}`);
  const shares = (index: number) => index % 211 === 210;

  const walk = (random: Random) => {
    let stride = 1 + random.below(size);
    while (commonDivisor(stride, size) !== 1) stride++;
    let index = random.below(size);
    return () => {
      index = (index + stride) % size;
      return index;
    };
  };
  return {
    size,
    phone: (index) => numberOf(shares(index) ? index - 1 : index),
    home: (index) => homeOf(shares(index) ? index - 1 : index),
    shares,
    walk,
  };
};
