/** Whether a request comes from Slack, and just came: https://docs.slack.dev/authentication/verifying-requests-from-slack */
import { createHmac, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import type { Ms } from '../../events/event.ts';

/** How old, or how far ahead, a request's time may be, in ms. */
export const FRESH = 300_000;

/** Why the request is not believed, or nothing. `body` is the raw one: parsed and written again it has other bytes. */
export const doubtSlack = (
  headers: IncomingHttpHeaders,
  body: string,
  { secret, now }: { secret: string; now: Ms },
): string | undefined => {
  const timestamp = single(headers['x-slack-request-timestamp']);
  const signature = single(headers['x-slack-signature']);
  if (!timestamp || !signature) return 'the request is not signed';
  if (!/^\d{1,12}$/.test(timestamp)) return 'X-Slack-Request-Timestamp is no time';
  if (Math.abs(now - Number(timestamp) * 1000) > FRESH)
    return 'the request is too old, or the clocks are apart';
  if (!same(signature, signSlack(timestamp, body, secret))) return 'the signature is wrong';
  return undefined;
};

/** The signature: "v0=" and the HMAC-SHA256 of `v0:timestamp:body`, in hex. `timestamp` is in epoch seconds. */
export const signSlack = (timestamp: string, body: string, secret: string): string =>
  `v0=${createHmac('sha256', secret).update(`v0:${timestamp}:${body}`).digest('hex')}`;

const single = (header: string | string[] | undefined): string | undefined =>
  typeof header === 'string' ? header : undefined;

const same = (a: string, b: string): boolean => {
  const [one, other] = [Buffer.from(a), Buffer.from(b)];
  return one.length === other.length && timingSafeEqual(one, other);
};
