/** What all sources of one simulation share. */
import { type Ms, ms } from '../events/event.ts';
import { type Agenda, createAgenda } from './agenda.ts';
import { createConsent, type SimulatedConsent } from './consent.ts';
import { createLocalTime, type SimulatedTime } from './local-time.ts';
import { createPeople, type People } from './people.ts';
import { createRandom, type Random, runName } from './random.ts';
import { type Brake, type Counter, createCounter } from './tally.ts';

/** Enough customers that two messages a second do not reach the same person twice an hour. */
const CUSTOMERS = 240_000;

export interface World {
  readonly start: Ms;
  readonly end: Ms;
  /** The factor on every rate and audience. */
  readonly scale: number;
  readonly random: Random;
  readonly agenda: Agenda;
  readonly people: People;
  readonly consent: SimulatedConsent;
  readonly paris: SimulatedTime;
  readonly brake: Brake;
  readonly counter: Counter;
  /** Whether a provider is busy with something of its own, and sends nothing of what it is asked for. */
  readonly isBusy: (provider: string, at: number) => boolean;
  /** A message id that no other message of this provider has. */
  nextId(provider: string): string;
  /** Whether STOP replies reach us; on the night of the salons the short code is dead. */
  readonly stopWorks: boolean;
}

export interface WorldOptions {
  readonly seed: string | number;
  readonly start: Ms;
  readonly end: Ms;
  readonly scale?: number;
  readonly brake?: Brake;
  readonly stopWorks?: boolean;
  readonly isBusy?: World['isBusy'];
}

/** A world whose every chance follows from the seed. */
export const createWorld = (options: WorldOptions): World => {
  const {
    seed,
    start,
    end,
    scale = 1,
    brake = () => false,
    stopWorks = true,
    isBusy = () => false,
  } = options;
  const random = createRandom(seed);
  const people = createPeople(CUSTOMERS);
  const run = runName(random, start);
  let last = 0;
  return {
    start: ms(Math.floor(start)),
    end,
    scale,
    random,
    agenda: createAgenda(),
    people,
    consent: createConsent(people),
    paris: createLocalTime('Europe/Paris'),
    brake,
    counter: createCounter(),
    isBusy,
    nextId: (provider) => `${provider}-${run}-${(++last).toString(36)}`,
    stopWorks,
  };
};
