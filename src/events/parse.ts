/**
 * The one way in: what came from outside becomes an event, or a reason why not.
 * In: the bytes of one record. Out: `Parsed`; nothing here throws, and no detail holds a number or a text.
 */
import { isUtf8 } from 'node:buffer';
import { INEXACT } from './checks.ts';
import { dataOf, isEnvelope, opened } from './cloudevents.ts';
import { isObject, type Json, parseExactly } from './json.ts';
import type { Mapping } from './mapping.ts';
import { fromAws } from './presets/aws-end-user-messaging.ts';
import { fromTwilio, isTwilio } from './presets/twilio-event-streams.ts';
import { type EventOptions, isType, type Parsed, refuse, toEvent } from './shape.ts';

export type EventPreset = 'auto' | 'tocsin' | 'twilio-event-streams' | 'aws-end-user-messaging';

/** How records are read: in which format, and how long they may be. */
export interface ParseOptions extends EventOptions {
  readonly preset: EventPreset;
  /** The longest record taken, in bytes; a longer one is refused as too_long. */
  readonly maxRecord: number;
  /** Where records that are no provider's have the event's fields; without it, under tocsin's own names. */
  readonly mapping?: Mapping | undefined;
}

const EMPTY = refuse('empty', 'The record has no value.');
const TOO_LONG = refuse('too_long', 'The record is longer than intake.maxRecord allows.');
const NOT_UTF8 = refuse('not_utf8', 'The record is not UTF-8.');
const NOT_JSON = refuse('not_json', 'The record is not JSON.');
const NOT_AN_OBJECT = refuse('not_an_object', 'The record is JSON, but not an object.');
const UNKNOWN = refuse('unknown_format', 'The record looks like no event that the preset knows.');
const NO_DATA = refuse(
  'missing_field',
  'data is missing from the CloudEvents 1.0 envelope, or is not an object.',
);

/** Parses one record. Never throws: what is refused has a stable reason, which counts in rejected{reason=...}. */
export const parseRecord = (value: Buffer | string | null, options: ParseOptions): Parsed => {
  if (value === null || value.length === 0) return EMPTY;
  if (value.length > options.maxRecord) return TOO_LONG;
  const written = typeof value === 'string' ? value : decoded(value);
  if (written === undefined) return NOT_UTF8;
  if (typeof value === 'string' && Buffer.byteLength(value) > options.maxRecord) return TOO_LONG;
  const text = written.charCodeAt(0) === 0xfeff ? written.slice(1) : written;
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    // The parser's own message quotes the record, which may hold a phone number.
    return text.trim() === '' ? EMPTY : NOT_JSON;
  }
  const parsed = parseObject(json, options);
  // Ids of 64 bits are rare as numbers: only who meets one pays for reading its record twice.
  if (parsed.ok || parsed.reason !== INEXACT) return parsed;
  return parseObject(parseExactly(text), options);
};

/** The text of UTF-8 bytes, else undefined. Bytes are checked only where decoding shows a replacement character. */
const decoded = (value: Buffer): string | undefined => {
  const text = value.toString();
  return text.includes('\ufffd') && !isUtf8(value) ? undefined : text;
};

/** Parses a record that is a JSON value already; refuses as `parseRecord` does. */
export const parseObject = (json: unknown, options: Omit<ParseOptions, 'maxRecord'>): Parsed => {
  const { preset, mapping } = options;
  if (!isObject(json)) return NOT_AN_OBJECT;
  if (isEnvelope(json)) return fromEnvelope(json, options);
  if (mapping === undefined && (preset === 'tocsin' || (preset === 'auto' && isType(json.type))))
    return toEvent(json, options);
  // Our own words, whatever the providers speak: none announces anything, none bills in its events.
  if (json.type === 'announced' || json.type === 'usage') return toEvent(json, options);
  if (preset === 'auto' || preset === 'aws-end-user-messaging') {
    const aws = fromAws(json);
    if (aws) return toEvent(aws.raw, options, aws.names);
  }
  if (mapping) return mapped(json, mapping, options);
  return preset === 'auto' && resembles(json) ? toEvent(json, options) : UNKNOWN;
};

const mapped = (json: Json, mapping: Mapping, options: EventOptions): Parsed =>
  toEvent(mapping.read(json), options, mapping.names);

const fromEnvelope = (envelope: Json, options: Omit<ParseOptions, 'maxRecord'>): Parsed => {
  const { preset, mapping } = options;
  const data = dataOf(envelope);
  if (!data) return NO_DATA;
  if (isTwilio(envelope.type)) {
    if (preset !== 'auto' && preset !== 'twilio-event-streams') return UNKNOWN;
    const { raw, names } = fromTwilio(envelope.type, data);
    // Twilio's own time is the message's; the envelope's is when the event was made.
    return toEvent(raw.at === undefined ? { ...raw, at: envelope.time } : raw, options, names);
  }
  const aws = preset === 'auto' || preset === 'aws-end-user-messaging' ? fromAws(data) : undefined;
  if (aws) return toEvent(aws.raw, options, aws.names);
  if (preset !== 'auto' && preset !== 'tocsin') return UNKNOWN;
  const event = opened(envelope, data);
  return mapping ? mapped(event, mapping, options) : toEvent(event, options);
};

/** Whether a record is meant as tocsin's own event: its sender is told which field is wrong, not "unknown format". */
const resembles = (json: Json): boolean =>
  ['type', 'id', 'at', 'provider', 'to'].filter((field) => json[field] !== undefined).length >= 2;
