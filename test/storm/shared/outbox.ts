/** The outbox of several machines, in one memory: the embedded one's state, behind a fence, on the server's clock. */
import type { Clock } from '../../../src/events/event.ts';
import { REPLY_LIMIT } from '../../../src/notify/outbox/limits.ts';
import type { Outbox } from '../../../src/notify/outbox/outbox.ts';
import { doneWith, emptyState, putIn, tookOf, waitingIn } from '../../../src/notify/outbox/state.ts';
import { createFence, type Fence } from './fence.ts';

export const createSharedOutbox = (
  clock: Clock,
  { fence = createFence(), replyLimit = REPLY_LIMIT }: { fence?: Fence; replyLimit?: number } = {},
): Outbox => {
  let state = emptyState;
  return {
    put: async (notices, token) => {
      fence(token);
      state = putIn(state, notices, { now: clock(), replyLimit });
    },
    peek: async (limit, behind = 0) => waitingIn(state, { limit, behind, now: clock() }),
    done: async (entry, thread) => {
      state = doneWith(state, { entry, thread, now: clock() });
    },
    thread: async (incident) => {
      const found = state.threads[incident];
      return found && { channel: found.channel, ts: found.ts };
    },
    has: async (incident) =>
      incident in state.threads ||
      state.entries.some((one) => one.incident === incident && one.kind === 'card' && one.only === undefined),
    took: async (entry, by) => {
      state = tookOf(state, { entry, by, now: clock() });
    },
    places: async (incident) =>
      Object.fromEntries(
        Object.entries(state.places[incident] ?? {}).map(([channel, { at, ...place }]) => [channel, place]),
      ),
    mute: async (incident, severity, length) => {
      state = { ...state, mutes: { ...state.mutes, [incident]: { until: clock() + length, severity } } };
    },
    size: async () => state.entries.length,
    close: async () => {},
  };
};
