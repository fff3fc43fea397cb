/**
 * Runs: what is kept of each campaign. In: seconds that are complete, with the announcement they belong to. Out: how many
 * messages there were, in the present going and in all, and how many of them the announcement does not cover.
 */
import type { SeriesKey } from '../../windows/series.ts';
import type { Announcement } from '../../windows/store/store.ts';
import type { LearnedKind } from '../learning/learned.ts';

/** All that is kept of one campaign through one provider. Times are epoch seconds. */
export interface Run {
  readonly series: SeriesKey;
  readonly metric: 'sent' | 'submitted';
  readonly campaign: string;
  readonly provider: string;
  readonly first: number;
  last: number;
  /** Messages so far; and those of the present going, which began after hours of silence. */
  total: number;
  going: { since: number; total: number };
  /** Messages before the present going, and how many seconds the going before it took. */
  before: number;
  lasted: number;
  /** On how many days the campaign was seen, and when the last of them began. */
  days: number;
  day: number;
  /**
   * The announcement it is held against, with messages so far, beyond the audience, before the start, after the end.
   */
  plan: string | null;
  planned: number;
  over: number;
  early: number;
  late: number;
  /** From when on its messages are explained by nothing, because the audience is used up. */
  usedUp: number | null;
  /** The most messages in one minute so far, and the minute that is being counted. */
  peak: number;
  minute: { at: number; count: number };
}

export const RUNS: LearnedKind<Run> = {
  name: 'run',
  days: 100,
  most: 5_000,
  seenAt: ({ last }) => last,
};

/** In seconds: campaigns start a little early and end a little late. */
export const GRACE = 600;
/** In seconds: after so much silence, what comes of a campaign is the campaign going out again. */
export const OVER_AFTER = 6 * 3_600;
/** Seconds after which it is another day: one night across midnight is one. */
const ANOTHER_DAY = 20 * 3_600;
/** A campaign seen on so many days recurs, as birthdays do. */
const RECURRING_DAYS = 3;
/** An audience is a number of people; a few more messages are retries. */
const AUDIENCE_SLACK = 1.05;
/** Fewer messages of a campaign than this are no campaign, and no excess. */
export const FEWEST = 20;

export const newRun = (of: Pick<Run, 'series' | 'metric' | 'campaign' | 'provider'>, at: number): Run => ({
  ...of,
  first: at,
  last: at,
  total: 0,
  going: { since: at, total: 0 },
  before: 0,
  lasted: 0,
  days: 1,
  day: at,
  plan: null,
  planned: 0,
  over: 0,
  early: 0,
  late: 0,
  usedUp: null,
  peak: 0,
  minute: { at: 0, count: 0 },
});

export const isRecurring = (run: Run): boolean => run.days >= RECURRING_DAYS;

/**
 * Takes in the messages of one complete second; a second that was taken in before, as after a restart, changes nothing.
 */
export const addToRun = (run: Run, at: number, count: number, plan: Announcement | undefined): void => {
  if (run.total > 0 && at <= run.last) return;
  if (at - run.last > OVER_AFTER) {
    run.before = run.total;
    run.lasted = run.last - run.going.since;
    run.going = { since: at, total: 0 };
  }
  if (at - run.day >= ANOTHER_DAY) {
    run.days += 1;
    run.day = at;
  }
  run.last = at;
  run.total += count;
  run.going.total += count;
  const minute = Math.floor(at / 60);
  if (run.minute.at !== minute) run.minute = { at: minute, count: 0 };
  run.minute.count += count;
  run.peak = Math.max(run.peak, run.minute.count);
  if (plan) addToPlan(run, { at, count, plan });
};

/** A campaign announced anew is counted anew. */
const addToPlan = (
  run: Run,
  { at, count, plan }: { at: number; count: number; plan: Announcement },
): void => {
  if (run.plan !== plan.id)
    Object.assign(run, { plan: plan.id, planned: 0, over: 0, early: 0, late: 0, usedUp: null });
  run.planned += count;
  if (at < plan.start / 1000 - GRACE) run.early += count;
  else if (at > plan.end / 1000 + GRACE) run.late += count;
  else if (run.planned > plan.audience * AUDIENCE_SLACK + FEWEST) {
    run.over += count;
    run.usedUp ??= at;
  }
};
