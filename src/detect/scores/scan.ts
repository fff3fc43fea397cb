/**
 * How far has a residual gone before? Sums of it over several lengths, each against its own learned deviation and
 * its own learned peaks. In: one standardised residual a row. Out: nats, as in likelihood.ts; see scores.ts.
 */

/** Degrees of freedom of Student's distribution: tails of a kind that real measurements have. */
const NU = 5;
/** How many nats a sum of so many deviations is worth, and back. */
const natsOf = (deviations: number): number => ((NU + 1) / 2) * Math.log1p(deviations ** 2 / NU);
const deviationsOf = (nats: number): number => Math.sqrt(NU * Math.expm1((2 * nats) / (NU + 1)));

export const within = (value: number, most: number): number => Math.max(-most, Math.min(most, value));
/** The weight of the newest row in a mean of which half is forgotten after `rows`. */
export const weightOf = (rows: number): number => 1 - 2 ** (-1 / rows);

/** No more than five deviations of a row are learned, so that one odd day does not hide the next. */
const MOST_LEARNED = 5 / 1.25;
/** A mean absolute error times this is a normal distribution's standard deviation, about. */
const TO_SIGMA = 1.25;

export interface Deviation {
  readonly rows: () => number;
  readonly get: () => number;
  readonly learn: (error: number) => void;
}

/** A robust standard deviation, never below `floor`; half of it is forgotten after `half` rows. */
export const createDeviation = (half: number, floor = 0): Deviation => {
  const least = weightOf(half);
  let rows = 0;
  let mean = 0;
  const get = () => Math.max(floor, TO_SIGMA * mean);
  return {
    rows: () => rows,
    get,
    learn: (error) => {
      rows += 1;
      const size = rows > 20 ? Math.min(Math.abs(error), MOST_LEARNED * get() + floor) : Math.abs(error);
      mean += Math.max(1 / rows, least) * (size - mean);
    },
  };
};

/** The share of rows above the quantile over which peaks are looked at. */
const ABOVE = 0.03;
/** Before any peak came: a mean height of one nat, worth six peaks; and the quantile's share, worth twenty rows. */
const PRIOR = { peaks: 6, height: 1, rows: 20 } as const;
const PEAK_DECAY = 0.98;
const ROW_DECAY = 0.9998;
/** No peak teaches more than so many mean heights. */
const MOST_HEIGHTS = 8;

/**
 * Peaks over a quantile that follows. A peak is the highest of a cluster, which ends after `apart` rows below, so
 * that a long anomaly, or long sums that overlap, count once.
 */
const createPeaks = (apart: number) => {
  let seen = 0;
  let rows = 0;
  let quantile = 1;
  let peaks = 0;
  let heights = 0;
  let top = 0;
  let below = 0;
  const mean = () => (heights + PRIOR.height * PRIOR.peaks) / (peaks + PRIOR.peaks);
  /** How many nats it is worth to reach the quantile. */
  const base = () => -Math.log(Math.min(0.5, (peaks + ABOVE * PRIOR.rows) / (rows + PRIOR.rows)));
  return {
    judge: (value: number): number =>
      value <= quantile ? (base() * value) / quantile : base() + (value - quantile) / mean(),
    /** The inverse of `judge`, above the quantile. */
    reaching: (nats: number): number => quantile + Math.max(0, nats - base()) * mean(),
    learn: (value: number): void => {
      seen += 1;
      rows = rows * ROW_DECAY + 1;
      if (value > quantile) {
        top = Math.max(top, value - quantile);
        below = 0;
      } else if (top > 0 && ++below >= apart) {
        const told = Math.min(top, MOST_HEIGHTS * mean());
        peaks = peaks * PEAK_DECAY + 1;
        heights = heights * PEAK_DECAY + told;
        top = 0;
      }
      // Robbins and Monro: up by 1 - ABOVE where it is passed, down by ABOVE where not, ends where both balance.
      const step = Math.max(3 / seen, 0.02);
      quantile = Math.max(0.05, quantile + step * (value > quantile ? 1 - ABOVE : -ABOVE));
    },
  };
};

/** In sums, a row counts for eight deviations at most: one spike is no plateau. */
const MOST_IN_SUM = 8;
const MOST_ALONE = 1e6;
/** Sums vary less than chance alone when rows make up for each other; not less than this, a row. */
const LEAST = 0.2;
/** Rows before a length is judged, and learned: so many of its own lengths after the first thirty. */
const FIRST = 30;
const JUDGED_AFTER = 5;
const LEARNED_AFTER = 2;

export interface Scan {
  /** Takes a row in; answers the nats of the most surprising sum that ends with it. */
  see(residual: number): number;
  /** Deviations of a single row that are worth `nats`. */
  reaching(nats: number): number;
}

/** `lengths` in rows, rising; `half` as in `createDeviation`. */
export const createScan = (lengths: readonly number[], half: number): Scan => {
  const held = Math.max(1, ...lengths);
  const rows = new Float64Array(held);
  let count = 0;
  const sums = lengths.map((length) => ({
    length,
    sum: 0,
    deviation: createDeviation(2 * half, LEAST * Math.sqrt(length)),
    peaks: createPeaks(Math.max(3, length)),
  }));
  return {
    see: (residual) => {
      const soft = within(residual, MOST_IN_SUM);
      let best = 0;
      for (const one of sums) {
        const { length, deviation, peaks } = one;
        one.sum += soft - (rows[(count - length + held) % held] ?? 0);
        if (count < length) continue;
        const sum = length === 1 ? within(residual, MOST_ALONE) : one.sum;
        const nats = natsOf(sum / deviation.get());
        if (count > FIRST + JUDGED_AFTER * length) best = Math.max(best, peaks.judge(nats));
        if (count > FIRST + LEARNED_AFTER * length) peaks.learn(nats);
        deviation.learn(sum);
      }
      rows[count % held] = soft;
      count += 1;
      return best;
    },
    reaching: (nats) => {
      const [first] = sums;
      return first ? deviationsOf(first.peaks.reaching(nats)) * first.deviation.get() : 0;
    },
  };
};
