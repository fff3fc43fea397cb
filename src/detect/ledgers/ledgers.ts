/**
 * Ledgers: what a provider says of a campaign against what was submitted of it, since its first submission. In: whole
 * minutes that are complete. Out: what goes beyond. A provider's total hides one campaign that is sent again behind
 * another that is submitted; a ledger does not.
 *
 * A going of a campaign ends after an hour of silence or a day. What it was short of is carried over: a queue that is
 * emptied later was submitted, and so are late reports. So no lag is assumed, only that a submission comes at most a
 * minute after its message. What earlier goings went beyond, no incident in them, tells how far to trust a ledger.
 */
import { DAY_SECONDS, HOUR_SECONDS, MINUTE_SECONDS } from '../../events/time.ts';
import type { LearnedKind } from '../learning/learned.ts';
import type { Counts } from '../series/view-port.ts';
import type { ReportKind } from '../statistics/lags.ts';
import type { Clarity } from '../unordered/orders.ts';

/** The ledger of one campaign through one provider; all that is kept of it. Times are epoch seconds. */
export interface CampaignLedger {
  readonly provider: string;
  readonly said: ReportKind;
  /** The last second that is booked. */
  through: number;
  /**
   * The present going: when it began, when anything of it was last seen, and its sums; what was carried over counts as
   * submitted.
   */
  since: number;
  last: number;
  submitted: number;
  count: number;
  /** Of the hour up to `through`, what was booked; more in it by now came late. Absent in an older version's. */
  booked?: { readonly count: number; readonly submitted: number };
  /** Whether all that was submitted of the campaign was seen. */
  whole: boolean;
  /** Messages of earlier goings, and how many of them went beyond. */
  known: number;
  beyond: number;
}

export const LEDGERS: LearnedKind<CampaignLedger> = {
  name: 'ledger',
  days: 100,
  most: 5_000,
  seenAt: ({ last }) => last,
};

/** The series a ledger is kept from. */
export interface LedgerCounts {
  readonly counted: Counts;
  readonly submitted: Counts;
}

export interface Beyond {
  readonly count: number;
  readonly submitted: number;
  readonly over: number;
  /** How many more came in the last quarter of an hour than were submitted in it. */
  readonly grown: number;
  /** From when on there was more than was submitted, at most an hour back. */
  readonly since: number;
}

/** In seconds: a submission may come so much later than the message it is for. */
const OUT_OF_ORDER = 60;
/** In seconds: what a going was short of is carried over for so long, since reports come up to three days late. */
const CARRIED = 3 * DAY_SECONDS;
/** In seconds: an excess that has not grown for so long is over. */
const GROWS_WITHIN = 900;
/** A provider's ledgers are known after so many messages, and trusted when no larger share than this went beyond. */
const KNOWN = 1_000;
const HARDLY_ANY = 0.02;
const MOST = 0.5;

/** A new ledger begins with the hour up to and with `to`. */
export const newLedger = (
  of: Pick<CampaignLedger, 'provider' | 'said' | 'whole'>,
  to: number,
): CampaignLedger => ({
  ...of,
  through: to - HOUR_SECONDS,
  since: to,
  last: to - HOUR_SECONDS,
  submitted: 0,
  count: 0,
  known: 0,
  beyond: 0,
});

/** The last second of the minutes that are complete by `at`. */
export const wholeMinutes = (at: number): number =>
  Math.floor((at + 1) / MINUTE_SECONDS) * MINUTE_SECONDS - 1;

