/**
 * Scores for any series of numbers, row by row: from 0, as always, towards 1, never seen. For series that are no
 * counts of messages: sums, rates, temperatures. Rises and falls both count; a row's score uses no later row.
 *
 *   1. expect   a level that follows, and the day's and the week's rhythm once known. Rhythms compete, and so do
 *               speeds of following: the forecast is asked whose errors were smallest lately (rhythm.ts).
 *   2. compare  three residuals, each in its own robust deviations. `next`: against the forecast of this row, which
 *               follows everything. `usual`: against level and rhythm alone, which stay behind when things change.
 *               `noise`: ln |next|, for a series that trembles more than before, or stands still.
 *   3. scan     sums of each over 1, 3, 9 ... rows, up to a day, against the deviation learned for that length, so
 *               that neither correlation nor the kind of number need be known (dispersion.ts does so for counts).
 *               A sum of s deviations is worth (nu + 1)/2 ln(1 + s^2/nu) nats: Student's, a power law far out.
 *   4. judge    how far have such sums gone before? Peaks over a high quantile are taken as exponential in those
 *               nats, hence as a power law in s: the noise floor is learned, tails included (Siffer et al., Anomaly
 *               Detection in Streams with Extreme Value Theory, KDD 2017; Hill, Annals of Statistics 3, 1975).
 *   5. score    1 - 2^(-nats/threshold): 0.5 at the threshold. N rows a year in SCANS scans pass it falseAlarmsPerYear
 *               times: threshold = ln(SCANS N / falseAlarmsPerYear), as in statistics/threshold.ts but for the peaks,
 *               which are counted.
 *
 * What was told is no news: until it has faded, only what goes clearly beyond it, or is the first of late to pass the
 * threshold, scores in full. What stays is learned. Assumed: the first two days have seen the series' own kind of
 * noise; they score low themselves. Where a series wanders like a random walk, `usual` means little and weighs little.
 */
import { DAY } from '../../events/time.ts';
import { createExpecting, hourOfDay } from './rhythm.ts';
import { createDeviation, createScan, weightOf, within } from './scan.ts';

export interface SeriesRow {
  /** When the row was measured, in epoch ms. */
  readonly at: number;
  /** Any finite number. */
  readonly value: number;
}

export interface SeriesScore {
  readonly expected: number;
  /** A single value beyond these would be an alarm. */
  readonly low: number;
  readonly high: number;
  /** In [0, 1]; an alarm from 0.5 on. */
  readonly score: number;
  readonly alarm: boolean;
}

export type SeriesScorer = (row: SeriesRow) => SeriesScore;

/** Scans that are about independent of each other. */
const SCANS = 4;
const LENGTHS = [1, 3, 9, 27, 81, 243];
/** So many steps tell how far apart rows are; after so many rows that is settled in any case. */
const STEPS = 15;
const MOST_UNSETTLED = 100;
/** Values beyond this are taken as this: sums of them must stay numbers. */
const MOST_VALUE = 1e150;
/** A residual is never measured finer than this share of how widely values lie apart, and of how large they are. */
const FINEST = { spread: 0.02, size: 1e-6, any: 1e-12 } as const;
/** What goes this much beyond what was told is news. */
const NEWS = 1.5;
/** When `usual` is more than so many times as far off as `next`, it is taken less seriously. */
const WANDERING = 4;
/** In the first two days nothing is worth more than this part of the threshold; it grows evenly up to it. */
const YOUNG = 0.4;
/** More thresholds than this make no difference to a score. */
const MOST_THRESHOLDS = 20;
/**
 * An hour of the day's own deviation is worth as much as everybody's once it stands on so many rows; at most so many.
 */
const HOUR_ROWS = { half: 60, most: 200 } as const;

/** A scorer for one series; call it row by row, in order. */
export const createSeriesScorer = (options: { readonly falseAlarmsPerYear: number }): SeriesScorer => {
  const steps: number[] = [];
  let last: number | undefined;
  let rows = 0;
  let mean = 0;
  let scorer: SeriesScorer | undefined;
  return ({ at, value: given }) => {
    const value = within(given, MOST_VALUE);
    if (scorer) return scorer({ at, value });
    rows += 1;
    if (last !== undefined && at > last) steps.push(at - last);
    last = at;
    const expected = rows === 1 ? value : mean;
    mean += (value - mean) / rows;
    if (steps.length >= STEPS || rows >= MOST_UNSETTLED) {
      const ordered = steps.toSorted((a, b) => a - b);
      scorer = createSteadyScorer(ordered[ordered.length >> 1] ?? 60_000, options.falseAlarmsPerYear);
    }
    return { expected, low: expected, high: expected, score: 0, alarm: false };
  };
};

