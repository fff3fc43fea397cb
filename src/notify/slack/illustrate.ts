/** Pictures in the thread: when an incident's message appears, and when it is over. Text first, whatever becomes of them. */
import type { Logger } from 'pino';
import type { Sender } from '../channels/sender.ts';
import type { OutboxEntry, Thread } from '../outbox/outbox.ts';
import type { RatePicture } from './rate-picture.ts';

/** How many ended incidents are remembered, so that a later edit brings no second picture. */
const REMEMBERED = 1_000;

/** A sender that sends a picture after its card, if there is one; a picture that fails is logged and not tried again. */
export const illustrated = (
  send: Sender,
  pictureOf: (provider: string) => RatePicture | undefined,
  log: Logger,
): Sender => {
  const ended = new Set<string>();

  const isDue = ({ kind, incident, about }: OutboxEntry, known: Thread | undefined): boolean => {
    if (kind !== 'card') return false;
    if (about?.until === undefined) return known === undefined;
    if (ended.has(incident)) return false;
    if (ended.size >= REMEMBERED) ended.clear();
    ended.add(incident);
    return true;
  };

  const illustrate = async ({ about }: OutboxEntry, thread: Thread): Promise<void> => {
    const picture = about && pictureOf(about.provider);
    if (picture) await send.picture?.(picture, thread);
  };

  return {
    ...send,
    deliver: async (entry, known, options) => {
      const thread = await send.deliver(entry, known, options);
      if (isDue(entry, known))
        illustrate(entry, thread).catch((error: Error) =>
          log.warn(
            { incident: entry.incident, error: error.message },
            'no picture in Slack (it needs the scope files:write)',
          ),
        );
      return thread;
    },
  };
};
