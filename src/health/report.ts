/** What tocsin says of its own health, as readiness, metrics and the live view show it. */
import type { Blindness } from './blindness.ts';

export interface Health {
  /** Why tocsin may be blind; empty when all is well. */
  readonly problems: readonly string[];
  /** Those of the problems that have lasted, so that people were told of them. */
  readonly blind: ReadonlyArray<Pick<Blindness, 'cause' | 'provider' | 'since' | 'says'>>;
  /** What does not blind tocsin but should be looked into. */
  readonly warnings: readonly string[];
  /** How often a name was counted under "(other)" since the start, since there were too many (windows.names). */
  readonly namesBeyond: number;
  /** By provider, the events of the last hour that came too late to be looked at, and how late at most, in seconds. */
  readonly tooLate: ReadonlyArray<{
    readonly provider: string;
    readonly events: number;
    readonly seconds: number;
  }>;
  readonly eventsCounted: number;
  /** Of the events, those that were no SMS, by channel: counted, and judged by nobody. */
  readonly otherChannels: Readonly<Record<string, number>>;
  readonly deadLetters: number;
  readonly outbox: number;
  /** How many records are still to be read, over all partitions. */
  readonly lag: number;
}
