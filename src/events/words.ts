/**
 * The words for types and categories: tocsin's own, and what providers and companies usually say instead.
 * In: a word from outside. Out: tocsin's own, or undefined: one that means different things to different people, such
 * as "pending", is for `intake.mapping` to say.
 */
import { CATEGORIES, type Category, type SmsEvent } from './event.ts';

export type EventType = SmsEvent['type'];
/** Every type of event. */
export const EVENT_TYPES = [
  ...(['submitted', 'sent', 'delivered', 'failed', 'received'] as const),
  ...(['opted_out', 'opted_in', 'announced', 'usage', 'other'] as const),
] as const satisfies readonly EventType[];

const TYPES: Readonly<Record<EventType, string>> = {
  submitted: 'submit queued enqueued accepted',
  sent: 'send dispatched enroute en_route sent_to_carrier delivered_to_operator delivered_to_carrier envoye envoyee',
  delivered: 'deliver delivrd delivered_to_handset delivery_success delivery_ok livre livree distribue remis',
  failed:
    'fail failure error undelivered undeliv undeliverable not_delivered delivery_failed delivery_failure rejected rejectd expired bounced bounce echec echoue non_livre non_distribue non_remis',
  received: 'receive inbound incoming mo reply replied reponse entrant',
  opted_out: 'opt_out optout optedout unsubscribe unsubscribed desinscrit desabonne desinscription',
  opted_in: 'opt_in optin optedin subscribe subscribed resubscribed reabonne',
  announced: 'announce announcement campaign_planned campaign_announced',
  usage: 'billed billing invoice invoiced',
  other: '',
};

const CATEGORY_WORDS: Readonly<Record<Category, string>> = {
  marketing:
    'promotional promotion promotions promo advertising advertisement commercial newsletter pub publicite publicitaire',
  transactional:
    'transaction trans trx txn service notification notifications notif reminder alert utility informational transactionnel rappel',
  otp: 'authentication auth verification verify verify_code 2fa mfa passcode one_time_password one_time_passcode',
};

/** Accents, for "envoyé" is "envoye". */
const MARKS = /\p{M}/gu;
/** What stands before the word in "sms.sent", "MESSAGE_SENT" or "messageSent". */
const PREFIX = /^(?:sms|message|msg|mt)_(?=.)/;

/** A word without what people vary: case, accents, and how its parts are held together. */
const bare = (word: string): string =>
  word
    .normalize('NFKD')
    .replace(MARKS, '')
    .replace(/(\p{Ll})(\p{Lu})/gu, '$1_$2')
    .toLowerCase()
    .trim()
    .replace(/[\s._:/-]+/g, '_');

const tableOf = <T extends string>(words: Readonly<Record<T, string>>): ReadonlyMap<string, T> =>
  new Map(
    Object.entries<string>(words).flatMap(([own, others]) =>
      [own, ...(others === '' ? [] : others.split(' '))].map((word): [string, T] => [word, own as T]),
    ),
  );

const TYPE_TABLE = tableOf(TYPES);
const CATEGORY_TABLE = tableOf(CATEGORY_WORDS);
const LONGEST = 40;

const found = <T>(table: ReadonlyMap<string, T>, value: unknown): T | undefined => {
  if (typeof value !== 'string' || value.length > LONGEST) return undefined;
  const word = bare(value);
  return table.get(word) ?? table.get(word.replace(PREFIX, ''));
};

/** The type that a word means. */
export const typeOf = (value: unknown): EventType | undefined => found(TYPE_TABLE, value);

/**
 * The category that a word means. The category's own string, not one of the same characters, which would be looked up
 * anew wherever it is a key.
 */
export const categoryOf = (value: unknown): Category | undefined =>
  CATEGORIES.find((category) => category === value) ?? found(CATEGORY_TABLE, value);
