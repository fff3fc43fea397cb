/** Runs sources side by side: their events come out in the order they happen, one at a time, nothing made ahead. */
import type { SmsEvent } from '../events/event.ts';
import type { SimulationTally } from './tally.ts';
import type { World } from './world.ts';

/**
 * A generator of instants, never going back. When it is resumed, the instant it gave has come and everything
 * before it is out; it then puts events on the agenda, none of them before that instant.
 */
export type Source = Generator<number, void, undefined>;

/** Events in the order of `at`, and what they add up to so far. */
export type Simulation = Generator<SmsEvent, void, undefined> & { readonly tally: SimulationTally };

/** Runs sources to the world's end. */
export const runSources = (world: World, sources: readonly Source[]): Simulation =>
  Object.assign(events(world, sources), { tally: world.counter.tally });

const advance = (source: Source): number => {
  const step = source.next();
  return step.done ? Number.POSITIVE_INFINITY : step.value;
};

function* events(world: World, sources: readonly Source[]): Generator<SmsEvent, void, undefined> {
  const { agenda, counter, end } = world;
  const waiting = sources.map((source) => ({ source, next: advance(source) }));
  for (;;) {
    let first = waiting[0];
    for (const other of waiting) if (first === undefined || other.next < first.next) first = other;
    const until = Math.min(first?.next ?? end, end);
    for (let event = agenda.popBefore(until); event; event = agenda.popBefore(until)) {
      counter.count(event);
      yield event;
    }
    if (first === undefined || first.next >= end) return;
    first.next = advance(first.source);
  }
}
