/**
 * Whether a message may pass what is paused: it may when no pause stops it, or when each that does lets a trickle
 * through and its turn has come. In: the pauses that stand, a message, the time. Out: yes or no, and the pause.
 */
import { MINUTE } from '../../events/time.ts';

import { type Message, stops, targetKey } from '../target.ts';
import type { Pause } from './gate.ts';

export interface HalfOpenProbe {
  readonly allowed: boolean;
  /** The pause that stops it, or would without its trickle; among several the strictest, then the oldest. */
  readonly paused?: Pause;
}

/**
 * Remembers when each pause let a message through last. Those of a trickle are evenly spread: none are saved up, so
 * that no minute has more than `trickle` of them. Ask once a message: what is let through has taken its turn.
 * `now` in ms, of any clock that does not go back.
 */
export const createHalfOpenProbe = (): ((
  active: Iterable<Pause>,
  message: Message,
  now: number,
) => HalfOpenProbe) => {
  let lastLet: ReadonlyMap<string, number> = new Map();
  return (active, message, now) => {
    const stopping = [...active].filter((pause) => stops(pause, message));
    const paused = stopping.find(({ trickle }) => trickle === null) ?? stopping[0];
    if (paused === undefined) return { allowed: true };
    const allowed = stopping.every((pause) => {
      const last = lastLet.get(targetKey(pause)) ?? Number.NEGATIVE_INFINITY;
      return pause.trickle !== null && now - last >= MINUTE / pause.trickle;
    });
    if (allowed) {
      const keys = new Set([...active].map(targetKey));
      const taken = stopping.map((pause) => [targetKey(pause), now] as const);
      lastLet = new Map([...[...lastLet].filter(([key]) => keys.has(key)), ...taken]);
    }
    return { allowed, paused };
  };
};
