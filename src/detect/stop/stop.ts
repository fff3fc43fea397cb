/**
 * STOP that is not heeded: marketing sent after an opt-out, and people who asked for STOP and were not taken off.
 * Both are facts, counted by the fold; beyond what is tolerated they are findings, no statistics needed.
 */
import { HOUR_SECONDS } from '../../events/time.ts';
import type { Counts } from '../series/view-port.ts';

/**
 * Messages after an opt-out are strong from this share of the marketing on: fewer may be people who came back to the
 * shop and signed up again, of which no event tells.
 */
const STRONG_SHARE = 0.001;
/** People who asked and were not taken off are strong evidence from this many on, when they are most who asked. */
const MANY = 20;
const MOST = 0.5;

export interface Unheeded {
  readonly count: number;
  /** How many there were in all: marketing messages, or people whose time to be taken off had ended. */
  readonly of: number;
  /** The second in which the first of them came. */
  readonly since: number;
  readonly strong: boolean;
}

/** Finds the marketing of the last hour to people who had opted out. */
export const findIgnored = (
  { withdrawn, marketing }: { readonly withdrawn: Counts; readonly marketing: Counts },
  at: number,
  tolerated: number,
): Unheeded | undefined => {
  const from = at - HOUR_SECONDS + 1;
  const count = withdrawn.sum(from, at);
  if (count <= tolerated) return undefined;
  const of = marketing.sum(from, at);
  return { count, of, since: firstOf(withdrawn, from, at), strong: count > STRONG_SHARE * of };
};

/** Finds people whose time to be taken off ended in the last hour; `recorded` are those who were taken off in time. */
export const findUnrecorded = (
  { unrecorded, recorded }: { readonly unrecorded: Counts; readonly recorded: Counts },
  at: number,
  tolerated: number,
): Unheeded | undefined => {
  const from = at - HOUR_SECONDS + 1;
  const count = unrecorded.sum(from, at);
  if (count <= tolerated) return undefined;
  const of = count + recorded.sum(from, at);
  return { count, of, since: firstOf(unrecorded, from, at), strong: count >= MANY && count > MOST * of };
};

/** The second of the first count in [from, to], by halving; there is one. */
const firstOf = (counts: Counts, from: number, to: number): number => {
  let low = from;
  let high = to;
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if (counts.sum(from, middle) > 0) high = middle;
    else low = middle + 1;
  }
  return low;
};