/** Books the minutes up to and with `to`; what was booked before changes nothing. Changes `ledger`. */
export const bookLedger = (
  ledger: CampaignLedger,
  { counted, submitted }: LedgerCounts,
  to: number,
): void => {
  bookLate(ledger, { counted, submitted });
  let from = Math.max(ledger.through, to - HOUR_SECONDS) + 1;
  if (counted.sum(from, to) + submitted.sum(from, to) === 0) return;
  for (; from < to; from += MINUTE_SECONDS) {
    const end = from + MINUTE_SECONDS - 1;
    const [said, given] = [counted.sum(from, end), submitted.sum(from, end)];
    if (said + given === 0) continue;
    if (ledger.submitted + ledger.count === 0 || from - ledger.last > HOUR_SECONDS) ledger.since = from;
    if (from - ledger.last > CARRIED) ledger.submitted = 0;
    ledger.count += said;
    ledger.submitted += given;
    ledger.last = end;
  }
  ledger.through = to;
  ledger.booked = bookedIn({ counted, submitted }, to);
};

/** Books what has come into the hour that is booked since. Changes `ledger`. */
const bookLate = (ledger: CampaignLedger, counts: LedgerCounts): void => {
  const { booked, through } = ledger;
  if (!booked) return;
  const now = bookedIn(counts, through);
  ledger.count += Math.max(0, now.count - booked.count);
  ledger.submitted += Math.max(0, now.submitted - booked.submitted);
  // Less than was booked is what the windows hold no more, not news when it is read again.
  ledger.booked = {
    count: Math.max(now.count, booked.count),
    submitted: Math.max(now.submitted, booked.submitted),
  };
};

const bookedIn = ({ counted, submitted }: LedgerCounts, to: number) => ({
  count: counted.sum(to - HOUR_SECONDS + 1, to),
  submitted: submitted.sum(to - HOUR_SECONDS + 1, to),
});

/** Ends a going that is over by `at`; `teaches`: whether it tells how far to trust the ledger. Changes `ledger`. */
export const settleLedger = (
  ledger: CampaignLedger,
  at: number,
  teaches: (from: number, to: number) => boolean,
): void => {
  const { count, submitted, since, last, whole } = ledger;
  if (count === 0 && whole) return;
  if (at - last <= HOUR_SECONDS && at - since < DAY_SECONDS) return;
  if (whole && teaches(since, last)) {
    ledger.known += count;
    ledger.beyond += Math.max(0, count - submitted);
  }
  Object.assign(ledger, { since: at, count: 0, submitted: Math.max(0, submitted - count), whole: true });
};

/** How well ledgers of one provider, of what it says in one way, tell what was submitted from what was not. */
export const clarityOfLedgers = (
  ledgers: Iterable<CampaignLedger>,
  of: Pick<CampaignLedger, 'provider' | 'said'>,
): Clarity => {
  let [known, beyond] = [0, 0];
  for (const one of ledgers) {
    if (one.provider !== of.provider || one.said !== of.said) continue;
    known += one.known;
    beyond += one.beyond;
  }
  if (known < KNOWN || beyond > MOST * known) return 'blind';
  return beyond <= HARDLY_ANY * known ? 'clear' : 'dim';
};

/** What had been said a minute before `at` beyond all that is submitted by `at`; undefined where that is nothing. */
export const findBeyond = (
  ledger: CampaignLedger,
  { counted, submitted }: LedgerCounts,
  at: number,
): Beyond | undefined => {
  if (!ledger.whole) return undefined;
  const open = Math.max(ledger.through, at - HOUR_SECONDS) + 1;
  const stood = at - OUT_OF_ORDER;
  const count = ledger.count + counted.sum(open, at) - counted.sum(stood + 1, at);
  const given = ledger.submitted + submitted.sum(open, at);
  const over = count - given;
  if (over <= 0) return undefined;
  const grown = counted.sum(stood - GROWS_WITHIN + 1, stood) - submitted.sum(at - GROWS_WITHIN + 1, at);
  let [before, left] = [0, over];
  while (left > 0 && before < HOUR_SECONDS - OUT_OF_ORDER && stood - before >= ledger.since) {
    left -= counted.count(stood - before) - submitted.count(at - before);
    before += 1;
  }
  return { count, submitted: given, over, grown, since: stood - before + 1 };
};
