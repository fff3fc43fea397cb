/**
 * Bounds: by when each fault must be found, and its provider paused. In: each faulty record, with the instant from which
 * it could be read, and what tocsin did. Out: which bounds were kept, with the delay, and which were not.
 *
 * The time begins when the records that prove the fault could have been read, and only what is calm of it counts.
 */
import type { Calm } from './calm.ts';
import type { Fault } from './faults.ts';

/** How long (ms of calm) it may take, from the record that proves it: a look a second, a poll of the log, a few trips. */
export const WITHIN = { found: 5_000, paused: 6_000 } as const;
export type Due = keyof typeof WITHIN;

export interface Kept {
  readonly fault: Fault;
  readonly due: Due;
  /** In ms, behind the record that proved it; negative when it was sooner. */
  readonly delay: number;
}

export interface Bounds {
  /** A faulty message that can be read from `at` on. */
  readable(fault: Fault, at: number): void;
  happened(provider: string, due: Due, at: number): void;
  /** Whether something of the fault is still due. */
  isDue(fault: Fault, due: Due): boolean;
  /** Answers what is overdue at `now`, once each. */
  overdue(now: number): readonly string[];
  readonly kept: readonly Kept[];
}

export const createBounds = (faults: readonly Fault[], calm: Calm): Bounds => {
  const readable = new Map<Fault, number[]>(faults.map((fault) => [fault, []]));
  const open = new Set(
    faults.flatMap((fault) =>
      (['found', 'paused'] as const).flatMap((due) =>
        fault.kind.provedBy[due] === undefined ? [] : [{ fault, due }],
      ),
    ),
  );
  const kept: Kept[] = [];

  const provedAt = ({ fault, due }: { fault: Fault; due: Due }): number | undefined => {
    const needed = fault.kind.provedBy[due];
    const all = readable.get(fault) ?? [];
    if (needed === undefined || all.length < needed) return undefined;
    return all.toSorted((a, b) => a - b)[needed - 1];
  };

  return {
    kept,
    readable: (fault, at) => {
      const all = readable.get(fault);
      if (all && all.length < 2_000) all.push(at);
    },
    happened: (provider, due, at) => {
      for (const one of open) {
        if (one.fault.provider !== provider || one.due !== due || at < one.fault.from) continue;
        open.delete(one);
        kept.push({ fault: one.fault, due, delay: at - (provedAt(one) ?? at) });
      }
    },
    isDue: (fault, due) => [...open].some((one) => one.fault === fault && one.due === due),
    overdue: (now) =>
      [...open].flatMap((one) => {
        const from = provedAt(one);
        if (from === undefined || calm.within(from, now) <= WITHIN[one.due]) return [];
        open.delete(one);
        const { fault, due } = one;
        return [
          `${fault.provider}, ${fault.kind.name}: not ${due} within ${WITHIN[due] / 1_000} s of calm, proved at ${new Date(from).toISOString().slice(11, 23)}`,
        ];
      }),
  };
};
