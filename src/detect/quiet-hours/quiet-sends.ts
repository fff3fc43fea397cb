/** Finds more messages in forbidden hours, or late into them, than are tolerated in a minute. */
import { type Ms, type Second, second, startOf } from '../../events/event.ts';

export const QUIET_SECONDS = 60;

export interface QuietSends {
  /** When the first of them came, within the last minute. */
  readonly since: Ms;
  readonly count: number;
}

/** `countAt`: messages of one second whose recipient was in forbidden hours. */
export const findQuietSends = (
  countAt: (at: Second) => number,
  at: Second,
  tolerated: number,
): QuietSends | undefined => {
  let count = 0;
  let first = at;
  for (let back = 0; back < QUIET_SECONDS; back++) {
    const here = countAt(second(at - back));
    if (here > 0) first = second(at - back);
    count += here;
  }
  return count > tolerated ? { since: startOf(first), count } : undefined;
};
