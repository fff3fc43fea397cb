/**
 * Twilio Event Streams: CloudEvents of the types com.twilio.messaging.message.* and inbound-message.received.
 * In: the envelope's type and its data. Out: an event in tocsin's words, still to be checked.
 * https://www.twilio.com/docs/events/event-types/messaging/outbound-message
 */
import { channelOfAddress } from '../channels.ts';
import { isObject, type Json } from '../json.ts';
import type { Mapped } from './preset.ts';

const TYPES: Readonly<Record<string, string>> = {
  'com.twilio.messaging.message.queued': 'submitted',
  'com.twilio.messaging.message.sent': 'sent',
  'com.twilio.messaging.message.delivered': 'delivered',
  'com.twilio.messaging.message.undelivered': 'failed',
  'com.twilio.messaging.message.failed': 'failed',
  'com.twilio.messaging.inbound-message.received': 'received',
};

const READ = 'com.twilio.messaging.message.read';

/**
 * The recipient had told this sender STOP, or another of its messaging service.
 * https://www.twilio.com/docs/api/errors/21610
 */
const BLOCKED = '21610';

const NAMES = {
  id: 'data.messageSid',
  at: 'data.timestamp',
  to: 'data.to',
  from: 'data.from',
  text: 'data.body',
};

export const isTwilio = (type: unknown): type is string =>
  typeof type === 'string' && type.startsWith('com.twilio.');

/**
 * The sender's message tags named campaign, order and category are taken over. A type that is not in TYPES keeps its
 * name, and shape.ts refuses it as bad_type; a read receipt is WhatsApp's or RCS's, and counted apart.
 */
export const fromTwilio = (type: string, data: Json): Mapped => {
  const mapped = TYPES[type];
  const tags = isObject(data.tags) ? data.tags : {};
  return {
    names: NAMES,
    raw: {
      type: mapped ?? type,
      channel: type === READ ? (channelOfAddress(data.to) ?? 'read') : undefined,
      id: data.messageSid,
      at: data.timestamp,
      provider: 'twilio',
      to: data.to,
      from: data.from,
      category: tags.category,
      campaign: tags.campaign,
      order: tags.order,
      // A message that is only a picture has an empty body.
      text: data.body || undefined,
      // Twilio says 0 segments until its messaging service has chosen a sender.
      segments: data.numberOfSegments || undefined,
      error: mapped === 'failed' ? data.errorCode : undefined,
      errorClass: mapped === 'failed' && String(data.errorCode) === BLOCKED ? 'blocked_by_stop' : undefined,
    },
  };
};
