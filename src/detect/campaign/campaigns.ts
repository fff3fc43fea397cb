/**
 * Campaigns: marketing comes in bursts that are meant. An announced campaign explains its own messages, through its
 * provider, in its time, up to its audience; what goes beyond is found here. One that nobody announced explains
 * nothing, but is judged by the campaigns before it: an ordinary one only warns.
 *
 * In: seconds that are complete, campaign by campaign, and the announcements. Out: which messages are explained, and
 * findings. A campaign seen on three days or more recurs (birthdays): its baseline judges it, not this.
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

export type CampaignKind = 'over' | 'early' | 'late' | 'wrong_provider' | 'again' | 'unusual';

export interface CampaignFinding {
  readonly kind: CampaignKind;
  readonly strong: boolean;
  /** Messages that should not have been sent. */
  readonly count: number;
  readonly since: number;
  readonly expected: number;
}

/** In seconds: campaigns start a little early and end a little late. */
export const GRACE = 600;
/** In seconds: after so much silence, what comes of a campaign is the campaign going out again. */
const OVER_AFTER = 6 * 3_600;
/** Seconds after which it is another day: one night across midnight is one. */
const ANOTHER_DAY = 20 * 3_600;
const RECURRING_DAYS = 3;
/** An audience is a number of people; a few more messages are retries. */
const AUDIENCE_SLACK = 1.05;
const FEWEST = 20;
/** Beyond this share of the audience, an excess is no slip of planning. */
const STRONG_SHARE = 0.1;
/** A history is known from so many campaigns on; what is beyond twice its largest is unusual. */
const HISTORY = 3;
const MOST_HISTORY = 2;

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

/**
 * Chooses the announcement of a campaign that a second belongs to: the one it lies in, else the last before, else the
 * next.
 */
export const planAt = (
  plans: readonly Announcement[],
  { at, provider }: { readonly at: number; readonly provider: string },
): Announcement | undefined => {
  const mine = plans.filter((plan) => plan.provider === provider);
  const ordered = (mine.length > 0 ? mine : plans).toSorted((a, b) => a.start - b.start);
  const covers = ordered.find((plan) => isWithin(plan, at));
  return covers ?? ordered.findLast((plan) => plan.start / 1000 - GRACE <= at) ?? ordered[0];
};

const isWithin = ({ start, end }: Announcement, at: number): boolean =>
  at >= start / 1000 - GRACE && at <= end / 1000 + GRACE;

/** The seconds in which a plan explains its campaign's messages through its provider. */
export const explainedSpan = (
  plan: Announcement,
  usedUp: number | null | undefined,
): { readonly from: number; readonly to: number } => ({
  from: Math.floor(plan.start / 1000) - GRACE,
  to: Math.min(Math.ceil(plan.end / 1000) + GRACE, (usedUp ?? Number.POSITIVE_INFINITY) - 1),
});

/** What the campaigns of one metric were like. */
export interface History {
  /** The campaigns large enough to count; and of these the ones that went out on a day or two only. */
  readonly known: ReadonlySet<Run>;
  readonly single: ReadonlySet<Run>;
  /**
   * The two single ones with the most messages, and with the most in a minute: a campaign is judged by one that it is
   * not.
   */
  readonly largest: readonly Run[];
  readonly fastest: readonly Run[];
}

export const historyOf = (metric: Run['metric'], runs: Iterable<Run>): History => {
  const known = new Set<Run>();
  const single = new Set<Run>();
  let largest: readonly Run[] = [];
  let fastest: readonly Run[] = [];
  for (const run of runs) {
    if (run.metric !== metric || run.total < FEWEST) continue;
    known.add(run);
    if (isRecurring(run)) continue;
    single.add(run);
    largest = topTwo(largest, run, totalOf);
    fastest = topTwo(fastest, run, peakOf);
  }
  return { known, single, largest, fastest };
};

const totalOf = ({ total }: Run): number => total;
const peakOf = ({ peak }: Run): number => peak;

const topTwo = (top: readonly Run[], run: Run, of: (run: Run) => number): readonly Run[] => {
  const [first, next] = top;
  if (first && next && of(run) <= of(next)) return top;
  return first && of(run) <= of(first) ? [first, run] : first ? [run, first] : [run];
};

const mostOf = (top: readonly Run[], than: Run, of: (run: Run) => number): number =>
  Math.max(0, ...top.filter((run) => run !== than).map(of));

const others = (runs: ReadonlySet<Run>, than: Run): number => runs.size - (runs.has(than) ? 1 : 0);

/** Answers what is wrong with the going of a campaign that is under way; undefined when nothing is. */
export const judgeRun = (
  run: Run,
  plan: Announcement | undefined,
  history: () => History,
): CampaignFinding | undefined => {
  if (isRecurring(run)) return undefined;
  const meant = plan && plan.id === run.plan && isWithin(plan, run.last);
  const again = meant ? undefined : sentAgain(run);
  if (again) return again;
  return plan ? againstPlan(run, plan) : againstHistory(run, history());
};

/**
 * The same campaign goes out once more: strong from a tenth of its size on. What goes on all day may do so every day.
 */
const sentAgain = (run: Run): CampaignFinding | undefined => {
  const { going, before, lasted } = run;
  if (before < FEWEST || going.total < FEWEST || lasted > OVER_AFTER) return undefined;
  const strong = going.total >= STRONG_SHARE * before;
  return { kind: 'again', strong, count: going.total, since: going.since, expected: before };
};

const againstPlan = (run: Run, plan: Announcement): CampaignFinding | undefined => {
  const { audience } = plan;
  const judged = (kind: CampaignKind, count: number, since: number): CampaignFinding | undefined =>
    count < FEWEST
      ? undefined
      : { kind, strong: count > STRONG_SHARE * audience + FEWEST, count, since, expected: audience };
  if (plan.provider !== undefined && plan.provider !== run.provider) {
    return judged('wrong_provider', run.going.total, run.going.since);
  }
  return (
    judged('over', run.over, run.usedUp ?? run.last) ??
    judged('late', run.late, Math.ceil(plan.end / 1000)) ??
    judged('early', run.early, run.first)
  );
};

/** A campaign is unusual when larger or faster than twice any before it; without a history nothing is. */
const againstHistory = (run: Run, history: History): CampaignFinding | undefined => {
  if (others(history.single, run) < HISTORY) return undefined;
  const largest = mostOf(history.largest, run, totalOf);
  const fastest = mostOf(history.fastest, run, peakOf);
  const { total, since } = run.going;
  if (total <= MOST_HISTORY * largest && run.peak <= MOST_HISTORY * fastest) return undefined;
  return { kind: 'unusual', strong: true, count: total, since, expected: largest };
};

/** Whether a campaign that nobody announced is like those before it; a recurring one has a baseline to be judged by. */
export const isOrdinary = (run: Run, history: History): boolean =>
  !isRecurring(run) &&
  run.before === 0 &&
  others(history.known, run) >= HISTORY &&
  againstHistory(run, history) === undefined;
