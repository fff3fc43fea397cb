/**
 * One series in hand: running totals of the last RING seconds, so that any stretch is a difference of two.
 * Totals wrap at 2^32; differences do not care. A late count moves the totals after it, which are few.
 */
const RING = 4096;
/** The seconds that a ring answers for, the newest included. */
export const HELD = 3_900;

export interface Ring {
  /** The total up to and with each second, at second % RING. */
  readonly totals: Uint32Array;
  /** The newest second (epoch s) that has a total of its own. */
  newest: number;
}

/** A ring of a series whose first count is at second `at`. */
export const createRing = (at: number): Ring => ({ totals: new Uint32Array(RING), newest: at - 1 });

const totalAt = ({ totals, newest }: Ring, at: number): number =>
  totals[Math.max(newest - RING + 1, Math.min(at, newest)) % RING] ?? 0;

/** The count in one second (epoch s). */
export const countIn = (ring: Ring, at: number): number =>
  at > ring.newest ? 0 : (totalAt(ring, at) - totalAt(ring, at - 1)) >>> 0;

/** The sum of the counts from second `from` to second `to`, both included. */
export const sumIn = (ring: Ring, from: number, to: number): number =>
  to < from ? 0 : (totalAt(ring, to) - totalAt(ring, from - 1)) >>> 0;

/** Sets the count of a second (epoch s); one that is no longer held is left as it is. */
export const setIn = (ring: Ring, at: number, count: number): void => {
  const { totals } = ring;
  if (at <= ring.newest - HELD) return;
  if (at > ring.newest) {
    const total = totalAt(ring, ring.newest);
    for (let fill = Math.max(ring.newest + 1, at - RING + 1); fill <= at; fill++) totals[fill % RING] = total;
    ring.newest = at;
  }
  const more = count - countIn(ring, at);
  if (more === 0) return;
  for (let later = at; later <= ring.newest; later++)
    totals[later % RING] = (totals[later % RING] ?? 0) + more;
};
