/**
 * AWS End User Messaging: SMS events (eventType TEXT_*), bare, in EventBridge's `detail` or in an SNS notification,
 * and two-way messages, which carry no date of their own and so need SNS's.
 * In: a JSON object. Out: an event in tocsin's words, still to be checked.
 * https://docs.aws.amazon.com/end-user-messaging/latest/userguide/nx-features-messaging-events.html
 */
import type { Channel } from '../channels.ts';
import { isObject, type Json } from '../json.ts';
import type { Mapped } from './preset.ts';

/** AWS says SUCCESSFUL or DELIVERED for the same, depending on the destination country. Every other TEXT_* is a failure. */
const TYPES: Readonly<Record<string, string>> = {
  TEXT_QUEUED: 'submitted',
  TEXT_PENDING: 'sent',
  TEXT_SENT: 'sent',
  TEXT_SUCCESSFUL: 'delivered',
  TEXT_DELIVERED: 'delivered',
};
const CATEGORIES: Readonly<Record<string, string>> = {
  PROMOTIONAL: 'marketing',
  TRANSACTIONAL: 'transactional',
};

/** Voice and media (MMS) come in the same stream, and so do read receipts, which are RCS's. */
const channelIn = (eventType: string): Channel | undefined => {
  if (eventType.startsWith('VOICE_')) return 'voice';
  if (eventType.startsWith('MEDIA_')) return 'mms';
  return eventType.endsWith('READ') ? 'read' : undefined;
};

const NAMES = {
  type: 'eventType',
  id: 'messageId',
  at: 'eventTimestamp',
  to: 'destinationPhoneNumber',
  from: 'originationPhoneNumber',
  segments: 'totalMessageParts',
};
const TWO_WAY_NAMES = {
  id: 'inboundMessageId',
  at: 'Timestamp',
  to: 'destinationNumber',
  from: 'originationNumber',
  text: 'messageBody',
};

/** Takes the wrappings of SNS and EventBridge off; answers undefined when what is left is no event of AWS. */
export const fromAws = (json: Json): Mapped | undefined => {
  if (isObject(json.detail) && typeof json['detail-type'] === 'string') return fromAws(json.detail);
  if (json.Type === 'Notification' && typeof json.Message === 'string') {
    const inner = parsed(json.Message);
    return isObject(inner) && inner.Type === undefined ? mapped(inner, json.Timestamp) : undefined;
  }
  return mapped(json, undefined);
};

const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    // A notification whose message is no JSON holds no event; parse.ts refuses the record as unknown_format.
    return undefined;
  }
};

const mapped = (json: Json, at: unknown): Mapped | undefined => {
  if (typeof json.eventType === 'string') return status(json, json.eventType);
  return json.inboundMessageId === undefined ? undefined : twoWay(json, at);
};

/** `context` is what the sender gave along with the message: campaign, order and category in it are taken over. */
const status = (json: Json, eventType: string): Mapped => {
  const known = TYPES[eventType];
  const isText = eventType.startsWith('TEXT_');
  const channel = channelIn(eventType);
  const context = isObject(json.context) ? json.context : {};
  return {
    names: NAMES,
    raw: {
      type: known ?? (isText && !channel ? 'failed' : eventType),
      channel,
      id: json.messageId,
      at: json.eventTimestamp,
      provider: 'aws',
      to: json.destinationPhoneNumber,
      from: json.originationPhoneNumber,
      category: context.category ?? CATEGORIES[String(json.messageType)],
      campaign: context.campaign,
      order: context.order,
      text: json.messageBody,
      segments: json.totalMessageParts || undefined,
      error: known ? undefined : (json.messageStatus ?? eventType.slice('TEXT_'.length)),
    },
  };
};

const twoWay = (json: Json, at: unknown): Mapped => ({
  names: TWO_WAY_NAMES,
  raw: {
    type: 'received',
    id: json.inboundMessageId,
    at,
    provider: 'aws',
    to: json.destinationNumber,
    from: json.originationNumber,
    text: json.messageBody,
  },
});
