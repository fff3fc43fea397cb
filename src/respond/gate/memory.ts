/**
 * The gate of one process: its rules, on a state in memory that `save` keeps.
 * In: a state to begin with. Out: a gate. An order is answered once it is saved.
 */
import { type Target, targetKey } from '../target.ts';
import { type Gate, type HandsOff, type ModeSet, type Pause, POLICY } from './gate.ts';

export interface GateState {
  /** The last token given. */
  readonly token: number;
  /** The highest token each target's orders have had, by its key; kept after a resume. */
  readonly seen: ReadonlyMap<string, number>;
  readonly paused: readonly Pause[];
  readonly handsOff: HandsOff | null;
  readonly mode: ModeSet | null;
}

export const OPEN: GateState = { token: 0, seen: new Map(), paused: [], handsOff: null, mode: null };

/** When `save` rejects, so does the order that was to be saved, and nothing has changed. */
export const createLocalGate = (start: GateState, save: (state: GateState) => Promise<void>): Gate => {
  let state = start;
  let turn: Promise<unknown> = Promise.resolve();
  /** Orders are taken one after the other, and what is saved is what is answered. */
  const order = <T>(decide: (now: GateState) => { next: GateState; answer: T }): Promise<T> => {
    const done = turn.then(async () => {
      const { next, answer } = decide(state);
      if (next !== state) await save(next);
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
        const refused = refusal(now, pause, pause.token, pause.by);
        if (refused) return { next: now, answer: refused };
        const next = seenBy(now, pause, pause.token);
        if (isPaused(now, pause)) return { next, answer: 'already_paused' };
        return { next: { ...next, paused: [...now.paused, pause] }, answer: 'paused' };
      }),
    resume: (target, token, by) =>
      order((now) => {
        const refused = refusal(now, target, token, by);
        if (refused) return { next: now, answer: refused };
        const next = seenBy(now, target, token);
        if (!isPaused(now, target)) return { next, answer: 'not_paused' };
        return { next: { ...next, paused: without(now, target) }, answer: 'resumed' };
      }),
    change: (pause, by) =>
      order((now) => {
        const refused = refusal(now, pause, pause.token, by);
        if (refused) return { next: now, answer: refused };
        const next = seenBy(now, pause, pause.token);
        if (!isPaused(now, pause)) return { next, answer: 'not_paused' };
        return { next: { ...next, paused: [...without(now, pause), pause] }, answer: 'changed' };
      }),
    list: async () => [...state.paused].sort(bySince),
    handsOff: async () => state.handsOff,
    setHandsOff: (handsOff) => order((now) => ({ next: { ...now, handsOff }, answer: undefined })),
    mode: async () => state.mode,
    setMode: (mode) => order((now) => ({ next: { ...now, mode }, answer: undefined })),
    close: async () => {
      await turn;
    },
  };
};

const refusal = (
  { seen, handsOff }: GateState,
  target: Target,
  token: number,
  by: string,
): 'fenced' | 'hands_off' | undefined => {
  if (token < (seen.get(targetKey(target)) ?? 0)) return 'fenced';
  return handsOff && by === POLICY ? 'hands_off' : undefined;
};

const without = ({ paused }: GateState, target: Target): Pause[] =>
  paused.filter((pause) => targetKey(pause) !== targetKey(target));
const isPaused = (state: GateState, target: Target): boolean =>
  without(state, target).length < state.paused.length;
const seenBy = (state: GateState, target: Target, token: number): GateState => ({
  ...state,
  seen: new Map([...state.seen, [targetKey(target), token]]),
});

/** Sorts pauses oldest first, those of one instant by key, so that the order is always the same. */
export const bySince = (a: Pause, b: Pause): number =>
  a.since - b.since || (targetKey(a) < targetKey(b) ? -1 : 1);
