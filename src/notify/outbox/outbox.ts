/**
 * The outbox: alerts are durable here before they are sent, and leave when the receiver has taken them.
 * Adapters: file.ts (embedded) and redis.ts, which pass test/contract/outbox. channels/channels.ts empties it.
 */
import type { Ms } from '../../events/event.ts';
import type { Offer } from '../../respond/offers.ts';

/** A card is an incident's one message, edited as it grows; a reply is a line in its thread. */
export interface Notice {
  readonly incident: string;
  readonly kind: 'card' | 'reply';
  /** Plain text, already masked. The first line of a card is its headline. */
  readonly text: string;
  readonly severity: 'warning' | 'critical';
  /** What a person may do about it, at least one thing; only a card has it. */
  readonly offers?: readonly Offer[];
  /** Says of a card that its incident was told before: the receiver has a message, even if the outbox forgot where. */
  readonly follows?: true;
  /** What it does to a mute: a failed pause ends it, the answer to an order passes it. */
  readonly mute?: 'ends' | 'passes';
  /** The incidents of a digest that a person may acknowledge from it, at least one. */
  readonly choices?: ReadonlyArray<{ readonly incident: string; readonly label: string }>;
  /** Whom a reply calls, as Slack writes it: it is not escaped. None while the incident is muted. */
  readonly mention?: string;
  /** What the incident is, for receivers that read no text, in epoch ms; `until` is when it was over. */
  readonly about?: { readonly provider: string; readonly since: Ms; readonly until?: Ms };
  /** The one channel that a card is for, which was told of its incident while the first channel was away. */
  readonly only?: string;
  /**
   * Of a reply: what it tells, by name. Put again under the same name it is left out, among the newest put by name
   * (limits.ts has how many), so that what died between telling and writing down may tell again.
   */
  readonly once?: string;
}

export interface OutboxEntry extends Omit<Notice, 'once'> {
  /** Grows with every put; entries are delivered in its order. */
  readonly seq: number;
  /** How long ago it was put, in ms, at the moment it was peeked; a card that is replaced keeps its age. */
  readonly waited: number;
  /** What other channels than the first have taken of it, by channel. */
  readonly taken?: Readonly<Record<string, DeliveryMark>>;
}

/** The number of bytes of a reply's text, or the hash of a card's text; limits.ts makes it. */
export type DeliveryMark = number | string;

/** Where an incident's message lives at the receiver. */
export interface Thread {
  readonly channel: string;
  readonly ts: string;
}

/** Where it lives in a channel that is not the first, and the card that was told there last. */
export interface CardPlace extends Thread {
  readonly card?: DeliveryMark;
}

export interface Outbox {
  /**
   * Durable once it answers. A card not yet delivered is replaced in place (same seq order) by a newer one. `token`: the
   * lease's fencing token; below the highest seen it rejects with `Fenced`. With no notices it is only seen.
   */
  put(notices: readonly Notice[], token?: number): Promise<void>;
  /** The oldest entries in order, from the next seq greater than `behind` on, without those of muted incidents. */
  peek(limit: number, behind?: number): Promise<readonly OutboxEntry[]>;
  /** The first channel took it: it is gone, unless a newer card replaced its text since. Remembers the thread. */
  done(entry: OutboxEntry, thread: Thread): Promise<void>;
  thread(incident: string): Promise<Thread | undefined>;
  /** Whether the incident has a message of its own, delivered or waiting. */
  has(incident: string): Promise<boolean>;
  /** Another channel took it, as far as `mark`: it stays for the first one. A copy that was for it alone is gone. */
  took(entry: OutboxEntry, by: { channel: string; mark: DeliveryMark; place?: CardPlace }): Promise<void>;
  /** Where the incident's message lives in other channels than the first. */
  places(incident: string): Promise<Readonly<Record<string, CardPlace>>>;
  /**
   * Holds an incident's entries back for `length` ms; its replies join each other meanwhile. A notice ends that
   * which says so, or is critical when the incident was muted as a warning.
   */
  mute(incident: string, severity: Notice['severity'], length: number): Promise<void>;
  size(): Promise<number>;
  close(): Promise<void>;
}
