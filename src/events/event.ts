/**
 * The event: one fact about one SMS, and the units everything else is measured in.
 * In: nothing. Out: the types every stage trusts; `parse.ts` is the only place that makes them from outside data.
 */

import type { Channel } from './channels.ts';

declare const brand: unique symbol;
type Branded<T, Name extends string> = T & { readonly [brand]: Name };

/** An instant of event time: milliseconds since the Unix epoch, UTC. */
export type Ms = Branded<number, 'epoch ms'>;
/** A length of time in milliseconds. */
export type Duration = Branded<number, 'duration ms'>;
/** A bucket: one second of event time, as whole seconds since the Unix epoch. */
export type Second = Branded<number, 'epoch s'>;
/** A phone number in E.164 with its plus sign, a short code, or an alphanumeric sender. */
export type Address = Branded<string, 'address'>;
/** The one kind of address that belongs to a person and to a country: "+33612345678". */
export type E164 = Address & { readonly e164: true };

/** Brands a number as an instant; it must be milliseconds since the epoch. */
export const ms = (value: number): Ms => value as Ms;
/** Brands a number as a length of time; it must be milliseconds. */
export const duration = (value: number): Duration => value as Duration;
/** Brands a number as a bucket; it must be whole seconds since the epoch. */
export const second = (value: number): Second => value as Second;
/** The bucket an instant falls in. */
export const secondOf = (at: Ms): Second => Math.floor(at / 1000) as Second;
/** The instant a bucket begins. */
export const startOf = (bucket: Second): Ms => (bucket * 1000) as Ms;
/** Whether an address is a phone number in E.164: its plus sign, and 7 to 15 digits of which the first is not 0. */
export const isE164 = (address: string): address is E164 => /^\+[1-9]\d{6,14}$/.test(address);

/** Where "now" comes from: the wall clock in production, the scenario's own in the demo. */
export type Clock = () => Ms;

export const CATEGORIES = ['marketing', 'transactional', 'otp'] as const;
export type Category = (typeof CATEGORIES)[number];

/**
 * What a provider's error means, where its code is documented. blocked_by_stop: it refused the message since the person
 * had told it STOP.
 */
export type ErrorClass = 'blocked_by_stop';

/** Facts about one outgoing message, in the order of its life. */
export type MessageType = 'submitted' | 'sent' | 'delivered' | 'failed';

export interface MessageEvent {
  readonly type: MessageType;
  /** The provider's id of the message; with provider and type it names the event. */
  readonly id: string;
  readonly at: Ms;
  readonly provider: string;
  readonly to: Address;
  readonly from?: Address;
  /** An event without a category has the one that its campaign or its provider is configured with. */
  readonly category?: Category;
  readonly campaign?: string;
  /** Our own send order; absent on a message that nobody ordered. */
  readonly order?: string;
  readonly text?: string;
  readonly segments?: number;
  readonly error?: string;
  readonly errorClass?: ErrorClass;
}

/** A phone wrote to us: `from` is the person, `to` is our number or short code. */
export interface ReceivedEvent {
  readonly type: 'received';
  readonly id: string;
  readonly at: Ms;
  readonly provider: string;
  readonly to: Address;
  readonly from?: Address;
  readonly text?: string;
}

/** We took a number off the base: its owner gets no marketing any more. */
export interface OptedOutEvent {
  readonly type: 'opted_out';
  readonly id: string;
  readonly at: Ms;
  readonly provider?: string;
  readonly to: Address;
}

/** Somebody takes marketing again: what they said against it before holds no more. */
export interface OptedInEvent {
  readonly type: 'opted_in';
  readonly id: string;
  readonly at: Ms;
  readonly provider?: string;
  readonly to: Address;
}

/** What somebody says about marketing to them, or what we noted of it. */
export type Answer = ReceivedEvent | OptedOutEvent | OptedInEvent;

/** A campaign is planned from `start` to `end`, through `provider` or, where none is named, through any. */
export interface AnnouncedEvent {
  readonly type: 'announced';
  readonly id: string;
  readonly at: Ms;
  readonly provider?: string;
  readonly campaign: string;
  readonly start: Ms;
  readonly end: Ms;
  /** How many people it is meant for. */
  readonly audience: number;
}

/** What a provider bills for a stretch of time that is over: messages, segments, or both. */
export interface UsageEvent {
  readonly type: 'usage';
  readonly id: string;
  readonly at: Ms;
  readonly provider: string;
  /** Billed is what was sent in [start, end); `end` is not after `at`. */
  readonly start: Ms;
  readonly end: Ms;
  readonly count?: number;
  readonly segments?: number;
}

/** A fact about what is no SMS, which comes in the same stream: counted apart, and judged by nobody. */
export interface OtherEvent {
  readonly type: 'other';
  /** What is said of the message, and its id: one message has several such facts, and each counts once. */
  readonly id: string;
  readonly at: Ms;
  readonly provider: string;
  readonly channel: Channel;
}

export type SmsEvent =
  | MessageEvent
  | ReceivedEvent
  | OptedOutEvent
  | OptedInEvent
  | AnnouncedEvent
  | UsageEvent
  | OtherEvent;
