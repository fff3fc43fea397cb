/** The gate of one process: gate.json, written before an order is answered, so that a pause outlives a restart. */
import { mkdir, readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import writeFileAtomic from 'write-file-atomic';
import { z } from 'zod';
import { type Ms, ms } from '../events/event.ts';
import type { Gate, Pause } from './gate.ts';

const stateSchema = z.object({
  token: z.number(),
  seen: z.record(z.string(), z.number()),
  paused: z.array(
    z.object({
      provider: z.string(),
      reason: z.string(),
      incident: z.string().nullable(),
      since: z.number().transform((value): Ms => ms(value)),
      by: z.string(),
      token: z.number(),
    }),
  ),
});

interface GateState {
  /** The last token given. */
  readonly token: number;
  /** The highest token each provider's orders have had; kept after a resume. */
  readonly seen: ReadonlyMap<string, number>;
  readonly paused: readonly Pause[];
}

/** Rejects when gate.json is there and cannot be read: a pause must not be lost by starting over. */
export const createFileGate = async ({ path }: { path: string }): Promise<Gate> => {
  await mkdir(dirname(path), { recursive: true });
  let state = await read(path);
  let turn: Promise<unknown> = Promise.resolve();
  /** One order after the other; what is on disk is what is answered. */
  const order = <T>(decide: (now: GateState) => { next: GateState; answer: T }): Promise<T> => {
    const done = turn.then(async () => {
      const { next, answer } = decide(state);
      if (next !== state) {
        const { token, seen, paused } = next;
        await writeFileAtomic(path, JSON.stringify({ token, seen: Object.fromEntries(seen), paused }));
      }
      state = next;
      return answer;
    });
    turn = done.catch(() => undefined);
    return done;
  };

  return {
    nextToken: () => order((now) => ({ next: { ...now, token: now.token + 1 }, answer: now.token + 1 })),
    pause: (pause) =>
      order((now) => {
        if (isFenced(now, pause.provider, pause.token)) return { next: now, answer: 'fenced' };
        const next = seenBy(now, pause.provider, pause.token);
        if (isPaused(now, pause.provider)) return { next, answer: 'already_paused' };
        return { next: { ...next, paused: [...now.paused, pause] }, answer: 'paused' };
      }),
    resume: (provider, token) =>
      order((now) => {
        if (isFenced(now, provider, token)) return { next: now, answer: 'fenced' };
        const next = seenBy(now, provider, token);
        if (!isPaused(now, provider)) return { next, answer: 'not_paused' };
        const paused = now.paused.filter((pause) => pause.provider !== provider);
        return { next: { ...next, paused }, answer: 'resumed' };
      }),
    list: async () => [...state.paused].sort(bySince),
    close: async () => {
      await turn;
    },
  };
};

const isFenced = (state: GateState, provider: string, token: number): boolean =>
  token < (state.seen.get(provider) ?? 0);
const isPaused = (state: GateState, provider: string): boolean =>
  state.paused.some((pause) => pause.provider === provider);
const seenBy = (state: GateState, provider: string, token: number): GateState => ({
  ...state,
  seen: new Map([...state.seen, [provider, token]]),
});
const bySince = (a: Pause, b: Pause): number => a.since - b.since || (a.provider < b.provider ? -1 : 1);

const read = async (path: string): Promise<GateState> => {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') {
      return { token: 0, seen: new Map(), paused: [] };
    }
    throw error;
  }
  try {
    const { token, seen, paused } = stateSchema.parse(JSON.parse(text));
    return { token, seen: new Map(Object.entries(seen)), paused };
  } catch {
    throw new Error(
      `${path} cannot be read: who was paused is not known. Mend it, or remove it to pause nobody.`,
    );
  }
};
