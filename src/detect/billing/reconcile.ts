/**
 * Reconciliation: what a provider bills against what was sent and submitted, hour by hour. In: seconds that are
 * complete, and a bill for a stretch of time that is over. Out: what is billed beyond both. And from the same books,
 * whether a provider's messages say anything of who asked for them.
 */
import type { Config } from '../../config/schema.ts';
import { HOUR_SECONDS } from '../../events/time.ts';
import type { LearnedKind } from '../learning/learned.ts';
import type { Counts } from '../series/view-port.ts';

/** What was sent and submitted in one hour: messages, and the segments they had. */
export interface HourSums {
  readonly sent: number;
  readonly submitted: number;
  readonly sentSegments: number;
  readonly submittedSegments: number;
}
type BookedHour = [
  hour: number,
  sent: number,
  submitted: number,
  sentSegments: number,
  submittedSegments: number,
];

/**
 * The counts that tell whether anything says who asked for a provider's messages; `ordered` were sent with an order.
 */
interface SeenUsage {
  readonly sent: number;
  readonly reported: number;
  readonly submitted: number;
  readonly ordered: number;
}

/** The books of one provider; all that is kept of them. Times are epoch seconds. */
export interface Account {
  readonly born: number;
  /** The last second that is booked. */
  through: number;
  /** The hours of the last ten days, in order; those without messages are left out. */
  hours: BookedHour[];
  /** What was seen since the account was opened. */
  seen: SeenUsage;
  /** When it was said that its messages tell nothing. */
  blindAt: number | null;
}

export const ACCOUNTS: LearnedKind<Account> = {
  name: 'account',
  days: 60,
  most: 1_000,
  seenAt: ({ hours, born }) => (hours.at(-1)?.[0] ?? born / HOUR_SECONDS) * HOUR_SECONDS,
};

/** The series an account is kept from. */
export interface ProviderBooks {
  readonly provider: string;
  readonly sent: Counts;
  readonly submitted: Counts;
  readonly sentSegments: Counts;
  readonly submittedSegments: Counts;
  readonly noOrder: Counts;
  readonly reports: Counts;
}

export interface Bill {
  readonly unit: 'messages' | 'segments';
  /** The bill is for what was sent in [from, to), in epoch seconds. */
  readonly from: number;
  readonly to: number;
  readonly count: number;
}

export interface Overcharge {
  readonly strong: boolean;
  readonly billed: number;
  readonly sent: number;
  readonly submitted: number;
}

const HOURS_KEPT = 240;
/** How far back the windows hold counts, in seconds. */
const HELD = 3_800;
const FEWEST = 20;
/** A provider that told nothing in so many messages and so many seconds will not tell. */
const BLIND_EVERY = 1_000;
const BLIND_AFTER = HOUR_SECONDS;
/** Orders on a smaller share of messages than this are somebody's test. */
const SOME = 0.01;

export const newAccount = (at: number): Account => ({
  born: at,
  through: at - 1,
  hours: [],
  seen: { sent: 0, reported: 0, submitted: 0, ordered: 0 },
  blindAt: null,
});

/** Books what came up to and with `to`, which is complete. What was booked before changes nothing. */
export const book = (account: Account, books: ProviderBooks, to: number): void => {
  let from = Math.max(account.through + 1, to - HELD);
  while (from <= to) {
    const end = Math.min(to, from - (from % HOUR_SECONDS) + HOUR_SECONDS - 1);
    bookWithin(account, books, { from, to: end });
    from = end + 1;
  }
  account.through = Math.max(account.through, to);
};

/** Books a stretch that lies within one hour of the clock. */
const bookWithin = (
  account: Account,
  books: ProviderBooks,
  { from, to }: { readonly from: number; readonly to: number },
): void => {
  const sums = sumsIn(books, from, to);
  const before = account.seen;
  account.seen = seenUpTo(before, books, { from, to });
  if (tellsNothing(account.seen, { before, age: from - account.born })) account.blindAt ??= to;
  if (sums.sent + sums.submitted === 0) return;
  const hour = Math.floor(from / HOUR_SECONDS);
  let last = account.hours.at(-1);
  if (last?.[0] !== hour) {
    last = [hour, 0, 0, 0, 0];
    account.hours.push(last);
    account.hours = account.hours.filter(([then]) => then > hour - HOURS_KEPT);
  }
  last[1] += sums.sent;
  last[2] += sums.submitted;
  last[3] += sums.sentSegments;
  last[4] += sums.submittedSegments;
};

