/** What tocsin says of its own health, as readiness, metrics and the live view show it. */
import type { Blindness } from './blindness.ts';

export interface Health {
  /** Why tocsin may be blind; empty when all is well. */
  readonly problems: readonly string[];
  /** Of those, what has lasted: people were told of it. */
  readonly blind: ReadonlyArray<Pick<Blindness, 'cause' | 'since' | 'says'>>;
  /** What does not blind it, and should be looked into. */
  readonly warnings: readonly string[];
  /** How often a name was counted under "(other)" since the start, since there were too many (windows.names). */
  readonly namesBeyond: number;
  readonly eventsCounted: number;
  readonly deadLetters: number;
  readonly outbox: number;
  /** Behind the newest record, in records, over all partitions. */
  readonly lag: number;
}
