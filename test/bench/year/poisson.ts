/** Numbers of messages by chance, around a mean that differs each time. */
import type { Random } from '../../../src/simulate/random.ts';

/** Beyond it e^-mean is too small a number to work with. */
const MOST_AT_ONCE = 500;

/** Knuth's method: as many draws as messages, which are all drawn for anyway. */
export const poisson = (mean: number, random: Random): number => {
  if (mean > MOST_AT_ONCE) return poisson(mean / 2, random) + poisson(mean / 2, random);
  const floor = Math.exp(-mean);
  let n = 0;
  for (let product = random.unit(); product > floor; product *= random.unit()) n++;
  return n;
};
