/**
 * Events in one line: `sent({ to: '+33612345678' })`. What is not given has a plain default; ids count up.
 * Out: events as tocsin has them, the JSON they come as (`wire`), and raw records of a partition (`rawRecord`).
 */
import type {
  Address,
  AnnouncedEvent,
  MessageEvent,
  MessageType,
  OptedInEvent,
  OptedOutEvent,
  ReceivedEvent,
  SmsEvent,
  UsageEvent,
} from '../../src/events/event.ts';
import { ms } from '../../src/events/event.ts';
import type { RawRecord } from '../../src/intake/source.ts';

/** 2025-10-28T20:00:00+01:00, the evening it exists for; a Tuesday. */
export const EVENING = ms(Date.UTC(2025, 9, 28, 19));

let made = 0;
const nextId = () => `m${++made}`;

/** Instants as a number, addresses as a string: a test has nothing to gain from brands. */
type Loose<T> = {
  [K in keyof T]?: T[K] extends Address | undefined
    ? string
    : NonNullable<T[K]> extends number
      ? number
      : T[K];
};

const person = (index: number) => `+336${String(12_000_000 + index)}`;
/** A French mobile number, another for each index. */
export const to = (index: number): Address => person(index) as Address;

const message =
  (type: MessageType) =>
  (fields: Loose<Omit<MessageEvent, 'type'>> = {}): MessageEvent =>
    ({ type, id: nextId(), at: EVENING, provider: 'alpha', to: person(0), ...fields }) as MessageEvent;

export const submitted = message('submitted');
export const sent = message('sent');
export const delivered = message('delivered');
export const failed = message('failed');

/** A phone answers STOP to 36200. */
export const received = (fields: Loose<Omit<ReceivedEvent, 'type'>> = {}): ReceivedEvent =>
  ({
    type: 'received',
    id: nextId(),
    at: EVENING,
    provider: 'alpha',
    to: '36200',
    from: person(0),
    text: 'STOP',
    ...fields,
  }) as ReceivedEvent;

export const optedOut = (fields: Loose<Omit<OptedOutEvent, 'type'>> = {}): OptedOutEvent =>
  ({ type: 'opted_out', id: nextId(), at: EVENING, to: person(0), ...fields }) as OptedOutEvent;

export const optedIn = (fields: Loose<Omit<OptedInEvent, 'type'>> = {}): OptedInEvent =>
  ({ type: 'opted_in', id: nextId(), at: EVENING, to: person(0), ...fields }) as OptedInEvent;

/** One hour, a thousand people. */
export const announced = (fields: Loose<Omit<AnnouncedEvent, 'type'>> = {}): AnnouncedEvent =>
  ({
    type: 'announced',
    id: nextId(),
    at: EVENING,
    provider: 'alpha',
    campaign: 'spring',
    start: EVENING,
    end: EVENING + 3_600_000,
    audience: 1_000,
    ...fields,
  }) as AnnouncedEvent;

/** A thousand messages of the hour before. */
export const usage = (fields: Loose<Omit<UsageEvent, 'type'>> = {}): UsageEvent =>
  ({
    type: 'usage',
    id: nextId(),
    at: EVENING,
    provider: 'alpha',
    start: EVENING - 3_600_000,
    end: EVENING,
    count: 1_000,
    ...fields,
  }) as UsageEvent;

/** An event as it comes from outside: one line of JSON, its instants in epoch ms. */
export const wire = (event: SmsEvent | object): string => JSON.stringify(event);

/** A record of a partition: an event, or what is sent instead of one. */
export const rawRecord = (value: SmsEvent | object | string | Buffer | null, offset = 0): RawRecord => ({
  offset,
  value:
    value === null || Buffer.isBuffer(value)
      ? value
      : Buffer.from(typeof value === 'string' ? value : wire(value)),
});

/** Records with offsets from `first` on. */
export const rawRecords = (
  values: ReadonlyArray<SmsEvent | object | string | Buffer | null>,
  first = 0,
): RawRecord[] => values.map((value, index) => rawRecord(value, first + index));
