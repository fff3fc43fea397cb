/**
 * The gate: where senders look up what is paused.
 * Adapters: file.ts (embedded) and redis.ts, which pass test/contract/gate. Senders use client.ts.
 */
import { z } from 'zod';
import { MODES, type Mode } from '../../config/mode.ts';
import { CATEGORIES, type Ms, ms } from '../../events/event.ts';
import type { Target } from '../target.ts';

/** What happens when a pause's time is over: nothing, a trickle to judge it by, or its end. */
export const AT_END = ['stay', 'probe', 'resume'] as const;
export type AtEnd = (typeof AT_END)[number];

/** An order `by` this is tocsin's own; any other name is a person's. */
export const POLICY = 'policy';

export interface Pause extends Target {
  readonly reason: string;
  /** The incident behind it; null when a person paused by hand. */
  readonly incident: string | null;
  readonly since: Ms;
  /** Who owns the pause: whoever made it. */
  readonly by: string;
  /** Fencing token: an order with a lower one than the gate has seen for this target is refused. */
  readonly token: number;
  /** When its time is over; with null it stays until somebody ends it. The gate itself ends nothing. */
  readonly until: Ms | null;
  readonly atEnd: AtEnd;
  /** How many messages a minute are let through while it is probed; null when it is not. */
  readonly trickle: number | null;
}

/** While it is set, tocsin orders nothing by itself. */
export interface HandsOff {
  readonly by: string;
  readonly reason: string;
  /** Null when it was set in Redis by hand, without telling. */
  readonly since: Ms | null;
}

/** A mode that a person set at run time: respond/mode.ts says when it holds. */
export interface ModeSet {
  readonly mode: Mode;
  /** What the configuration said when it was set; null when that is not known, and then it holds whatever that says. */
  readonly over: Mode | null;
  readonly by: string;
  readonly reason: string;
  /** Null when it was set in Redis by hand, without telling. */
  readonly since: Ms | null;
}

/** hands_off refuses tocsin's own orders alone; a person's order passes. */
type Refused = 'fenced' | 'hands_off';
export type PauseResult = 'paused' | 'already_paused' | Refused;
export type ResumeResult = 'resumed' | 'not_paused' | Refused;
export type ChangeResult = 'changed' | 'not_paused' | Refused;

/** Pauses of one provider, of its categories and of its campaigns stand side by side, each fenced for itself. */
export interface Gate {
  /** Gives a number above every one that it gave before. */
  nextToken(): Promise<number>;
  pause(pause: Pause): Promise<PauseResult>;
  /** Ends the pause of exactly this target. `by` is who orders it. */
  resume(target: Target, token: number, by: string): Promise<ResumeResult>;
  /** Puts `pause`, under its new token, in the place of the one that stands. `by` orders it, and need not own it. */
  change(pause: Pause, by: string): Promise<ChangeResult>;
  /** Every pause that stands, oldest first. */
  list(): Promise<readonly Pause[]>;
  handsOff(): Promise<HandsOff | null>;
  setHandsOff(handsOff: HandsOff | null): Promise<void>;
  /** The mode that a person set at run time, see mode.ts. The gate itself does not go by it. */
  mode(): Promise<ModeSet | null>;
  setMode(set: ModeSet | null): Promise<void>;
  close(): Promise<void>;
}

const at = z.number().transform((value): Ms => ms(value));

/** A pause as it is kept; one that was kept before pauses had an end stays until somebody ends it. */
export const pauseSchema = z.object({
  provider: z.string(),
  category: z.enum(CATEGORIES).optional(),
  campaign: z.string().optional(),
  reason: z.string(),
  incident: z.string().nullable(),
  since: at,
  by: z.string(),
  token: z.number(),
  until: at.nullable().default(null),
  atEnd: z.enum(AT_END).default('stay'),
  trickle: z.number().positive().nullable().default(null),
});

export const handsOffSchema = z.object({ by: z.string(), reason: z.string(), since: at.nullable() });

export const modeSetSchema = z.object({
  mode: z.enum(MODES),
  over: z.enum(MODES).nullable(),
  by: z.string(),
  reason: z.string(),
  since: z.number().transform(ms).nullable(),
});
