/**
 * Windows that begin within a second, as bursts do. Where every whole second holds some of what was usual before, a
 * burst is called up to half a second late; that is as long as a fast one takes to be known.
 *
 * Windows of one to four seconds are tried at each quarter of a second as well. They are whole seconds long, so that
 * what a provider does within every second (a batch at its beginning, times told to the second) is the same in each of
 * them, and the expectation and the dispersion of whole seconds hold.
 *
 * Assumed: a second that begins at a quarter varies as one that begins in full. Where batches come now late in their
 * second and now early in the next, some windows hold two of them that no full second does, and alarms come oftener.
 */
import type { Counts } from '../series/view-port.ts';
import { surpriseAtMost } from './likelihood.ts';
import { clearer, type Scanned, type ScanWindow } from './scan.ts';

/** The longest windows that are tried by quarters, in seconds: of longer ones a quarter of a second is little. */
const LONGEST_TRIED = 4;
const QUARTERS = [0.25, 0.5, 0.75] as const;
/**
 * Nats asked of them beyond the threshold. There are three for each window of full seconds, and by chance a window is
 * this much clearer a quarter as often: together they are wrong less often than those.
 */
const MORE = Math.log(4);

/** Messages in [from, to), both in seconds and quarters of them; undefined where those are not known. */
export const sumBetween = (counts: Counts, from: number, to: number): number | undefined => {
  const before = beginning(counts, from);
  const after = beginning(counts, to);
  if (before === undefined || after === undefined) return undefined;
  return counts.sum(Math.floor(from), Math.floor(to) - 1) - before + after;
};

/** Messages of the second an instant lies in that came before it. */
const beginning = (counts: Counts, at: number): number | undefined => {
  const second = Math.floor(at);
  const quarters = (at - second) * 4;
  if (quarters === 1 || quarters === 2 || quarters === 3) return counts.firstQuarters?.(second, quarters);
  return 0;
};

/** The most surprising of the windows that end at a quarter within `at`; undefined when none is wanted. */
export const mostSurprisingByQuarters = (
  parts: Scanned & { readonly counts: Counts },
): ScanWindow | undefined => {
  const { counts, at, expected, surprise, accepts } = parts;
  const wanted = { surprise, accepts, least: parts.least + MORE };
  let best: ScanWindow | undefined;
  for (let seconds = 1; seconds <= LONGEST_TRIED; seconds++) {
    // Mostly even all messages of the seconds that the windows touch are not enough, and none need be tried.
    const most = counts.sum(at - seconds, at);
    const fewest = Math.min(expected(at - seconds, at - 1), expected(at - seconds + 1, at));
    if (most <= fewest || surpriseAtMost(most, fewest) < wanted.least) continue;
    for (const quarter of QUARTERS) {
      const to = at + quarter;
      const from = to - seconds;
      const count = sumBetween(counts, from, to);
      const mean = expected(from, to - 1);
      if (count !== undefined && count > mean) {
        best = clearer(best, { from, to, count, expected: mean }, wanted);
      }
    }
  }
  return best;
};