/** A scorer for rows that are `step` ms apart. */
const createSteadyScorer = (step: number, falseAlarmsPerYear: number): SeriesScorer => {
  const perDay = DAY / step;
  const threshold = Math.log(Math.max(Math.E, (SCANS * 365.25 * perDay) / falseAlarmsPerYear));
  const young = Math.max(60, Math.min(600, 2 * perDay));
  const expecting = createExpecting(perDay);
  const compare = createComparing(perDay);
  const news = createNews(threshold, Math.max(12, Math.min(300, perDay / 2)));
  let rows = 0;
  let last: number | undefined;
  return ({ at, value }) => {
    rows += 1;
    const gap = last === undefined ? 1 : Math.max(1, (at - last) / step);
    last = at;
    const { usual, next } = expecting.expect(at, value, gap);
    const seen = compare.see({ at, value, usual, next });
    const wide = compare.reaching(threshold) * seen.deviation;
    expecting.learn({ at, value, usual }, seen.deviation, seen.usualDeviation);
    const nats = Math.min(seen.nats, threshold * (rows < young ? (YOUNG * rows) / young : MOST_THRESHOLDS));
    const score = 1 - 2 ** (-news(nats, gap) / threshold);
    return { expected: next, low: next - wide, high: next + wide, score, alarm: score >= 0.5 };
  };
};

/** Takes from what is seen what has been told, by any score and by alarms; half of that has faded after `half` rows. */
const createNews = (threshold: number, half: number) => {
  const fade = 1 - weightOf(half);
  let told = 0;
  let called = 0;
  return (nats: number, gap: number): number => {
    told *= fade ** Math.min(gap, 1_000);
    called *= fade ** Math.min(gap, 1_000);
    const fresh = nats > NEWS * told || (nats >= threshold && called < threshold / NEWS);
    if (!fresh) return Math.max(0, nats - told);
    told = nats;
    if (nats >= threshold) called = nats;
    return nats;
  };
};

/** Measures each residual in its own deviations, and scans those. */
const createComparing = (perDay: number) => {
  const half = Math.max(100, Math.min(2_000, 3 * perDay));
  const lengths = LENGTHS.filter((length) => length <= Math.max(9, perDay));
  const scans = {
    next: createScan([1, 3], half),
    usual: createScan(lengths, half),
    noise: createScan(
      lengths.filter((length) => length >= 9),
      half,
    ),
  };
  const next = createDeviation(half);
  const usual = createDeviation(half);
  const noise = createDeviation(half, 0.3);
  const spread = createDeviation(4 * half);
  const byHour = Array.from({ length: 24 }, () => createDeviation(half));
  const follow = weightOf(half);
  let rows = 0;
  let center = 0;
  let noiseLevel = 0;
  let size = 0;

  /** Nights are quieter than days: an hour has a deviation of its own, the more the longer it is known. */
  const ownDeviation = (at: number): number => {
    const hour = byHour[hourOfDay(at)];
    if (!hour || perDay <= 4) return next.get();
    const known = Math.min(hour.rows(), HOUR_ROWS.most);
    return (known * hour.get() + HOUR_ROWS.half * next.get()) / (known + HOUR_ROWS.half);
  };

  return {
    reaching: scans.next.reaching,
    see: (row: { at: number; value: number; usual: number; next: number }) => {
      rows += 1;
      const finest = FINEST.spread * spread.get() + FINEST.size * size + FINEST.any;
      const deviation = Math.max(finest, ownDeviation(row.at));
      const hourly = deviation / Math.max(finest, next.get());
      const usualDeviation = Math.max(finest, usual.get() * hourly);
      const off = (row.value - row.next) / deviation;
      const tremor = Math.log(Math.min(1e6, Math.abs(off)) + 0.05);
      const wandering = usual.get() / Math.max(finest, next.get());
      const nats =
        rows <= 20
          ? 0
          : Math.max(
              scans.next.see(off),
              scans.usual.see((row.value - row.usual) / usualDeviation) *
                Math.min(1, WANDERING / Math.max(FINEST.any, wandering)),
              rows > 100 ? scans.noise.see((tremor - noiseLevel) / noise.get()) : 0,
            );
      next.learn(row.value - row.next);
      usual.learn(row.value - row.usual);
      if (rows > 20) byHour[hourOfDay(row.at)]?.learn(row.value - row.next);
      spread.learn(row.value - center);
      center += Math.max(1 / rows, follow) * (row.value - center);
      size += Math.max(1 / rows, follow) * (Math.abs(row.value) - size);
      noise.learn(tremor - noiseLevel);
      noiseLevel += Math.max(1 / rows, follow) * within(tremor - noiseLevel, 5);
      return { nats, deviation, usualDeviation };
    },
  };
};
