/**
 * What watchers see: one snapshot on connecting, then changes. JSON over WebSocket at /v1/live.
 * Every number in it is masked already; nothing here identifies a person.
 */
import type { Mode } from '../config/mode.ts';
import type { Ms } from '../events/event.ts';
import type { Health } from '../health/report.ts';
import type { Incident } from '../incidents/incident.ts';
import type { Explanation } from '../respond/explain.ts';
import type { HandsOff, Pause } from '../respond/gate/gate.ts';
import type { ManualOrders, OrderDetails } from '../respond/manual.ts';
import type { ModeView } from '../respond/mode.ts';

/** How a provider stands. */
export interface ProviderView {
  readonly provider: string;
  /** paused: the whole provider is; a pause of a category or a campaign leaves it ok or alert. */
  readonly state: 'ok' | 'alert' | 'paused';
  /** The messages a second over the last ten seconds. */
  readonly rate: number;
  /** The messages a second that are expected now. */
  readonly expected: number;
  /** How late its reports come, in ms; negative for a clock ahead, null while it is not known. */
  readonly delay: { readonly ms: number; readonly isUsual: boolean } | null;
  /** The pauses that stand, oldest first. */
  readonly pauses: readonly Pause[];
}

/** One second of one provider: [epoch second, sent, expected, upper edge of the band]. */
export type RatePoint = readonly [number, number, number, number];

/** One event as watchers see it. */
export interface FeedLine {
  readonly at: Ms;
  readonly provider: string;
  readonly type: string;
  /** The number it went to, masked: "+33 6 •• •• •• 12". */
  readonly to: string;
  readonly text?: string;
}

/** Everything the live view shows but rates and events. */
export interface LiveState {
  readonly now: Ms;
  readonly mode: Mode;
  readonly providers: readonly ProviderView[];
  readonly incidents: readonly Incident[];
  readonly health: Health;
  /** Who took tocsin's hands off, and why: while it is set, tocsin pauses and resumes nothing by itself. */
  readonly handsOff: HandsOff | null;
}

/** What a watcher is sent: first a snapshot, then changes. */
export type LiveMessage =
  | {
      readonly type: 'snapshot';
      readonly state: LiveState;
      readonly rates: Readonly<Record<string, readonly RatePoint[]>>;
      readonly feed: readonly FeedLine[];
    }
  /** Points replace those of the same second; the state replaces the last one. */
  | {
      readonly type: 'change';
      readonly state: LiveState;
      readonly rates: Readonly<Record<string, readonly RatePoint[]>>;
      readonly feed: readonly FeedLine[];
    };

/** What the server is given to show and to do; the daemon implements it. */
export interface LiveSource extends ManualOrders {
  /** The state as of now. */
  state(): LiveState;
  /** The points of each provider at or after a second (epoch s), at most the last 900. */
  rates(since: number): Readonly<Record<string, readonly RatePoint[]>>;
  /** Feed lines after a sequence number (0: the last 50), and the newest number. */
  feed(after: number): { readonly lines: readonly FeedLine[]; readonly seq: number };
  /** What tocsin may do by itself, and who set it. */
  mode(): ModeView;
  /** Sets the mode for all instances; null makes it the configuration's again. */
  setMode(mode: Mode | null, given: OrderDetails): Promise<void>;
  /** Holds an incident against the policy's table; undefined for one that is not known, or no longer. */
  explain(incident: string): Explanation | undefined;
}
