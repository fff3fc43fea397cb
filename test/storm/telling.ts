/** How one instance tells people: its outbox, its delivery, and Slack as it reaches it. */
import type { Config } from '../../src/config/schema.ts';
import { SendError, type Sender } from '../../src/notify/channels/sender.ts';
import { createDelivery } from '../../src/notify/delivery.ts';
import { firstView } from '../../src/notify/outbox/views.ts';
import { waking } from '../../src/notify/outbox/waking.ts';
import { createToldOnce } from '../../src/notify/slack/once-told.ts';
import { messageOf } from '../../src/runtime/errors.ts';
import type { Timers } from '../../src/runtime/timers.ts';
import { silent } from '../support/offset-store.ts';
import { Limited } from './network.ts';
import type { Reach } from './reach.ts';

export const createTelling = (parts: {
  readonly config: Config;
  readonly reach: Pick<Reach, 'outbox' | 'slack'>;
  readonly timers: Timers;
  readonly leading: () => boolean;
  readonly random: () => number;
}) => {
  const { config, reach, timers } = parts;
  const told = createToldOnce(reach.slack, { problemOf, log: silent });
  const send: Sender = {
    deliver: async (entry, thread, { doubtful = false } = {}) => {
      try {
        return await told(entry, thread, doubtful);
      } catch (error) {
        throw new SendError(problemOf(error));
      }
    },
  };
  const delivery = createDelivery({
    outbox: firstView(reach.outbox, []),
    send,
    editEvery: config.notify.slack?.editEvery ?? 0,
    log: silent,
    allowed: parts.leading,
    random: parts.random,
    timers: { now: timers.now, sleep: (length, signal) => napOn(timers, length, signal) },
  });
  return { send, delivery, outbox: waking(reach.outbox, delivery.wake) };
};

const problemOf = (error: unknown) => {
  if (error instanceof SendError) return error.problem;
  if (error instanceof Limited) return { kind: 'rate_limited', retryAfter: error.retryAfter } as const;
  return { kind: 'unreachable', why: messageOf(error) } as const;
};

/** Ends after `length` ms, or when the signal says so. */
const napOn = (timers: Timers, length: number, signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    const end = () => {
      cancel();
      signal.removeEventListener('abort', end);
      resolve();
    };
    const cancel = timers.after(length, end);
    if (signal.aborted) end();
    else signal.addEventListener('abort', end);
  });
