/**
 * A webhook of one's own: each card and each line of a thread is one POST of JSON, as src/notify/README.md shows it.
 * It may come twice when an answer got lost: `id` is then the same, and so is the Idempotency-Key.
 */
import { createHmac } from 'node:crypto';
import { markOf } from '../outbox/limits.ts';
import type { OutboxEntry } from '../outbox/outbox.ts';
import { postJson } from './http-post.ts';
import type { Sender } from './sender.ts';

export const createWebhookSender = (parts: {
  url: string;
  secret?: string;
  /** The clock, in epoch ms. */
  now?: () => number;
  timeout?: number;
}): Sender => {
  const { url, secret, now = Date.now, timeout = 10_000 } = parts;
  return {
    deliver: async (entry, thread) => {
      const { id, body } = messageOf(entry);
      const timestamp = `${Math.floor(now() / 1000)}`;
      const signed: Record<string, string> = secret
        ? { 'tocsin-signature': signWebhook(timestamp, body, secret) }
        : {};
      const headers = { 'idempotency-key': id, 'tocsin-timestamp': timestamp, ...signed };
      await postJson(url, { body, headers, timeout });
      return thread ?? { channel: 'webhook', ts: entry.incident };
    },
  };
};

/** The signature: "v1=" and the HMAC-SHA256 of `v1:timestamp:body`, in hex. `timestamp` is in epoch seconds. */
export const signWebhook = (timestamp: string, body: string, secret: string): string =>
  `v1=${createHmac('sha256', secret).update(`v1:${timestamp}:${body}`).digest('hex')}`;

const messageOf = (entry: OutboxEntry): { id: string; body: string } => {
  const { incident, kind, severity, text, seq, about } = entry;
  const id = `${incident}/${kind}/${seq}/${markOf(entry)}`;
  const times = about && {
    provider: about.provider,
    since: new Date(about.since).toISOString(),
    until: about.until === undefined ? null : new Date(about.until).toISOString(),
  };
  return { id, body: JSON.stringify({ version: 1, id, incident, kind, severity, text, ...times }) };
};
