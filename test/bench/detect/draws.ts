/** Counts to draw: Poisson, or negative binomial with a variance of `dispersion` times the mean; in constant time. */
import type { Random } from '../../../src/simulate/random.ts';

const REST = 1e-13;

/** Probabilities of 0, 1, 2, ... until hardly anything is left. */
const probabilities = (mean: number, dispersion: number): number[] => {
  const a = dispersion - 1;
  const size = mean / a;
  const logFirst = a < 1e-9 ? -mean : -size * Math.log(dispersion);
  const list: number[] = [];
  let log = logFirst;
  for (let n = 0, sum = 0; sum < 1 - REST && n < 1e6; n++) {
    const p = Math.exp(log);
    list.push(p);
    sum += p;
    log += a < 1e-9 ? Math.log(mean / (n + 1)) : Math.log(((size + n) / (n + 1)) * (a / dispersion));
    if (n > mean && p < REST * REST) break;
  }
  return list;
};

/** Walker's alias method, in Vose's form. */
export const createDraw = (mean: number, dispersion: number, random: Random): (() => number) => {
  const list = probabilities(mean, dispersion);
  const size = list.length;
  const sum = list.reduce((a, b) => a + b, 0);
  const scaled = list.map((p) => (p * size) / sum);
  const cut = new Float64Array(size).fill(1);
  const alias = Int32Array.from({ length: size }, (_, n) => n);
  const small = scaled.flatMap((p, n) => (p < 1 ? [n] : []));
  const large = scaled.flatMap((p, n) => (p < 1 ? [] : [n]));
  for (let s = small.pop(), l = large.pop(); s !== undefined && l !== undefined; s = small.pop()) {
    cut[s] = scaled[s] ?? 1;
    alias[s] = l;
    const left = (scaled[l] ?? 1) + (scaled[s] ?? 1) - 1;
    scaled[l] = left;
    if (left < 1) {
      small.push(l);
      l = large.pop();
    }
  }
  return () => {
    const at = random.unit() * size;
    const n = Math.floor(at);
    return at - n < (cut[n] ?? 1) ? n : (alias[n] ?? n);
  };
};
