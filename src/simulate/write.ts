/**
 * Writing: where simulated events go. In: batches of events. Out: lines, Kafka records, HTTP requests.
 * Adapters: write-lines.ts, write-kafka.ts, write-http.ts.
 */
import type { SmsEvent } from '../events/event.ts';
import { rfc3339 } from '../events/time.ts';

export interface Writer {
  /** Writes a batch; the other side has taken it once this resolves. */
  write(batch: readonly SmsEvent[]): Promise<void>;
  close(): Promise<void>;
}

/** An event as tocsin's own JSON with times in RFC 3339, on one line without its end. */
export const toJson = (event: SmsEvent): string => {
  if (event.type !== 'announced') return JSON.stringify({ ...event, at: rfc3339(event.at) });
  const { at, start, end } = event;
  return JSON.stringify({ ...event, at: rfc3339(at), start: rfc3339(start), end: rfc3339(end) });
};

/** A batch as NDJSON, each line with its end. */
export const toLines = (batch: readonly SmsEvent[]): string => {
  let text = '';
  for (const event of batch) text += `${toJson(event)}\n`;
  return text;
};
