/**
 * Destinations: countries that a provider was never used for. Pumping (messages to numbers that earn their owner
 * money) goes to far countries in small numbers, long before it is a burst of the whole.
 *
 * A destination is known once messages went there on two days; until then, in a provider that has been watched for
 * more than a day, an hour's messages to it are a finding. No statistics: the expected number is none.
 */
import { DAY_SECONDS } from '../../events/time.ts';
import type { LearnedKind } from '../learning/learned.ts';

/** All that is kept of one country through one provider. Times are epoch seconds. */
export interface Destination {
  readonly first: number;
  last: number;
  /** On how many days the country was used, and when the last of them began. */
  days: number;
  day: number;
}

export const DESTINATIONS: LearnedKind<Destination> = {
  name: 'destination',
  days: 100,
  most: 5_000,
  seenAt: ({ last }) => last,
};

const KNOWN_DAYS = 2;
/** Seconds after which it is another day: one night across midnight is one. */
const ANOTHER_DAY = 20 * 3_600;
const WATCHED = DAY_SECONDS;
/** Messages in an hour: from the first number on people should look, from the second on it is strong. */
const FEWEST = 20;
const MANY = 200;

/** Takes a second with messages in; answers the destination as it is then known. */
export const addDestination = (known: Destination | undefined, at: number): Destination => {
  if (!known) return { first: at, last: at, days: 1, day: at };
  if (at - known.day >= ANOTHER_DAY) {
    known.days += 1;
    known.day = at;
  }
  known.last = at;
  return known;
};

/** `watched` is since when the provider is watched; `inAnHour` are the messages to the country in the last hour. */
export const judgeDestination = (
  known: Destination | undefined,
  { at, watched, inAnHour }: { at: number; watched: number; inAnHour: number },
): 'warn' | 'strong' | undefined => {
  if (at - watched < WATCHED || inAnHour < FEWEST) return undefined;
  if (known && (known.days >= KNOWN_DAYS || known.first - watched < WATCHED)) return undefined;
  return inAnHour >= MANY ? 'strong' : 'warn';
};
