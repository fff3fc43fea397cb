/**
 * The events about a stretch of time: a campaign that is planned, and what a provider bills.
 * In: a JSON object in tocsin's words. Out: the event, or why not. Few come, so that a schema checks them.
 */
import { z } from 'zod';
import { checked, instant, isGiven, isRefusal, maybeName, name, type ShapeRefusal, whole } from './checks.ts';
import type { AnnouncedEvent, Ms, UsageEvent } from './event.ts';
import type { Json } from './json.ts';
import type { WallClock } from './wall-clock.ts';

const announced = z.object({
  id: name,
  provider: maybeName,
  campaign: name,
  audience: whole(0),
});
/** A billed number must fit a second of the windows, which holds 32 bits. */
const billed = z.preprocess((value) => (isGiven(value) ? value : undefined), whole(0, 2 ** 32 - 1).nullish());
const usage = z.object({ id: name, provider: name, count: billed, segments: billed });

/** The stretch of time between an event's `start` and `end`, which must come after it. */
const spanOf = (
  raw: Json,
  local: WallClock | undefined,
): { readonly start: Ms; readonly end: Ms } | ShapeRefusal => {
  const start = instant(raw, 'start', local);
  if (typeof start === 'object') return start;
  const end = instant(raw, 'end', local);
  if (typeof end === 'object') return end;
  if (end <= start) return { reason: 'bad_field', field: 'end', why: 'must be after start' };
  return { start, end };
};

/** A planned campaign. */
export const toAnnounced = (raw: Json, local: WallClock | undefined): AnnouncedEvent | ShapeRefusal => {
  const fields = checked(announced, raw);
  if (isRefusal(fields)) return fields;
  const at = instant(raw, 'at', local);
  if (typeof at === 'object') return at;
  const span = spanOf(raw, local);
  if (isRefusal(span)) return span;
  const { start, end } = span;
  const { id, provider, campaign, audience } = fields;
  return { type: 'announced', id, at, provider, campaign, start, end, audience };
};

/** What a provider bills for a time that is over. */
export const toUsage = (raw: Json, local: WallClock | undefined): UsageEvent | ShapeRefusal => {
  const fields = checked(usage, raw);
  if (isRefusal(fields)) return fields;
  const at = instant(raw, 'at', local);
  if (typeof at === 'object') return at;
  const span = spanOf(raw, local);
  if (isRefusal(span)) return span;
  const { start, end } = span;
  if (end > at) return { reason: 'bad_field', field: 'end', why: 'must not be after at' };
  const { id, provider, count, segments } = fields;
  if (typeof count !== 'number' && typeof segments !== 'number')
    return { reason: 'missing_field', field: 'count', why: 'is missing, and segments too' };
  return {
    type: 'usage',
    id,
    at,
    provider,
    start,
    end,
    count: count ?? undefined,
    segments: segments ?? undefined,
  };
};
