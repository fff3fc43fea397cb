/**
 * Blame: what explains a burst? In: the burst's window and the counts of every part of the provider's traffic. Out:
 * the campaign, the sender and the country that have most of the excess; and whether everything rose at once.
 *
 * Only the last ten minutes of a burst are gone into: what goes on is to be stopped. A part's share of what was
 * expected is taken from the hour before the burst, its excess is what it brought beyond that share. Assumed: the mix
 * was ordinary in that hour.
 */
import type { Second } from '../../events/event.ts';
import type { Counts } from '../series/view-port.ts';

const BEFORE = 3_600;
/** In seconds: only so much of a burst, its end, is gone into. */
export const BLAMED = 600;
/** A part is named when it has at least this much of the excess. */
const MOST = 0.6;
/**
 * A sender or country must have so much more of the excess than of ordinary traffic: where all goes to one country
 * anyway, that explains nothing.
 */
export const MORE = 0.2;
/** Other providers rose together with one when each has at least this share of its rise. */
const TOGETHER = 0.5;
/** Fewer messages than this of another provider say nothing about a rise. */
const ENOUGH = 30;

export interface BurstStretch {
  /** When the burst began; at or before `from`. */
  readonly since: Second;
  readonly from: Second;
  readonly to: Second;
}

export interface Part {
  readonly name: string;
  readonly counts: Counts;
}

/**
 * The part that explains the excess of `whole` over `expected`, and how much of it, from 0 to 1. `more`: by how much
 * its share of the excess must be beyond its share of what was there before; a campaign is itself, however large.
 */
export const explains = (
  parts: readonly Part[],
  of: { whole: Counts; expected: number; stretch: BurstStretch; more: number },
): { readonly name: string; readonly share: number } | undefined => {
  const { whole, expected, more } = of;
  const { since, from, to } = of.stretch;
  const excess = whole.sum(from, to) - expected;
  const before = whole.sum(since - BEFORE, since - 1);
  if (excess <= 0) return undefined;
  let best: { name: string; share: number } | undefined;
  for (const { name, counts } of parts) {
    const usual = before > 0 ? counts.sum(since - BEFORE, since - 1) / before : 0;
    const share = (counts.sum(from, to) - usual * expected) / excess;
    if (share >= MOST && share - usual >= more && share > (best?.share ?? 0)) {
      best = { name, share: Math.min(1, share) };
    }
  }
  return best;
};

/** Whether every other provider with traffic rose as well: a sale day, or a sensor gone wrong, not one's burst. */
export const roseTogether = (
  ratio: number,
  others: ReadonlyArray<{ readonly count: number; readonly expected: number }>,
): boolean => {
  const known = others.filter(({ count, expected }) => Math.max(count, expected) >= ENOUGH);
  return (
    known.length > 0 && known.every(({ count, expected }) => count / expected - 1 >= TOGETHER * (ratio - 1))
  );
};
