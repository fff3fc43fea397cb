/** The embedded outbox: one JSON file, written whole and atomically before put or done answers. */
import { mkdir, readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import writeFileAtomic from 'write-file-atomic';
import { REPLY_LIMIT, THREAD_KEPT } from './limits.ts';
import type { Outbox, Thread } from './outbox.ts';
import { doneWith, emptyState, type OutboxState, putIn, stateSchema, tookOf, waitingIn } from './state.ts';

/**
 * `now`: epoch ms, for the age of threads and the end of mutes. `replyLimit`: see limits.ts.
 * Throws when the file is there and cannot be read; put and done reject, changing nothing, when it cannot be written.
 */
export const createFileOutbox = async (parts: {
  path: string;
  now?: () => number;
  replyLimit?: number;
}): Promise<Outbox> => {
  const { path, now = Date.now, replyLimit = REPLY_LIMIT } = parts;
  await mkdir(dirname(path), { recursive: true });
  let state = await load(path);
  let last: Promise<unknown> = Promise.resolve();

  /** Writes run one after the other; memory follows the disk, never the reverse. */
  const change = (next: (state: OutboxState) => OutboxState): Promise<void> => {
    const written = last.then(async () => {
      const changed = next(state);
      if (changed === state) return;
      await writeFileAtomic(path, JSON.stringify(changed));
      state = changed;
    });
    last = written.catch(() => undefined);
    return written;
  };

  const known = ({ channel, ts, at }: Thread & { at: number }): Thread | undefined =>
    at > now() - THREAD_KEPT ? { channel, ts } : undefined;

  return {
    put: (notices) => change((before) => putIn(before, notices, { now: now(), replyLimit })),
    peek: async (limit, behind = 0) => waitingIn(state, { limit, behind, now: now() }),
    done: (entry, thread) => change((before) => doneWith(before, { entry, thread, now: now() })),
    thread: async (incident) => {
      const thread = state.threads[incident];
      return thread && known(thread);
    },
    has: async (incident) =>
      state.threads[incident] !== undefined ||
      state.entries.some((entry) => entry.incident === incident && entry.kind === 'card' && !entry.only),
    took: (entry, by) => change((before) => tookOf(before, { entry, by, now: now() })),
    places: async (incident) =>
      Object.fromEntries(
        Object.entries(state.places[incident] ?? {}).flatMap(([channel, place]) => {
          const { at: _at, ...rest } = place;
          return known(place) ? [[channel, rest]] : [];
        }),
      ),
    mute: (incident, severity, length) =>
      change((before) => ({
        ...before,
        mutes: { ...before.mutes, [incident]: { until: now() + length, severity } },
      })),
    size: async () => state.entries.length,
    close: async () => {
      await last;
    },
  };
};

const load = async (path: string): Promise<OutboxState> => {
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
  if (text === undefined) return emptyState;
  try {
    return stateSchema.parse(JSON.parse(text));
  } catch (error) {
    throw new Error(`${path} is no outbox; move it away to start without the alerts in it`, { cause: error });
  }
};
