/**
 * Announced campaigns: which of them are known.
 * In: announcements in the order they came. Out: the latest of each id, without those long over, never too many.
 */
import type { AnnouncedEvent, Ms } from '../events/event.ts';
import { ANNOUNCED_KEPT, ANNOUNCED_LIMIT, type Announcement } from './store/store.ts';

/** The announcement that an event makes. */
export const announcementOf = (event: AnnouncedEvent): Announcement => {
  const { id, campaign, provider, at, start, end, audience } = event;
  return { id, campaign, provider, at, start, end, audience };
};

/** Takes in an announcement unless a later one of its id is known; of two of one instant, the last to come holds. */
export const keepLatest = (known: Map<string, Announcement>, one: Announcement): void => {
  const before = known.get(one.id);
  if (before === undefined || before.at <= one.at) known.set(one.id, one);
};

/** Drops the campaigns that are long over at `watermark` and, beyond the limit, those that end first. */
export const prune = (known: Map<string, Announcement>, watermark: Ms): void => {
  for (const { id, end } of known.values()) if (end < watermark - ANNOUNCED_KEPT) known.delete(id);
  if (known.size <= ANNOUNCED_LIMIT) return;
  const byEnd = [...known.values()].sort((a, b) => a.end - b.end);
  for (const { id } of byEnd.slice(0, known.size - ANNOUNCED_LIMIT)) known.delete(id);
};
