/** Symptoms: what is in the way, by what the probes read. In: readings and limits. Out: symptoms in words. Pure. */
import type { Config } from '../config/schema.ts';
import type { Ms } from '../events/event.ts';
import { MINUTE } from '../events/time.ts';
import type { Arrived } from '../intake/arrivals.ts';
import type { IntakeProblem } from '../intake/problems.ts';
import { hasChanged, type ProviderDelay } from '../windows/delays.ts';
import type { Cause, Symptom } from './blindness.ts';

export interface ProbeReadings {
  /** What the sources report by themselves. */
  readonly problems: readonly IntakeProblem[];
  /** For how long the oldest unread record has waited, in ms. */
  readonly waiting: number;
  readonly arrived: Arrived;
  /** Since when the whole stream has been silent, when that is beyond chance. */
  readonly silence?: Ms;
  /** How late each provider's reports come, and usually do. */
  readonly delays?: ReadonlyMap<string, ProviderDelay>;
}

/** Fewer messages than this in a minute say nothing about the clock. */
const FEW = 10;

/** Which cause a problem of a source is; none when another instance has the partition, and so sees. */
export const CAUSE_OF: Readonly<Record<IntakeProblem['about'], Cause | undefined>> = {
  store: 'store',
  kafka: 'kafka',
  lag: 'lag',
  lost: 'lost',
  log: 'log',
  group: undefined,
};

/** Answers what is in the way. The texts have no number that changes with every look. */
export const symptomsOf = (readings: ProbeReadings, limits: Config['blindness']): Symptom[] => {
  const { problems, waiting, arrived, silence } = readings;
  const found: Symptom[] = problems.flatMap(({ about, text }) => {
    const cause = CAUSE_OF[about];
    return cause === undefined ? [] : [{ cause, says: text }];
  });
  const isBehind = waiting > limits.lag;
  if (isBehind)
    found.push({
      cause: 'lag',
      says: `records of Kafka have waited for more than ${secondsOf(limits.lag)} to be read`,
    });
  if (silence)
    found.push({
      cause: 'silence',
      says: `nothing has come from any provider since ${timeOf(silence)}, at an hour that always brought something`,
    });
  const clock = isBehind ? undefined : clockSays(arrived, limits);
  if (clock !== undefined) found.push({ cause: 'clock', says: clock });
  // When the clocks of all are apart, it is nobody's in particular.
  else if (!isBehind) found.push(...lateSymptoms(readings.delays ?? new Map()));
  const { share, minimum } = limits.deadLetters;
  if (arrived.rejected >= minimum && arrived.rejected > share * arrived.records)
    found.push({
      cause: 'dead-letters',
      says: `more than ${Math.round(share * 100)} % of the records of the last five minutes cannot be read`,
    });
  return found;
};

/** Each provider's that comes later than it used to, or is dated further ahead. */
const lateSymptoms = (delays: ReadonlyMap<string, ProviderDelay>): Symptom[] =>
  [...delays].flatMap(([provider, delay]) => {
    if (!hasChanged(delay)) return [];
    const off = (delay.present ?? 0) - (delay.usual ?? 0);
    const by = `${Math.round(Math.abs(off) / MINUTE)} min`;
    const says =
      off > 0
        ? `${provider}’s reports come ${by} later than they used to, or its clock is wrong`
        : `${provider}’s reports are dated ${by} further ahead than they used to: its clock is wrong`;
    return [{ cause: 'delay', provider, says }];
  });

const clockSays = (
  { messages, ahead, behind, inTime }: Arrived,
  limits: Config['blindness'],
): string | undefined => {
  if (messages < FEW) return undefined;
  const limit = secondsOf(limits.clock);
  if (2 * ahead > messages && inTime === 0)
    return `most messages are dated more than ${limit} ahead of the clock`;
  if (behind > limits.clock)
    return `the newest messages are dated more than ${limit} behind the clock, though nothing waits to be read`;
  return undefined;
};

const secondsOf = (length: number): string => `${length / 1_000} s`;
const timeOf = (at: Ms): string => `${new Date(at).toISOString().slice(11, 19)} UTC`;
