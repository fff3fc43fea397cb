/**
 * The outbox: alerts are durable here before they are sent, and leave when the receiver has taken them.
 * Adapters: outbox-file.ts (embedded) and outbox-redis.ts; test/contract/outbox. slack.ts empties it.
 */
import type { Offer } from './offers.ts';

/** A card is an incident's one message, edited as it grows; a reply is a line in its thread. */
export interface Notice {
  readonly incident: string;
  readonly kind: 'card' | 'reply';
  /** Plain text, already masked. For a card: first line is the headline. */
  readonly text: string;
  readonly severity: 'warning' | 'critical';
  /** What a person may do about it, at least one; of a card alone. */
  readonly offers?: readonly Offer[];
  /** What it does to a mute: a failed pause ends it, the answer to an order passes it. */
  readonly mute?: 'ends' | 'passes';
}

export interface Entry extends Notice {
  /** Grows with every put; entries are delivered in its order. */
  readonly seq: number;
}

/** Where an incident's message lives at the receiver. */
export interface Thread {
  readonly channel: string;
  readonly ts: string;
}

export interface Outbox {
  /** Durable once it answers. A card not yet delivered is replaced in place (same seq order) by a newer one. */
  put(notices: readonly Notice[]): Promise<void>;
  /** The oldest entries, in order, without those of muted incidents. */
  peek(limit: number): Promise<readonly Entry[]>;
  /** The receiver took it: gone, unless a newer card replaced its text since (then it stays). Remembers the thread. */
  done(entry: Entry, thread: Thread): Promise<void>;
  thread(incident: string): Promise<Thread | undefined>;
  /**
   * Holds an incident's entries back for `length` ms; its replies join each other meanwhile. A notice ends that
   * which says so, or is critical when the incident was muted as a warning.
   */
  mute(incident: string, severity: Notice['severity'], length: number): Promise<void>;
  size(): Promise<number>;
  close(): Promise<void>;
}
