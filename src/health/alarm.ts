/**
 * The alarm: what must be told although the outbox is out of reach, since it lives in the store that is away. Straight
 * to the first channel, else to the others, in order, until one takes it. In: notices. Out: where they are; nothing when
 * nobody took them, and then it is for the caller to try again.
 */
import type { Logger } from 'pino';
import type { Channel } from '../notify/channels/channels.ts';
import { SendError } from '../notify/channels/sender.ts';
import type { Notice, Thread } from '../notify/outbox/outbox.ts';

/** The channel that took the notices, and where in it they stand. */
export interface Posted {
  readonly channel: string;
  readonly thread: Thread;
}

export interface Alarm {
  /**
   * A card, and what follows it in its thread; never rejects. `first`: the place of the first among all that are told
   * of this. `posted`: where the thread is, when it is known.
   */
  tell(notices: readonly Notice[], first: number, posted?: Posted): Promise<Posted | undefined>;
}

export const createAlarm = ({ channels, log }: { channels: readonly Channel[]; log: Logger }): Alarm => {
  const through = async ({ send }: Channel, notices: readonly Notice[], first: number, known?: Thread) => {
    let thread = known;
    for (const [index, { once: _once, ...notice }] of notices.entries()) {
      // Another instance may have told the same already, so the channel looks for it before it posts.
      const entry = { ...notice, seq: first + index, waited: 0 };
      thread = await send.deliver(entry, thread, { doubtful: true });
    }
    return thread;
  };

  return {
    tell: async (notices, first, posted) => {
      for (const channel of channels) {
        if (posted && posted.channel !== channel.id) continue;
        try {
          const thread = await through(channel, notices, first, posted?.thread);
          if (thread) return { channel: channel.id, thread };
        } catch (error) {
          const problem = error instanceof SendError ? error.problem : String(error);
          const alert = notices[0]?.text;
          log.error({ channel: channel.name, problem, alert }, 'an alert that cannot wait was not taken');
        }
      }
      return undefined;
    },
  };
};
