/** From what detectors found to findings: place, evidence in numbers, one sentence. */
import { type Second, second, startOf } from '../events/event.ts';
import { type SeriesKey, seriesKey } from '../windows/series.ts';
import type { Charge } from './billing/accounts.ts';
import type { Overcharge } from './billing/reconcile.ts';
import type { Burst } from './burst/burst.ts';
import type { CampaignFinding } from './campaign/campaigns.ts';
import type { Finding } from './finding.ts';
import type { Beyond } from './ledgers/ledgers.ts';
import type { CampaignSaid } from './ledgers/series.ts';
import { QUIET_SECONDS, type QuietSends } from './quiet-hours/quiet-sends.ts';
import type { CampaignRepeats, Repeats, SameText } from './repeats/repeats.ts';
import {
  type BurstContext,
  rounded,
  saysAgain,
  saysBlind,
  saysBurst,
  saysCampaign,
  saysCampaignBeyond,
  saysDestination,
  saysExcess,
  saysQuiet,
  saysRepeats,
  saysSameText,
  saysSilence,
  saysUsage,
} from './says.ts';
import type { WatchedSeries } from './series/classify.ts';
import type { Silence } from './silence/silence.ts';
import type { Excess } from './statistics/shares.ts';
import type { Follow } from './unordered/follows.ts';

/** Where a finding belongs. */
export const place = ({ key, provider }: WatchedSeries) => ({ series: key, provider });

export const burstFinding = (
  one: WatchedSeries,
  burst: Burst,
  at: Second,
  context: BurstContext & { readonly ordinary: boolean },
): Finding => ({
  ...place(one),
  ...(context.campaign ? { campaign: context.campaign.name } : {}),
  detector: 'burst',
  at,
  since: burst.since,
  strength: isBurstOrdinary(burst, context) ? 'warn' : 'strong',
  evidence: {
    count: burst.count,
    expected: rounded(burst.expected),
    seconds: burst.seconds,
    surprise: rounded(burst.surprise),
    threshold: rounded(burst.line),
    days: context.days,
    together: context.together ? 1 : 0,
    ...(context.queued === undefined ? {} : { queued: context.queued }),
  },
  says: saysBurst(one, burst, context),
});

const isBurstOrdinary = (burst: Burst, context: BurstContext & { readonly ordinary: boolean }): boolean =>
  burst.learning || context.together || context.ordinary || context.queued !== undefined;

export const repeatsFinding = (one: WatchedSeries, seen: Repeats, at: Second): Finding => ({
  ...place(one),
  detector: 'repeats',
  at,
  since: seen.since,
  strength: seen.strength,
  evidence: { ...seen.evidence, ratio: rounded(seen.evidence.ratio) },
  says: saysRepeats(one, seen),
});

export const againFinding = (one: WatchedSeries, seen: CampaignRepeats, at: Second): Finding => ({
  ...place(one),
  ...(one.name === undefined ? {} : { campaign: one.name }),
  detector: 'repeats',
  at,
  since: seen.since,
  strength: seen.strength,
  evidence: {
    messages: seen.messages,
    again: seen.again,
    ratio: rounded(seen.ratio),
    minutes: seen.minutes,
  },
  says: saysAgain(one, seen),
});

export const sameTextFinding = (
  of: {
    readonly provider: string;
    readonly metric: WatchedSeries['metric'];
    readonly category: 'transactional' | 'otp';
    readonly series: SeriesKey;
  },
  seen: SameText,
  at: Second,
): Finding => ({
  detector: 'repeats',
  provider: of.provider,
  series: of.series,
  at,
  since: seen.since,
  strength: seen.strength,
  evidence: { people: seen.people, worst: seen.worst },
  says: saysSameText(of, seen),
});

