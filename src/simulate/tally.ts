/** What a simulation has done so far, counted as its events go out; and the brake that keeps some of them in. */
import type { Ms, SmsEvent } from '../events/event.ts';
import type { Random } from './random.ts';

export interface Spared {
  /** The messages that would have gone out, had the provider not been paused. */
  messages: number;
  /** The distinct people they were for. */
  people: number;
}

/** What a simulation has done so far; it goes on changing while the simulation runs. */
export interface SimulationTally {
  events: number;
  sent: number;
  sentBy: Record<string, number>;
  spared: Spared;
  sparedBy: Record<string, Spared>;
  /** The messages that went out without an order, and the distinct people who got them. */
  runaway: { messages: number; people: number };
}

/** Whether a provider is paused at an instant, asked message by message when the instant has come. */
export type Brake = (provider: string, at: Ms) => boolean;

export interface Counter {
  readonly tally: SimulationTally;
  /** Counts an event that goes out. */
  count(event: SmsEvent): void;
  /** Counts a message that a pause held back. */
  spare(provider: string, to: string): void;
}

const emptyTally = (): SimulationTally => ({
  events: 0,
  sent: 0,
  sentBy: {},
  spared: { messages: 0, people: 0 },
  sparedBy: {},
  runaway: { messages: 0, people: 0 },
});

/** A counter with nothing counted. */
export const createCounter = (): Counter => {
  const tally = emptyTally();
  const hit = new Set<string>();
  const spared = new Set<string>();
  const sparedBy = new Map<string, Set<string>>();
  return {
    tally,
    count: (event) => {
      tally.events++;
      if (event.type !== 'sent') return;
      tally.sent++;
      tally.sentBy[event.provider] = (tally.sentBy[event.provider] ?? 0) + 1;
      if (event.order !== undefined) return;
      hit.add(event.to);
      tally.runaway.messages++;
      tally.runaway.people = hit.size;
    },
    spare: (provider, to) => {
      tally.spared = { messages: tally.spared.messages + 1, people: spared.add(to).size };
      const people = sparedBy.get(provider) ?? new Set();
      sparedBy.set(provider, people.add(to));
      const messages = (tally.sparedBy[provider]?.messages ?? 0) + 1;
      tally.sparedBy[provider] = { messages, people: people.size };
    },
  };
};

/** A brake that bites up to two seconds late, since a provider sends what is on its way before it stops. */
export const createTail = (brake: Brake, random: Random): Brake => {
  const stopsAt = new Map<string, number>();
  return (provider, at) => {
    if (!brake(provider, at)) {
      stopsAt.delete(provider);
      return false;
    }
    const known = stopsAt.get(provider);
    const stop = known ?? at + 300 + random.below(1_500);
    if (known === undefined) stopsAt.set(provider, stop);
    return at >= stop;
  };
};
