/** How many events were no SMS, by channel. In: batches of events. Out: sums since the start. */
import type { Channel } from '../events/channels.ts';
import type { SmsEvent } from '../events/event.ts';
import { add } from '../windows/sums.ts';

/** Counts of what is no SMS, by channel; none that came has no entry. */
export type OtherChannels = ReadonlyMap<Channel, number>;

/** Adds what a batch brought of other channels. */
export const addOthers = (counts: Map<Channel, number>, events: readonly SmsEvent[]): void => {
  for (const event of events) if (event.type === 'other') add(counts, event.channel, 1);
};

/** The counts in words, the most first: "12 by whatsapp, 3 by voice"; empty when there are none. */
export const othersSay = (counts: Iterable<readonly [string, number]>): string =>
  [...counts]
    .sort(([, a], [, b]) => b - a)
    .map(([channel, count]) => `${count} by ${channel}`)
    .join(', ');