/** What was submitted in time and only came late is for people to look at. */
export const quietFinding = (
  one: WatchedSeries,
  sends: QuietSends,
  at: Second,
  tolerated: number,
): Finding => ({
  ...place(one),
  detector: 'quiet_hours',
  at,
  since: sends.since,
  strength: one.scope === 'late' ? 'warn' : 'strong',
  evidence: { count: sends.count, seconds: QUIET_SECONDS, tolerated },
  says: saysQuiet(one, sends.count),
});

export const campaignFinding = (one: WatchedSeries, seen: CampaignFinding, at: Second): Finding => ({
  ...place(one),
  campaign: one.name,
  detector: 'campaign',
  at,
  since: startOf(second(seen.since)),
  strength: seen.strong ? 'strong' : 'warn',
  evidence: { count: seen.count, expected: seen.expected },
  says: saysCampaign(one, seen),
});

export const silenceFinding = (one: WatchedSeries, silence: Silence, at: Second): Finding => ({
  ...place(one),
  detector: 'silence',
  at,
  since: silence.since,
  strength: 'warn',
  evidence: {
    count: 0,
    expected: rounded(silence.expected),
    seconds: silence.seconds,
    surprise: rounded(silence.surprise),
  },
  says: saysSilence(one, silence),
});

export const destinationFinding = (
  one: WatchedSeries,
  at: Second,
  seen: { readonly strength: 'warn' | 'strong'; readonly inAnHour: number; readonly since: number },
): Finding => ({
  ...place(one),
  detector: 'destination',
  at,
  since: startOf(second(seen.since)),
  strength: seen.strength,
  evidence: { count: seen.inAnHour, expected: 0, seconds: 3_600 },
  says: saysDestination(one, seen.inAnHour),
});

export const excessFinding = (
  { detector, sign, provider, series }: Pick<Follow, 'detector' | 'sign' | 'provider' | 'series'>,
  of: {
    readonly at: Second;
    readonly mostly?: string;
    readonly strong: boolean;
    /** In seconds, where it is known. */
    readonly lag?: number;
  },
  excess: Excess,
): Finding => {
  const seconds = of.at - excess.from + 1;
  return {
    detector,
    provider,
    series,
    at: of.at,
    since: startOf(second(excess.from)),
    strength: of.strong ? 'strong' : 'warn',
    evidence: {
      count: excess.count,
      expected: rounded(excess.expected),
      base: excess.base,
      seconds,
      surprise: rounded(excess.surprise),
      ...(of.lag === undefined ? {} : { lag: of.lag }),
    },
    says: saysExcess(sign ?? detector, provider, { ...excess, seconds, mostly: of.mostly, lag: of.lag }),
  };
};

export const campaignBeyondFinding = (
  { provider, campaign, series, said }: CampaignSaid,
  beyond: Beyond,
  of: { readonly at: Second; readonly strong: boolean; readonly lag?: number },
): Finding => ({
  detector: 'unordered',
  provider,
  campaign,
  series,
  at: of.at,
  since: startOf(second(beyond.since)),
  strength: of.strong ? 'strong' : 'warn',
  evidence: {
    count: beyond.count,
    submitted: beyond.submitted,
    ...(of.lag === undefined ? {} : { lag: of.lag }),
  },
  says: saysCampaignBeyond({ provider, campaign, said }, beyond, of.lag),
});

export const usageFinding = (
  { provider, series, unit }: Charge,
  { billed, sent, submitted, strong }: Overcharge,
  { at, from }: { readonly at: Second; readonly from: number },
): Finding => ({
  detector: 'usage',
  provider,
  series,
  at,
  since: startOf(second(from)),
  strength: strong ? 'strong' : 'warn',
  evidence: { billed, sent, submitted },
  says: saysUsage(provider, { unit, billed, sent, submitted }),
});

export const blindFinding = (provider: string, at: Second): Finding => ({
  detector: 'blind',
  provider,
  series: wholeOf('sent', provider),
  at,
  since: startOf(at),
  strength: 'warn',
  evidence: {},
  says: saysBlind(provider),
});

export const wholeOf = (metric: 'sent' | 'submitted', provider: string): SeriesKey =>
  seriesKey({ metric, provider });
