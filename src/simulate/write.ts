/** Events as tocsin's own JSON, times as RFC 3339. */
import type { Ms, SmsEvent } from '../events/event.ts';

const rfc3339 = (at: Ms): string => new Date(at).toISOString();

/** One line, without its end. */
export const toJson = (event: SmsEvent): string => {
  if (event.type !== 'announced') return JSON.stringify({ ...event, at: rfc3339(event.at) });
  const { at, start, end } = event;
  return JSON.stringify({ ...event, at: rfc3339(at), start: rfc3339(start), end: rfc3339(end) });
};
