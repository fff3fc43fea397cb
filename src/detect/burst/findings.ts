/** From bursts to findings: the evidence in numbers, and a sentence that says what explains the burst. */
import type { Second } from '../../events/event.ts';
import type { Finding } from '../finding.ts';
import type { WatchedSeries } from '../series/classify.ts';
import { inWords, place, rounded, whoSent } from '../wording.ts';
import type { Burst } from './burst.ts';

interface ExplainingPart {
  readonly name: string;
  readonly share: number;
}

/** What is known of a burst besides its numbers. */
export interface BurstContext {
  readonly falseAlarmsPerYear: number;
  /** Whole days the series has been watched, and the number of them after which it is known. */
  readonly days: number;
  readonly learningDays: number;
  readonly campaign?: ExplainingPart;
  readonly sender?: ExplainingPart;
  readonly country?: ExplainingPart;
  /** Every other provider rose as well. */
  readonly together: boolean;
  /** It is no more than what ordinary campaigns sent. */
  readonly ordinary: boolean;
  /** Messages submitted before it began and not sent until then, when they explain it. */
  readonly queued?: number | undefined;
}

export const burstFinding = (
  one: WatchedSeries,
  burst: Burst,
  at: Second,
  context: BurstContext,
): Finding => ({
  ...place(one),
  ...(context.campaign ? { campaign: context.campaign.name } : {}),
  detector: 'burst',
  at,
  since: burst.since,
  strength: isHarmless(burst, context) ? 'warn' : 'strong',
  evidence: {
    count: burst.count,
    expected: rounded(burst.expected),
    seconds: burst.seconds,
    surprise: rounded(burst.surprise),
    threshold: rounded(burst.threshold),
    days: context.days,
    together: context.together ? 1 : 0,
    ...(context.queued === undefined ? {} : { queued: context.queued }),
  },
  says: says(one, burst, context),
});

const isHarmless = ({ learning }: Burst, { together, ordinary, queued }: BurstContext): boolean =>
  learning || together || ordinary || queued !== undefined;

const says = (series: WatchedSeries, burst: Burst, context: BurstContext): string => {
  const kind = series.scope === 'marketing' ? ' marketing' : '';
  const { days, learningDays, campaign, sender, country, together, queued } = context;
  const young = days < learningDays ? `; learning: ${days} of ${learningDays} days` : '';
  const parts = [mostly('campaign', campaign), mostly('sender', sender), mostly('country', country)].join('');
  const all = together ? '; every other provider rose as well: not one provider’s burst' : '';
  const late = queued === undefined ? '' : `; ${queued} that had been submitted before were still to come`;
  const chance = odds(burst, context.falseAlarmsPerYear);
  return (
    `${whoSent(series)} ${burst.count}${kind} messages in ${inWords(burst.seconds)} ` +
    `where ${rounded(burst.expected)} were expected (${chance})${parts}${all}${late}${young}`
  );
};

const mostly = (kind: string, part: ExplainingPart | undefined): string =>
  part ? `; ${kind} ${part.name} is ${Math.round(100 * part.share)} % of the excess` : '';

/** How often chance alone does as much, over everything watched: the false alarms allowed, thinned by the excess. */
const odds = ({ surprise, threshold }: Burst, falseAlarmsPerYear: number): string => {
  const years = Math.exp(Math.min(50, surprise - threshold)) / falseAlarmsPerYear;
  if (years < 2) return 'chance does that about once a year';
  if (years > 1e6) return 'chance does not do that in a million years';
  return `chance does that once in ${Number(years.toPrecision(2)).toLocaleString('en-US')} years`;
};