const sumsIn = (books: ProviderBooks, from: number, to: number): HourSums => ({
  sent: books.sent.sum(from, to),
  submitted: books.submitted.sum(from, to),
  sentSegments: books.sentSegments.sum(from, to),
  submittedSegments: books.submittedSegments.sum(from, to),
});

const seenUpTo = (
  before: SeenUsage,
  { sent, reports, submitted, noOrder }: ProviderBooks,
  { from, to }: { readonly from: number; readonly to: number },
): SeenUsage => ({
  sent: before.sent + sent.sum(from, to),
  reported: before.reported + reports.sum(from, to),
  submitted: before.submitted + submitted.sum(from, to),
  ordered: before.ordered + sent.sum(from, to) - noOrder.sum(from, to),
});

/** It is judged at each thousandth message, so that it is said in the same second however often one looks. */
const tellsNothing = (
  now: SeenUsage,
  { before, age }: { readonly before: SeenUsage; readonly age: number },
): boolean => {
  const thousands = ({ sent, reported }: SeenUsage) => Math.floor(Math.max(sent, reported) / BLIND_EVERY);
  return (
    thousands(now) > thousands(before) &&
    age >= BLIND_AFTER &&
    now.submitted === 0 &&
    now.ordered <= SOME * now.sent
  );
};

/** Whether it is to be said in this second that the provider's messages tell nothing of who asked for them. */
export const becomesBlind = (
  { seen, through, born, blindAt }: Account,
  books: ProviderBooks,
  at: number,
): boolean => {
  if (at <= through || blindAt !== null) return false;
  const before = seenUpTo(seen, books, { from: through + 1, to: at - 1 });
  const now = seenUpTo(before, books, { from: at, to: at });
  return tellsNothing(now, { before, age: at - born });
};

/**
 * What is billed beyond what was sent and beyond what was submitted. An hour that the bill touches counts whole, in
 * the provider's favour. Undefined too when the books do not reach back so far, or know nothing of segments.
 */
export const overcharge = (
  account: Account,
  books: ProviderBooks,
  bill: Bill,
  config: Config['detect']['orders']['usage'],
): Overcharge | undefined => {
  const { through, hours, born } = account;
  if (
    born > bill.from ||
    Math.floor(bill.from / HOUR_SECONDS) <= Math.floor(through / HOUR_SECONDS) - HOURS_KEPT
  )
    return undefined;
  const open = sumsIn(books, Math.max(through + 1, bill.from), bill.to - 1);
  const total: BookedHour = [0, open.sent, open.submitted, open.sentSegments, open.submittedSegments];
  for (const hour of hours) {
    if (hour[0] * HOUR_SECONDS >= bill.to || (hour[0] + 1) * HOUR_SECONDS <= bill.from) continue;
    for (const column of [1, 2, 3, 4] as const) total[column] += hour[column];
  }
  const [, sent, submitted, sentSegments, submittedSegments] = total;
  // Every message has at least one segment: fewer segments than messages mean that not all messages say how many.
  const known =
    bill.unit === 'messages'
      ? { sent, submitted }
      : {
          sent: sentSegments >= sent ? sentSegments : 0,
          submitted: submittedSegments >= submitted ? submittedSegments : 0,
        };
  const allowed = Math.max(known.sent, known.submitted);
  if (allowed === 0 && sent + submitted > 0) return undefined;
  const over = bill.count - allowed;
  if (over < FEWEST || over <= config.tolerated * allowed) return undefined;
  return { ...known, billed: bill.count, strong: over > config.share * allowed && over >= config.messages };
};
