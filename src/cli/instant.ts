/** An instant as people write it on the command line. */
import { InvalidArgumentError } from 'commander';
import { toMs } from '../events/dates.ts';
import type { Ms } from '../events/event.ts';

/** Reads RFC 3339 with its offset, for an option that takes an instant. Throws commander's InvalidArgumentError. */
export const instant = (text: string): Ms => {
  const at = toMs(text);
  if (at === undefined)
    throw new InvalidArgumentError('must be RFC 3339 with an offset, such as 2026-10-28T20:00:00+01:00.');
  return at;
};
