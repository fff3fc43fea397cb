/**
 * An actuator: what can stop a provider besides the gate, at the provider's or in a system of our own.
 * Adapters: http.ts (with the providers' presets.ts) and kafka-topic.ts; run.ts runs them.
 */
import type { Duration, Ms } from '../../events/event.ts';
import type { Target } from '../target.ts';

export interface ActuatorOrder {
  readonly action: 'pause' | 'resume';
  readonly target: Target;
  readonly incident: string | null;
  readonly reason: string;
  /** When the pause began; for a resume, when it was ordered. */
  readonly since: Ms;
  /** Fencing token: whoever takes orders ignores one with a lower token than the last. */
  readonly token: number;
}

export type ActuatorOutcome =
  | { readonly kind: 'taken' }
  /** A newer order came while it was tried. */
  | { readonly kind: 'superseded' }
  | NotTaken;

export interface NotTaken {
  readonly kind: 'not_taken';
  /** What went wrong and what to do about it, without secrets. */
  readonly why: string;
  /** Whether another try may help, and how long the other side asks to wait. */
  readonly again: boolean;
  readonly after?: Duration;
}

export type Effect =
  | { readonly kind: 'in_effect' | 'not_in_effect' }
  | { readonly kind: 'unknown'; readonly why: string };

/** What it would stop for a target, by name (two targets with one name share it), or why it cannot stop just that. */
export type ActuatorReach = { readonly effect: string } | { readonly cannot: string };

/** What would be sent, for people, with secrets by their names; or why it cannot be sent as it is configured. */
export type Shown = { readonly requests: readonly string[] } | { readonly fault: string };

export interface Actuator {
  readonly name: string;
  /** How long one try may take, and how long all of them together. */
  readonly timeout: Duration;
  readonly deadline: Duration;
  reach(target: Target): ActuatorReach;
  /** Shows what a try would send, and sends nothing. */
  show(order: ActuatorOrder): Shown;
  /** Makes one try. Doing it twice does no more than doing it once. */
  carryOut(order: ActuatorOrder, signal: AbortSignal): Promise<ActuatorOutcome>;
  /** Asks whether it is in effect; absent where there is no way to ask. */
  readonly verify?: (target: Target, signal: AbortSignal) => Promise<Effect>;
}

export const TAKEN: ActuatorOutcome = { kind: 'taken' };
export const notTaken = (why: string, again = false): NotTaken => ({ kind: 'not_taken', why, again });
