/**
 * All window lengths at once: which stretch that ends now holds the most surprising number of messages?
 *
 * Among all starts only some can ever win. Plot messages so far against messages expected so far; the surprise of a
 * window depends on its two ends alone, grows with the messages and shrinks with the expectation, and is convex in
 * both, so the best start lies on the greatest convex minorant of that curve (Ward, Dilillo, Eckley, Fearnhead:
 * Poisson-FOCuS, 2022; Pishchagina et al., 2023, for the geometry). A start that falls off it does not come back while
 * those that beat it are held, so a series keeps about ln(14400) starts, and a step costs a handful of operations.
 *
 * Assumed: one dispersion for all lengths. Here it grows with the length, so after earlier bursts a start that fell
 * off could have beaten those that stayed: by an eighth at worst in 6,000 random streams, of windows up to twice the
 * threshold. A test holds the loss below a fifth against trying every window.
 */
import { surpriseAtMost } from './likelihood.ts';

/** Messages counted, or expected, in [from, to], in whole seconds; 0 when to < from. */
export type SumOver = (from: number, to: number) => number;

/** The longest window, in seconds: a slow leak of a quiet provider takes hours to know. */
export const LONGEST = 4 * 3_600;

/** First seconds of the windows that may still win, oldest first. */
export type Starts = number[];

/**
 * Makes the second `at` a start; call it in order of time, with each second that has messages. What lies before it
 * must not change any more, or only rarely: later changes are seen in the sums, not in which starts are kept.
 */
export const addStart = (starts: Starts, at: number, counted: SumOver, expected: SumOver): void => {
  while (starts.length > 1) {
    const last = starts[starts.length - 1] ?? at;
    const before = starts[starts.length - 2] ?? at;
    // Where the rate since the last start is no higher than the rate before it, nothing began there.
    const higher =
      counted(last, at - 1) * expected(before, last - 1) > counted(before, last - 1) * expected(last, at - 1);
    if (higher) break;
    starts.pop();
  }
  starts.push(at);
};

/** Seconds between two starts that are tried when the one before them is too old. */
const STEP = 60;

/**
 * Drops the starts too old for windows that end at `at`. Those that fell off the curve because of them may win now:
 * every minute from there to the next start is tried again.
 */
export const expire = (starts: Starts, at: number, counted: SumOver, expected: SumOver): void => {
  const oldest = at - LONGEST + 1;
  if ((starts[0] ?? at) >= oldest) return;
  const kept = starts.filter((start) => start >= oldest);
  starts.length = 0;
  for (let again = Math.ceil(oldest / STEP) * STEP; again < (kept[0] ?? at); again += STEP) {
    addStart(starts, again, counted, expected);
  }
  for (const start of kept) addStart(starts, start, counted, expected);
};

export interface ScanWindow {
  /** The window's first second, and the one after its last; either may be some quarters into its second. */
  readonly from: number;
  readonly to: number;
  readonly count: number;
  readonly expected: number;
  /** How surprising the count is, in nats (likelihood.ts). */
  readonly surprise: number;
}

/** Which windows are worth telling of. */
export interface ScanWanted {
  /** Nats by which it surprises at least. */
  readonly least: number;
  /** Whether a window may win at all; it is asked only of those that are clearer than any before. */
  readonly accepts: (window: ScanWindow) => boolean;
}

export interface Scanned extends ScanWanted {
  readonly at: number;
  readonly expected: SumOver;
  readonly surprise: (count: number, expected: number, seconds: number) => number;
}

/** The clearer of `best` and a window that holds more than expected, if it is wanted. */
export const clearer = (
  best: ScanWindow | undefined,
  { from, to, count, expected }: Omit<ScanWindow, 'surprise'>,
  { surprise, least, accepts }: Pick<Scanned, 'surprise' | keyof ScanWanted>,
): ScanWindow | undefined => {
  const nats = surprise(count, expected, to - from);
  if (nats < least || nats <= (best?.surprise ?? 0)) return best;
  const window = { from, to, count, expected, surprise: nats };
  return accepts(window) ? window : best;
};

/** The most surprising of the windows from any of `starts` to `at`; undefined when none is wanted. */
export const mostSurprising = (
  parts: Scanned & { readonly starts: readonly number[]; readonly counted: SumOver },
): ScanWindow | undefined => {
  const { starts, at, counted, expected, least } = parts;
  let best: ScanWindow | undefined;
  for (const from of starts) {
    if (from > at || at - from >= LONGEST) continue;
    const count = counted(from, at);
    const mean = expected(from, at);
    if (count <= mean || surpriseAtMost(count, mean) < least) continue;
    best = clearer(best, { from, to: at + 1, count, expected: mean }, parts);
  }
  return best;
};
