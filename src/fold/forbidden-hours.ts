/**
 * Messages in forbidden hours, and why: sent there of a provider's own accord, or only late out of its queue.
 * In: what was submitted and sent, in the order of its partition. Out: quiet or late, undefined for the rest.
 */
import type { Category, MessageEvent } from '../events/event.ts';
import type { IsQuiet } from '../quiet-hours/quiet-hours.ts';
import type { Hours } from '../windows/series.ts';
import type { Offset } from '../windows/store/store.ts';
import type { Past } from './dedup.ts';

/** Whether an event reaches its person in forbidden hours; `past` must have taken in the event. */
export type HoursOf = (
  past: Past,
  offset: Offset,
  event: MessageEvent,
  category: Category,
) => Hours | undefined;

/** Judges messages by the quiet hours of their recipients, and by whether they were submitted in time. */
export const createForbiddenHours =
  (isQuiet: IsQuiet): HoursOf =>
  (past, offset, event, category) => {
    const quiet = isQuiet(event.to, event.at, category);
    if (quiet === undefined) return undefined;
    if (event.type === 'submitted') {
      if (!quiet) past.allow();
      return quiet ? 'quiet' : undefined;
    }
    if (!quiet) return undefined;
    return past.wasAllowed(offset) ? 'late' : 'quiet';
  };
