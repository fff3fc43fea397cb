/**
 * tocsin's own event as it comes from outside, checked once: with zod, save for messages, which are nearly all there
 * is, and are checked by hand in a fraction of the time.
 * In: a JSON object in tocsin's words, from a producer or a preset. Out: the event, or why not.
 */
import { z } from 'zod';
import type { ReadNumber } from './addresses.ts';
import { type Channel, channelNamed, channelOfAddress } from './channels.ts';
import {
  address,
  addressText,
  checked,
  instant,
  isGiven,
  isMaybeCode,
  isMaybeText,
  isRefusal,
  isText,
  maybeName,
  name,
  nameOf,
  noWord,
  type ShapeRefusal,
  segmentsOf,
  sender,
  wellFormed,
  wrong,
} from './checks.ts';
import type { MessageType, Ms, OtherEvent, SmsEvent } from './event.ts';
import type { Json } from './json.ts';
import { toAnnounced, toUsage } from './spans.ts';
import type { WallClock } from './wall-clock.ts';
import { categoryOf, type EventType, typeOf } from './words.ts';

/** How events are read: up to which date, and what a configuration says of what they leave out. */
export interface EventOptions {
  /** An event dated after this is refused as in_the_future. */
  readonly latest?: Ms;
  /** The clocks that dates without an offset are read by; without them, such dates are refused. */
  readonly local?: WallClock | undefined;
  /** Reads numbers that are written without their plus sign; without it, they are of no known country. */
  readonly national?: ReadNumber | undefined;
}

/** What a provider calls a field, so that a rejection speaks its sender's language. */
export type FieldNames = Readonly<Record<string, string>>;

const NO_NAMES: FieldNames = {};
const NO_OPTIONS: EventOptions = {};
const addressed = z.preprocess(addressText, z.string());
const received = z.object({
  id: name,
  provider: name,
  to: addressed,
  from: addressed.nullish(),
  text: z.string().nullish(),
});
const consent = z.object({ id: name, provider: maybeName, to: addressed });
/** A record that is refused, by a stable reason and in a sentence that quotes nothing of it. */
export const refuse = (reason: string, detail: string): Parsed & { ok: false } => ({
  ok: false,
  reason,
  detail,
});

const toMessage = (
  type: MessageType,
  raw: Json,
  { local, national }: EventOptions,
): SmsEvent | ShapeRefusal => {
  const { text, error } = raw;
  const id = nameOf(raw.id);
  const provider = nameOf(raw.provider);
  const person = addressText(raw.to);
  const from = addressText(raw.from);
  const category = categoryOf(raw.category);
  const campaign = nameOf(raw.campaign);
  const order = nameOf(raw.order);
  const segments = segmentsOf(raw.segments);
  if (id === undefined) return wrong(raw, 'id');
  if (provider === undefined) return wrong(raw, 'provider');
  if (!isText(person)) return wrong(raw, 'to');
  if (!isMaybeText(from)) return wrong(raw, 'from');
  if (category === undefined && isGiven(raw.category)) return noWord(raw, 'category');
  if (campaign === undefined && isGiven(raw.campaign)) return wrong(raw, 'campaign');
  if (order === undefined && isGiven(raw.order)) return wrong(raw, 'order');
  if (!isMaybeText(text)) return wrong(raw, 'text');
  if (Number.isNaN(segments)) return wrong(raw, 'segments');
  if (!isMaybeCode(error)) return wrong(raw, 'error');
  const at = instant(raw, 'at', local);
  if (typeof at === 'object') return at;
  const to = address(person, 'to', national);
  if (typeof to === 'object') return to;
  const origin = sender(from, 'from', national);
  if (typeof origin === 'object') return origin;
  return {
    type,
    id,
    at,
    provider,
    to,
    from: origin,
    category,
    campaign,
    order,
    // An empty text is one that went out empty; none is none that we know of.
    text: wellFormed(text),
    segments,
    error: wellFormed(error?.toString()) || undefined,
    errorClass: raw.errorClass === 'blocked_by_stop' ? 'blocked_by_stop' : undefined,
  };
};

