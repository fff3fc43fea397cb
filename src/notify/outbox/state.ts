/** What the embedded outbox keeps, and how each step changes it. Pure; put.lua, done.lua and took.lua say the same. */
import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import { OFFERS } from '../../respond/offers.ts';
import { cutFrom, cutMarks, joinReply, NAMES_KEPT, THREAD_KEPT } from './limits.ts';
import type { CardPlace, DeliveryMark, Notice, OutboxEntry, Thread } from './outbox.ts';

const severity = z.enum(['warning', 'critical']);
/** `at` is when the thread was remembered, in epoch ms. */
const thread = z.object({ channel: z.string(), ts: z.string(), at: z.number() });
const mark = z.union([z.number(), z.string()]);

export const stateSchema = z.object({
  seq: z.number().int(),
  entries: z.array(
    z.object({
      incident: z.string(),
      kind: z.enum(['card', 'reply']),
      text: z.string(),
      severity,
      offers: z.array(z.enum(OFFERS)).optional(),
      mute: z.enum(['ends', 'passes']).optional(),
      about: z
        .custom<Notice['about']>((about) => about === undefined || typeof about === 'object')
        .optional(),
      choices: z.array(z.object({ incident: z.string(), label: z.string() })).optional(),
      mention: z.string().optional(),
      only: z.string().optional(),
      seq: z.number().int(),
      at: z.number().optional(),
      taken: z.record(z.string(), mark).optional(),
    }),
  ),
  threads: z.record(z.string(), thread),
  /** Where incidents live in other channels than the first: incident, then channel. */
  places: z.record(z.string(), z.record(z.string(), thread.extend({ card: mark.optional() }))).default({}),
  mutes: z.record(z.string(), z.object({ until: z.number(), severity })).default({}),
  /** The names of what was put by name, oldest first. */
  names: z.array(z.string()).default([]),
});

export type KeptEntry = Omit<OutboxEntry, 'waited'> & { readonly at?: number };
export type OutboxState = Omit<z.output<typeof stateSchema>, 'entries'> & {
  readonly entries: readonly KeptEntry[];
};
export const emptyState: OutboxState = { seq: 0, entries: [], threads: {}, places: {}, mutes: {}, names: [] };

/** The state with the notices put in; `now` is in epoch ms. */
export const putIn = (
  state: OutboxState,
  notices: readonly Notice[],
  limits: { now: number; replyLimit: number },
): OutboxState => notices.reduce((one, notice) => putOne(one, notice, limits), state);

const putOne = (
  state: OutboxState,
  { once, ...notice }: Notice,
  limits: { now: number; replyLimit: number },
): OutboxState => {
  const { names } = state;
  if (once !== undefined && names.includes(once)) return state;
  const named = once === undefined ? state : { ...state, names: [...names, once].slice(-NAMES_KEPT) };
  return added(unmuted(named, notice, limits.now), notice, limits);
};

/** The oldest entries behind a seq, without those of muted incidents. */
export const waitingIn = (
  state: OutboxState,
  { limit, behind, now }: { limit: number; behind: number; now: number },
): OutboxEntry[] =>
  state.entries
    .filter(({ incident, mute, seq }) => {
      const muted = (state.mutes[incident]?.until ?? 0) > now;
      return seq > behind && (mute === 'passes' || !muted);
    })
    .slice(0, limit)
    .map(({ at = now, ...entry }) => ({ ...entry, waited: now - at }));

/** The state once the first channel has taken the entry. */
export const doneWith = (
  state: OutboxState,
  { entry, thread, now }: { entry: OutboxEntry; thread: Thread; now: number },
): OutboxState => ({
  ...state,
  entries: state.entries.flatMap((kept) => {
    if (kept.seq !== entry.seq) return [kept];
    const text = cutFrom(kept, entry);
    if (text === undefined) return [];
    if (kept.kind === 'card' || text === kept.text) return [{ ...kept, text }];
    const { taken, ...rest } = kept;
    const marks = cutMarks(taken, entry.text);
    return [{ ...rest, text, ...(marks ? { taken: marks } : {}) }];
  }),
  threads: { ...young(state.threads, now), [entry.incident]: { ...thread, at: now } },
});

/** The state once another channel than the first has taken the entry. */
export const tookOf = (
  state: OutboxState,
  {
    entry,
    by,
    now,
  }: { entry: OutboxEntry; by: { channel: string; mark: DeliveryMark; place?: CardPlace }; now: number },
): OutboxState => {
  const { channel, mark, place } = by;
  const entries = state.entries.flatMap((kept) => {
    if (kept.seq !== entry.seq) return [kept];
    if (kept.only !== undefined) return kept.text === entry.text ? [] : [kept];
    return [{ ...kept, taken: { ...kept.taken, [channel]: mark } }];
  });
  if (!place) return { ...state, entries };
  const known = Object.entries(state.places).map(([incident, own]) => [incident, young(own, now)] as const);
  const places = Object.fromEntries(known.filter(([, own]) => Object.keys(own).length > 0));
  const own = { ...places[entry.incident], [channel]: { ...place, at: now } };
  return { ...state, entries, places: { ...places, [entry.incident]: own } };
};

/** The places without those that have been remembered for too long. */
const young = <T extends { at: number }>(places: Readonly<Record<string, T>>, now: number) =>
  Object.fromEntries(Object.entries(places).filter(([, { at }]) => at > now - THREAD_KEPT));

/** The state without the mutes that are over, or that this notice ends. */
const unmuted = (state: OutboxState, { incident, severity, mute }: Notice, now: number): OutboxState => {
  const kept = Object.entries(state.mutes).filter(([muted, { until, severity: before }]) => {
    const worse = severity === 'critical' && before === 'warning';
    return until > now && !(muted === incident && (mute === 'ends' || worse));
  });
  const same = kept.length === Object.keys(state.mutes).length;
  return same ? state : { ...state, mutes: Object.fromEntries(kept) };
};

/** The state with the notice added. It is called behind `unmuted`, so that a mute that is left still holds. */
const added = (
  state: OutboxState,
  notice: Notice,
  { now, replyLimit }: { now: number; replyLimit: number },
): OutboxState => {
  const { incident, kind, severity, mute, only } = notice;
  const same = (entry: KeptEntry) =>
    entry.incident === incident && entry.kind === kind && entry.only === only;
  const muted = incident in state.mutes && mute !== 'passes';
  const full = state.entries.length >= replyLimit || muted;
  const waiting = kind === 'card' || full ? state.entries.findLastIndex(same) : -1;
  const old = state.entries[waiting];
  const { mention, ...rest } = notice;
  const called = mention === undefined || muted ? {} : { mention };
  if (!old) {
    const seq = state.seq + 1;
    return { ...state, seq, entries: [...state.entries, { ...rest, ...called, seq, at: now }] };
  }
  const { seq, at, taken } = old;
  const entry: KeptEntry =
    kind === 'card'
      ? { ...notice, seq, ...(at === undefined ? {} : { at }), ...(taken ? { taken } : {}) }
      : { ...called, ...old, severity, text: joinReply(old.text, notice.text) };
  if (isDeepStrictEqual(entry, old)) return state;
  return { ...state, entries: state.entries.with(waiting, entry) };
};
