/**
 * Bounds: by when each fault must be found, and its provider paused. In: each faulty record, with the instant from which
 * it could be read, and what tocsin did. Out: which bounds were kept, with the delay, and which were not.
 *
 * The time begins when the records that prove the fault could have been read, and only what is calm of it counts.
 */
import type { Calm } from './calm.ts';
import type { Due, Fault } from './faults.ts';

/** How long (ms of calm) it may take from the proof on: a poll of the log, a look each second, a few trips to the stores. */
export const WITHIN: Readonly<Record<Due, number>> = { found: 4_000, paused: 4_000 };

/**
 * Forecasts go with the process: a new one forecasts the silent minutes at a level that they have lowered already, so that
 * more has to be missing by this much.
 */
const FORECAST_ANEW = 1.6;

export interface Kept {
  readonly fault: Fault;
  readonly due: Due;
  /** In ms behind the record that proved it; negative when it was sooner, undefined when that was still to come. */
  readonly delay: number | undefined;
  /** How many of its messages could be read then. */
  readonly readable: number;
}

export interface Bounds {
  /** A faulty message that can be read from `at` on. */
  readable(fault: Fault, at: number): void;
  happened(provider: string, due: Due, at: number, severity?: 'warning' | 'critical'): void;
  /** Whether something of the fault is still due. */
  isDue(fault: Fault): boolean;
  /** Answers what is overdue at `now`, once each. */
  overdue(now: number): readonly string[];
  readonly kept: readonly Kept[];
}

/**
 * `rateOf`: how many ordinary messages a second a provider sends. `hasStarted`: whether an instance has come in the place
 * of another so far.
 */
export const createBounds = (
  faults: readonly Fault[],
  calm: Calm,
  {
    rateOf,
    hasStarted,
  }: { readonly rateOf: (provider: string) => number; readonly hasStarted: () => boolean },
): Bounds => {
  const readable = new Map<Fault, number[]>(faults.map((fault) => [fault, []]));
  const open = new Set(
    faults.flatMap((fault) =>
      (['found', 'paused'] as const).flatMap((due) =>
        fault.kind.proof[due] === undefined ? [] : [{ fault, due }],
      ),
    ),
  );
  const kept: Kept[] = [];

  const provedAt = ({ fault, due }: { fault: Fault; due: Due }): number | undefined => {
    const { sent, missing } = fault.kind.proof[due] ?? {};
    if (missing !== undefined) {
      const needed = missing * (hasStarted() ? FORECAST_ANEW : 1);
      const at = fault.from + (1_000 * needed) / rateOf(fault.provider);
      // Whose records were read late is held to trail by as much for minutes: View.behind, which takes our own lateness
      // for its. It is not yet missed where it is not due.
      return at + calm.longest(at);
    }
    const all = readable.get(fault) ?? [];
    if (sent === undefined || all.length < sent) return undefined;
    return all.toSorted((a, b) => a - b)[sent - 1];
  };

  return {
    kept,
    readable: (fault, at) => {
      const all = readable.get(fault);
      if (all && all.length < 2_000) all.push(at);
    },
    happened: (provider, due, at, severity = 'critical') => {
      for (const one of open) {
        const { fault } = one;
        if (fault.provider !== provider || one.due !== due || at < fault.from) continue;
        if (fault.kind.severity === 'critical' && severity !== 'critical') continue;
        open.delete(one);
        const from = provedAt(one);
        const before = (readable.get(fault) ?? []).filter((when) => when <= at).length;
        kept.push({ fault, due, delay: from === undefined ? undefined : at - from, readable: before });
      }
    },
    isDue: (fault) => [...open].some((one) => one.fault === fault),
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
