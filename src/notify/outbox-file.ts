/** The embedded outbox: one JSON file, written whole and atomically before put or done answers. */
import { mkdir, readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import writeFileAtomic from 'write-file-atomic';
import { z } from 'zod';
import { cutFrom, joinReply, REPLY_LIMIT, THREAD_KEPT } from './limits.ts';
import { OFFERS } from './offers.ts';
import type { Entry, Notice, Outbox, Thread } from './outbox.ts';

const severity = z.enum(['warning', 'critical']);
const stateSchema = z.object({
  seq: z.number().int(),
  entries: z.array(
    z.object({
      incident: z.string(),
      kind: z.enum(['card', 'reply']),
      text: z.string(),
      severity,
      offers: z.array(z.enum(OFFERS)).optional(),
      mute: z.enum(['ends', 'passes']).optional(),
      seq: z.number().int(),
    }),
  ),
  threads: z.record(z.string(), z.object({ channel: z.string(), ts: z.string(), at: z.number() })),
  mutes: z.record(z.string(), z.object({ until: z.number(), severity })).default({}),
});
type State = Omit<z.output<typeof stateSchema>, 'entries'> & { readonly entries: readonly Entry[] };

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

  /** One write after the other; memory follows the disk, never the reverse. */
  const change = (next: (state: State) => State): Promise<void> => {
    const written = last.then(async () => {
      const changed = next(state);
      if (changed === state) return;
      await writeFileAtomic(path, JSON.stringify(changed));
      state = changed;
    });
    last = written.catch(() => undefined);
    return written;
  };

  return {
    put: (notices) =>
      change((before) =>
        notices.reduce((one, notice) => added(unmuted(one, notice, now()), notice, replyLimit), before),
      ),
    peek: async (limit) => {
      const muted = mutedIn(state, now());
      return state.entries
        .filter(({ incident, mute }) => mute === 'passes' || !muted.has(incident))
        .slice(0, limit);
    },
    done: (entry, thread) => change((before) => taken(before, { entry, thread, now: now() })),
    thread: async (incident) => {
      const known = state.threads[incident];
      return known && known.at > now() - THREAD_KEPT ? { channel: known.channel, ts: known.ts } : undefined;
    },
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

const load = async (path: string): Promise<State> => {
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
  if (text === undefined) return { seq: 0, entries: [], threads: {}, mutes: {} };
  try {
    return stateSchema.parse(JSON.parse(text));
  } catch (error) {
    throw new Error(`${path} is no outbox; move it away to start without the alerts in it`, { cause: error });
  }
};

const mutedIn = (state: State, now: number): ReadonlySet<string> =>
  new Set(Object.entries(state.mutes).flatMap(([incident, { until }]) => (until > now ? [incident] : [])));

/** Without the mutes that are over, or that this notice ends. */
const unmuted = (state: State, { incident, severity, mute }: Notice, now: number): State => {
  const kept = Object.entries(state.mutes).filter(([muted, { until, severity: before }]) => {
    const worse = severity === 'critical' && before === 'warning';
    return until > now && !(muted === incident && (mute === 'ends' || worse));
  });
  const same = kept.length === Object.keys(state.mutes).length;
  return same ? state : { ...state, mutes: Object.fromEntries(kept) };
};

/** Called behind `unmuted`: who is muted still has a mute. */
const added = (state: State, notice: Notice, replyLimit: number): State => {
  const { incident, kind, text, severity, mute } = notice;
  const sameIncident = (entry: Entry) => entry.incident === incident && entry.kind === kind;
  const full = state.entries.length >= replyLimit || (incident in state.mutes && mute !== 'passes');
  const waiting = kind === 'card' || full ? state.entries.findLastIndex(sameIncident) : -1;
  const old = state.entries[waiting];
  if (old) {
    const entry: Entry =
      kind === 'card' ? { ...notice, seq: old.seq } : { ...old, severity, text: joinReply(old.text, text) };
    if (isDeepStrictEqual(entry, old)) return state;
    return { ...state, entries: state.entries.with(waiting, entry) };
  }
  const seq = state.seq + 1;
  return { ...state, seq, entries: [...state.entries, { ...notice, seq }] };
};

const taken = (state: State, what: { entry: Entry; thread: Thread; now: number }): State => {
  const { entry, thread, now } = what;
  const entries = state.entries.flatMap((kept) => {
    if (kept.seq !== entry.seq) return [kept];
    const left = cutFrom(kept, entry);
    return left === undefined ? [] : [{ ...kept, text: left }];
  });
  const known = Object.entries(state.threads).filter(([, { at }]) => at > now - THREAD_KEPT);
  const { channel, ts } = thread;
  return {
    ...state,
    entries,
    threads: { ...Object.fromEntries(known), [entry.incident]: { channel, ts, at: now } },
  };
};
