/** The last lines of the feed. In: the events of each batch. Out: lines with a number that grows, masked. */
import type { SmsEvent } from '../events/event.ts';
import { maskAddress, maskDigits } from '../events/text/mask.ts';
import type { FeedLine, LiveSource } from './feed.ts';

const LINES = 50;
/** Lines taken from one batch at most: the feed shows what goes on, not everything. */
const LINES_PER_BATCH = 5;

export interface RecentLines {
  show(events: readonly SmsEvent[]): void;
  readonly after: LiveSource['feed'];
}

export const createRecentLines = (): RecentLines => {
  let lines: readonly FeedLine[] = [];
  let seq = 0;
  return {
    show: (events) => {
      const fresh = events.slice(-LINES_PER_BATCH).map(lineOf);
      seq += fresh.length;
      lines = [...lines, ...fresh].slice(-LINES);
    },
    after: (after) => ({ lines: after >= seq ? [] : lines.slice(-Math.min(seq - after, LINES)), seq }),
  };
};

const lineOf = (event: SmsEvent): FeedLine => ({
  at: event.at,
  provider: ('provider' in event && event.provider) || '',
  type: event.type === 'other' ? event.channel : event.type,
  to: 'to' in event ? maskAddress(event.to) : '',
  ...('text' in event && event.text ? { text: maskDigits(event.text).slice(0, 120) } : {}),
});
