/** Pacing: cuts a simulation into batches, as fast as they are taken or in step with the wall clock. */
import { setImmediate as turn, setTimeout as wait } from 'node:timers/promises';
import type { Ms, SmsEvent } from '../events/event.ts';

/** The most events of a batch. */
const BATCH = 2_000;
/** The shortest sleep, in ms, so that paced events go out together instead of each by a timer. */
const BEAT = 25;
/** The longest sleep, in ms, so that a wall clock set anew is noticed. */
const DOZE = 1_000;

export interface Pace {
  /** How many seconds of the scenario pass in one of the wall clock; 'max' does not wait at all. */
  readonly speed: number | 'max';
  /** The scenario's instant that is now; everything before it is due at once. */
  readonly origin: Ms;
  /** The number of events after which it stops. */
  readonly limit?: number;
  readonly signal: AbortSignal;
}

/** Yields events in batches when they are due. It ends early, without an error, when the signal aborts. */
export async function* paced(
  events: Iterator<SmsEvent, void, undefined>,
  pace: Pace,
): AsyncGenerator<SmsEvent[]> {
  const { speed, origin, limit = Number.POSITIVE_INFINITY, signal } = pace;
  const begun = Date.now();
  const dueAt = (event: SmsEvent) => (speed === 'max' ? 0 : begun + (event.at - origin) / speed);
  let left = limit;
  let next = left > 0 ? events.next() : undefined;
  while (next && !next.done && !signal.aborted) {
    const now = Date.now();
    const batch: SmsEvent[] = [];
    while (next && !next.done && batch.length < BATCH && dueAt(next.value) <= now) {
      batch.push(next.value);
      next = --left > 0 ? events.next() : undefined;
    }
    if (batch.length > 0) yield batch;
    if (!next || next.done) return;
    const rest = dueAt(next.value) - Date.now();
    // Even at full speed the process must come round to hear a signal.
    if (rest <= 0) await turn();
    else await wait(Math.min(DOZE, Math.max(BEAT, rest)), undefined, { signal }).catch(unlessAborted(signal));
  }
}

const unlessAborted = (signal: AbortSignal) => (error: unknown) => {
  if (!signal.aborted) throw error;
};
