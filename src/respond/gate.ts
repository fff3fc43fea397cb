/**
 * The gate: where senders look up whether a provider is paused.
 * Adapters: gate-file.ts (embedded) and gate-redis.ts; test/contract/gate. Senders use gate-client.ts.
 */
import type { Ms } from '../events/event.ts';

export interface Pause {
  readonly provider: string;
  readonly reason: string;
  /** The incident behind it; null when a person paused by hand. */
  readonly incident: string | null;
  readonly since: Ms;
  readonly by: string;
  /** Fencing token: an order with a lower one than the gate has seen is refused. */
  readonly token: number;
}

export type PauseResult = 'paused' | 'already_paused' | 'fenced';
export type ResumeResult = 'resumed' | 'not_paused' | 'fenced';

export interface Gate {
  /** A number above every one given before. */
  nextToken(): Promise<number>;
  pause(pause: Pause): Promise<PauseResult>;
  resume(provider: string, token: number): Promise<ResumeResult>;
  list(): Promise<readonly Pause[]>;
  close(): Promise<void>;
}