const toReceived = (raw: Json, { local, national }: EventOptions): SmsEvent | ShapeRefusal => {
  const fields = checked(received, raw);
  if (isRefusal(fields)) return fields;
  const at = instant(raw, 'at', local);
  if (typeof at === 'object') return at;
  // A person answers to what sent, which is a sender.
  const to = sender(fields.to, 'to', national) ?? wrong(raw, 'to');
  if (typeof to === 'object') return to;
  const from = fields.from ? address(fields.from, 'from', national) : undefined;
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

const toConsent = (
  type: 'opted_out' | 'opted_in',
  raw: Json,
  { local, national }: EventOptions,
): SmsEvent | ShapeRefusal => {
  const fields = checked(consent, raw);
  if (isRefusal(fields)) return fields;
  const at = instant(raw, 'at', local);
  if (typeof at === 'object') return at;
  const to = address(fields.to, 'to', national);
  if (typeof to === 'object') return to;
  return { type, id: fields.id, at, provider: fields.provider, to };
};

/** What is no SMS: told apart by its channel, and otherwise only counted. */
const toOther = (channel: Channel, raw: Json, { local }: EventOptions): OtherEvent | ShapeRefusal => {
  const id = nameOf(raw.id);
  const provider = nameOf(raw.provider);
  if (id === undefined) return wrong(raw, 'id');
  if (provider === undefined) return wrong(raw, 'provider');
  const at = instant(raw, 'at', local);
  if (typeof at === 'object') return at;
  const said = typeof raw.type === 'string' ? raw.type : '';
  return { type: 'other', id: `${said} ${id}`, at, provider, channel };
};

type Reader = (raw: Json, options: EventOptions) => SmsEvent | ShapeRefusal;

const READERS: Readonly<Record<EventType, Reader>> = {
  submitted: (raw, options) => toMessage('submitted', raw, options),
  sent: (raw, options) => toMessage('sent', raw, options),
  delivered: (raw, options) => toMessage('delivered', raw, options),
  failed: (raw, options) => toMessage('failed', raw, options),
  received: toReceived,
  opted_out: (raw, options) => toConsent('opted_out', raw, options),
  opted_in: (raw, options) => toConsent('opted_in', raw, options),
  announced: (raw, { local }) => toAnnounced(raw, local),
  usage: (raw, { local }) => toUsage(raw, local),
  other: (raw, options) => toOther('none', raw, options),
};

const BY_TYPE: ReadonlyMap<unknown, Reader> = new Map<unknown, Reader>(Object.entries(READERS));

/** Whether a value is one of the event's types, in tocsin's own word. */
export const isType = (value: unknown): boolean => BY_TYPE.has(value);

const readerOf = (type: unknown): Reader | undefined => {
  const own = BY_TYPE.get(type);
  if (own) return own;
  const meant = typeOf(type);
  return meant && READERS[meant];
};

/** The event of a record whose type is known, or which is of another channel. */
const eventOf = (raw: Json, options: EventOptions): SmsEvent | ShapeRefusal => {
  const named = raw.channel === undefined ? undefined : channelNamed(raw.channel);
  if (named !== undefined) return toOther(named, raw, options);
  const reader = readerOf(raw.type);
  if (!reader) return isGiven(raw.type) ? noWord(raw, 'type') : wrong({}, 'type');
  const event = reader(raw, options);
  if (!isRefusal(event) || event.reason !== 'bad_address') return event;
  // An address that no SMS has is another channel's; asked only here, it costs the others nothing.
  const channel = channelOfAddress(raw.to) ?? channelOfAddress(raw.from);
  return channel === undefined ? event : toOther(channel, raw, options);
};

/** Checks a JSON object in tocsin's words, or the usual others. Never throws. */
export const toEvent = (
  raw: Json,
  options: EventOptions = NO_OPTIONS,
  names: FieldNames = NO_NAMES,
): Parsed => {
  const event = eventOf(raw, options);
  const named = (field: string) => names[field] ?? field;
  if (isRefusal(event)) return refuse(event.reason, `${named(event.field)} ${event.why}.`);
  if (options.latest !== undefined && event.at > options.latest)
    return refuse('in_the_future', `${named('at')} is further ahead of the clock than is allowed.`);
  return { ok: true, event };
};

/** What parsing makes of one record: an event, or why there is none. */
export type Parsed =
  | { readonly ok: true; readonly event: SmsEvent }
  | { readonly ok: false; readonly reason: string; readonly detail: string };
