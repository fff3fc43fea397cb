/** Plain traffic at one rate, as fast as it can be made: what benches and load tests are fed with. */
import { type Address, ms, type SmsEvent } from '../events/event.ts';
import { createPeople, MOST_PEOPLE } from './people.ts';
import { createRandom, runName } from './random.ts';
import type { Simulation } from './run.ts';
import { createCounter } from './tally.ts';

export interface SteadyOptions {
  readonly seed: string | number;
  readonly start: number;
  readonly end: number;
  /** The messages a second over all providers. */
  readonly rate?: number;
  readonly providers?: number;
  /** The number of distinct people. */
  readonly recipients?: number;
}

const NAMES = ['alpha', 'beta', 'gamma', 'delta'];

/** Simulates sent messages at an even rate, spread over providers in turn and people at random. */
export const steady = (options: SteadyOptions): Simulation => {
  const { tally } = createCounter();
  const counted = (event: SmsEvent & { provider: string }): SmsEvent => {
    tally.events++;
    tally.sent++;
    tally.sentBy[event.provider] = (tally.sentBy[event.provider] ?? 0) + 1;
    return event;
  };
  return Object.assign(messages(options, counted), { tally });
};

function* messages(
  { seed, start, end, rate = 1_000, providers = 2, recipients = 100_000 }: SteadyOptions,
  counted: (event: SmsEvent & { provider: string }) => SmsEvent,
): Generator<SmsEvent, void, undefined> {
  const random = createRandom(seed);
  const phones = distinctPhones(recipients);
  const names = Array.from({ length: providers }, (_, index) => NAMES[index] ?? `provider${index + 1}`);
  const run = runName(random, start);
  for (let i = 0; ; i++) {
    const at = Math.floor(start + (i * 1000) / rate);
    if (at >= end) return;
    const id = `${run}-${i}`;
    yield counted({
      type: 'sent',
      id,
      at: ms(at),
      provider: names[i % providers] ?? 'alpha',
      to: phones[random.below(recipients)] ?? ('+33612345678' as Address),
      category: 'transactional',
      order: id,
    });
  }
}

/** So many distinct numbers, made once, since making them is most of the work otherwise. */
const distinctPhones = (count: number): Address[] => {
  const people = createPeople(MOST_PEOPLE);
  const phones: Address[] = [];
  for (let index = 0; phones.length < count; index++) {
    if (index === people.size) throw new RangeError(`recipients must be at most ${phones.length}`);
    if (!people.shares(index)) phones.push(people.phone(index));
  }
  return phones;
};
