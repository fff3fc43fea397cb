/**
 * Campaigns: marketing comes in bursts that are meant. An announced campaign explains its own messages, through its
 * provider, in its time, up to its audience; what goes beyond is found here. One that nobody announced explains
 * nothing, but is judged by the campaigns before it: an ordinary one only warns.
 *
 * In: what was learned of each campaign (runs.ts), and the announcements. Out: which messages are explained, and what
 * is wrong. A campaign seen on three days or more recurs (birthdays): its baseline judges it, not this.
 */
import type { Announcement } from '../../windows/store/store.ts';
import { type History, mostOf, others, peakOf, totalOf } from './histories.ts';
import { FEWEST, GRACE, isRecurring, OVER_AFTER, type Run } from './runs.ts';

export type CampaignKind = 'over' | 'early' | 'late' | 'wrong_provider' | 'again' | 'unusual';

export interface CampaignFinding {
  readonly kind: CampaignKind;
  readonly strong: boolean;
  /** Messages that should not have been sent. */
  readonly count: number;
  readonly since: number;
  readonly expected: number;
}

/** Beyond this share of the audience, an excess is no slip of planning. */
const STRONG_SHARE = 0.1;
/** A history is known from so many campaigns on; what is beyond twice its largest is unusual. */
const HISTORY = 3;
const MOST_HISTORY = 2;

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
