/**
 * tocsin's own event as it comes from outside, checked once: with zod, save for messages, which are nearly all there
 * is, and are checked by hand in a fraction of the time.
 * In: a JSON object in tocsin's words, from a producer or a preset. Out: the event, or why not.
 */
import { z } from 'zod';
import {
  address,
  categoryOf,
  checked,
  instant,
  isMaybeCode,
  isMaybeName,
  isMaybeSegments,
  isMaybeText,
  isName,
  isNothing,
  isRefusal,
  isText,
  maybeName,
  name,
  type ShapeRefusal,
  wellFormed,
  wrong,
} from './checks.ts';
import type { AnnouncedEvent, MessageType, Ms, SmsEvent, UsageEvent } from './event.ts';
import type { Json } from './json.ts';

/** What a provider calls a field, so that a rejection speaks its sender's language. */
export type FieldNames = Readonly<Record<string, string>>;

const NO_NAMES: FieldNames = {};
const received = z.object({
  id: name,
  provider: name,
  to: z.string(),
  from: z.string().nullish(),
  text: z.string().nullish(),
});
const consent = z.object({ id: name, provider: maybeName, to: z.string() });
const announced = z.object({
  id: name,
  provider: maybeName,
  campaign: name,
  audience: z.int().min(0),
});
/** A billed number must fit a second of the windows, which holds 32 bits. */
const billed = z
  .int()
  .min(0)
  .max(2 ** 32 - 1)
  .nullish();
const usage = z.object({ id: name, provider: name, count: billed, segments: billed });

/** A record that is refused, by a stable reason and in a sentence that quotes nothing of it. */
export const refuse = (reason: string, detail: string): Parsed & { ok: false } => ({
  ok: false,
  reason,
  detail,
});

const toMessage = (type: MessageType, raw: Json): SmsEvent | ShapeRefusal => {
  const { id, provider, campaign, order, text, segments, error } = raw;
  const category = categoryOf(raw.category);
  if (!isName(id)) return wrong(raw, 'id');
  if (!isName(provider)) return wrong(raw, 'provider');
  if (!isText(raw.to)) return wrong(raw, 'to');
  if (!isMaybeText(raw.from)) return wrong(raw, 'from');
  if (category === undefined && !isNothing(raw.category)) return wrong(raw, 'category');
  if (!isMaybeName(campaign)) return wrong(raw, 'campaign');
  if (!isMaybeName(order)) return wrong(raw, 'order');
  if (!isMaybeText(text)) return wrong(raw, 'text');
  if (!isMaybeSegments(segments)) return wrong(raw, 'segments');
  if (!isMaybeCode(error)) return wrong(raw, 'error');
  const at = instant(raw, 'at');
  if (typeof at === 'object') return at;
  const to = address(raw.to, 'to');
  if (typeof to === 'object') return to;
  const from = raw.from ? address(raw.from, 'from') : undefined;
  if (typeof from === 'object') return from;
  return {
    type,
    id,
    at,
    provider,
    to,
    from,
    category,
    campaign: campaign || undefined,
    order: order || undefined,
    // An empty text is one that went out empty; none is none that we know of.
    text: wellFormed(text),
    segments: segments ?? undefined,
    error: wellFormed(error?.toString()) || undefined,
    errorClass: raw.errorClass === 'blocked_by_stop' ? 'blocked_by_stop' : undefined,
  };
};

const toReceived = (raw: Json): SmsEvent | ShapeRefusal => {
  const fields = checked(received, raw);
  if (isRefusal(fields)) return fields;
  const at = instant(raw, 'at');
  if (typeof at === 'object') return at;
  const to = address(fields.to, 'to');
  if (typeof to === 'object') return to;
  const from = fields.from ? address(fields.from, 'from') : undefined;
  if (typeof from === 'object') return from;
  return {
    type: 'received',
    id: fields.id,
    at,
    provider: fields.provider,
    to,
    from,
    text: wellFormed(fields.text) || undefined,
  };
};

const toConsent = (type: 'opted_out' | 'opted_in', raw: Json): SmsEvent | ShapeRefusal => {
  const fields = checked(consent, raw);
  if (isRefusal(fields)) return fields;
  const at = instant(raw, 'at');
  if (typeof at === 'object') return at;
  const to = address(fields.to, 'to');
  if (typeof to === 'object') return to;
  return { type, id: fields.id, at, provider: fields.provider || undefined, to };
};

/** The stretch of time between an event's `start` and `end`, which must come after it. */
const spanOf = (raw: Json): { readonly start: Ms; readonly end: Ms } | ShapeRefusal => {
  const start = instant(raw, 'start');
  if (typeof start === 'object') return start;
  const end = instant(raw, 'end');
  if (typeof end === 'object') return end;
  if (end <= start) return { reason: 'bad_field', field: 'end', why: 'must be after start' };
  return { start, end };
};

const toAnnounced = (raw: Json): AnnouncedEvent | ShapeRefusal => {
  const fields = checked(announced, raw);
  if (isRefusal(fields)) return fields;
  const at = instant(raw, 'at');
  if (typeof at === 'object') return at;
  const span = spanOf(raw);
  if (isRefusal(span)) return span;
  const { start, end } = span;
  const { id, provider, campaign, audience } = fields;
  return { type: 'announced', id, at, provider: provider || undefined, campaign, start, end, audience };
};

const toUsage = (raw: Json): UsageEvent | ShapeRefusal => {
  const fields = checked(usage, raw);
  if (isRefusal(fields)) return fields;
  const at = instant(raw, 'at');
  if (typeof at === 'object') return at;
  const span = spanOf(raw);
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

const READERS: ReadonlyMap<unknown, (raw: Json) => SmsEvent | ShapeRefusal> = new Map([
  ...(['submitted', 'sent', 'delivered', 'failed'] as const).map(
    (type) => [type, (raw: Json) => toMessage(type, raw)] as const,
  ),
  ['received', toReceived] as const,
  ...(['opted_out', 'opted_in'] as const).map((type) => [type, (raw: Json) => toConsent(type, raw)] as const),
  ['announced', toAnnounced] as const,
  ['usage', toUsage] as const,
]);

/** Whether a value is one of the event's types. */
export const isType = (value: unknown): boolean => READERS.has(value);

/** Checks a JSON object in tocsin's words; an event dated after `latest` is refused. Never throws. */
export const toEvent = (raw: Json, latest?: Ms, names: FieldNames = NO_NAMES): Parsed => {
  const reader = READERS.get(raw.type);
  const named = (field: string) => names[field] ?? field;
  if (!reader) {
    if (raw.type === undefined || raw.type === null)
      return refuse('missing_field', `${named('type')} is missing.`);
    return refuse('bad_type', `${named('type')} is not one of the event types that tocsin knows.`);
  }
  const event = reader(raw);
  if (isRefusal(event)) return refuse(event.reason, `${named(event.field)} ${event.why}.`);
  if (latest !== undefined && event.at > latest)
    return refuse('in_the_future', `${named('at')} is further ahead of the clock than is allowed.`);
  return { ok: true, event };
};

/** What parsing makes of one record: an event, or why there is none. */
export type Parsed =
  | { readonly ok: true; readonly event: SmsEvent }
  | { readonly ok: false; readonly reason: string; readonly detail: string };
