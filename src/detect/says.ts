/** What findings say to a person: one sentence each, with its numbers. */
import { TALLY_TOP } from '../windows/store/store.ts';
import type { Burst } from './burst/burst.ts';
import type { CampaignFinding } from './campaign/campaigns.ts';
import { type ContentFinding, FAULT_SECONDS, type NewLinks, type WrongTexts } from './content/content.ts';
import type { Beyond } from './ledgers/ledgers.ts';
import type { CampaignRepeats, Repeats, SameText } from './repeats/repeats.ts';
import type { WatchedSeries } from './series/classify.ts';
import type { Silence } from './silence/silence.ts';
import type { ReportKind as How } from './statistics/lags.ts';
import type { Excess } from './statistics/shares.ts';
import type { Unheeded } from './stop/stop.ts';
import type { Silent } from './stop/stop-codes.ts';
import type { Follow } from './unordered/follows.ts';
import type { OrderSign } from './unordered/orders.ts';

/** Evidence is rounded so that it reads well and stays the same to the byte. */
export const rounded = (value: number): number => Math.round(value * 100) / 100;

const length = (seconds: number): string =>
  seconds < 120 ? `${seconds} s` : `${Math.round(seconds / 60)} min`;

const plural = (count: number, one: string, many: string): string => `${count} ${count === 1 ? one : many}`;

const did = ({ provider, metric }: Pick<WatchedSeries, 'provider' | 'metric'>): string =>
  `${provider} ${metric === 'sent' ? 'sent' : 'was given'}`;

/** How often chance alone does as much, over everything watched: the false alarms allowed, thinned by the excess. */
const odds = (surprise: number, threshold: number, falseAlarmsPerYear: number): string => {
  const years = Math.exp(Math.min(50, surprise - threshold)) / falseAlarmsPerYear;
  if (years < 2) return 'chance does that about once a year';
  if (years > 1e6) return 'chance does not do that in a million years';
  return `chance does that once in ${Number(years.toPrecision(2)).toLocaleString('en-US')} years`;
};

interface Explaining {
  readonly name: string;
  readonly share: number;
}

export interface BurstContext {
  readonly falseAlarmsPerYear: number;
  /** Whole days the series has been watched, of those after which it is known. */
  readonly days: number;
  readonly learningDays: number;
  readonly campaign?: Explaining;
  readonly sender?: Explaining;
  readonly country?: Explaining;
  /** Every other provider rose as well. */
  readonly together: boolean;
  /** Messages submitted before it began and not sent until then, when they explain it. */
  readonly queued?: number | undefined;
}

const mostly = (kind: string, part: Explaining | undefined): string =>
  part ? `; ${kind} ${part.name} is ${Math.round(100 * part.share)} % of the excess` : '';

export const saysBurst = (series: WatchedSeries, burst: Burst, context: BurstContext): string => {
  const kind = series.scope === 'marketing' ? ' marketing' : '';
  const { days, learningDays, campaign, sender, country, together, queued } = context;
  const young = days < learningDays ? `; learning: ${days} of ${learningDays} days` : '';
  const parts = [mostly('campaign', campaign), mostly('sender', sender), mostly('country', country)].join('');
  const all = together ? '; every other provider rose as well: not one provider’s burst' : '';
  const late = queued === undefined ? '' : `; ${queued} that had been submitted before were still to come`;
  const chance = odds(burst.surprise, burst.line, context.falseAlarmsPerYear);
  return (
    `${did(series)} ${burst.count}${kind} messages in ${length(burst.seconds)} ` +
    `where ${rounded(burst.expected)} were expected (${chance})${parts}${all}${late}${young}`
  );
};

export const saysRepeats = (series: WatchedSeries, { evidence }: Repeats): string => {
  const { messages, distinct, ratio, minutes, people, worst } = evidence;
  // A tally names no more than its top.
  const least = people >= TALLY_TOP ? 'at least ' : '';
  const persons = `${least}${plural(people, 'person', 'persons')} got up to ${worst} of them each`;
  const stretch = minutes < 60 ? plural(minutes, 'minute', 'minutes') : plural(minutes / 60, 'hour', 'hours');
  const whole = `${did(series)} ${messages} marketing messages for about ${plural(distinct, 'person', 'persons')} in ${stretch}`;
  if (people === 0) return `${whole}, ${rounded(ratio)} for each`;
  return `${whole}; ${persons}`;
};

export const saysAgain = (series: WatchedSeries, { again, messages, minutes }: CampaignRepeats): string => {
  const of = series.name === undefined ? 'marketing messages' : `messages of campaign ${series.name}`;
  const same = series.name === undefined ? 'the same text' : 'it';
  return `${did(series)} ${again} of ${messages} ${of} in ${plural(minutes, 'minute', 'minutes')} to people who had just got ${same}`;
};

export const saysSameText = (
  of: Pick<WatchedSeries, 'provider' | 'metric'> & { readonly category: string },
  { people, worst }: SameText,
): string => {
  const least = people >= TALLY_TOP ? 'at least ' : '';
  return `${did(of)} ${least}${plural(people, 'person', 'persons')} the same ${of.category} text up to ${worst} times in 20 minutes`;
};

export const saysQuiet = (series: WatchedSeries, count: number): string => {
  const whole = `${did(series)} ${count} ${series.name} messages in 60 s to people for whom it is a forbidden hour or day`;
  return series.scope === 'late' ? `${whole}; they had been submitted in time, and were sent late` : whole;
};

export const saysCampaign = (series: WatchedSeries, { kind, count, expected }: CampaignFinding): string => {
  const of = `${did(series)} ${count} messages of campaign ${series.name}`;
  switch (kind) {
    case 'over':
      return `${of} beyond its announced audience of ${expected}`;
    case 'early':
      return `${of} before its announced start`;
    case 'late':
      return `${of} after its announced end`;
    case 'wrong_provider':
      return `${of}, which was announced through another provider`;
    case 'again':
      return `${of} a second time: it had gone out already, to ${expected}`;
    case 'unusual':
      return `${of}, which nobody announced: more, or faster, than twice any campaign before (${expected})`;
  }
};

export const saysSilence = (series: WatchedSeries, { seconds, expected }: Silence): string =>
  `${did(series)} nothing for ${length(seconds)} where ${rounded(expected)} messages were expected`;

export const saysDestination = (series: WatchedSeries, inAnHour: number): string =>
  `${did(series)} ${inAnHour} messages in an hour to ${series.name}, where it was never used before`;

type Said = Pick<WatchedSeries, 'provider' | 'metric'>;

export const saysTexts = (series: Said, { kind, count, messages, campaign }: ContentFinding): string => {
  const of = `${did(series)} ${count} of ${messages}`;
  switch (kind) {
    case 'new_text':
      return `${of} marketing messages with a text it never had before, which nobody announced`;
    case 'other_provider':
      return `${of} marketing messages with a text that was always another provider’s`;
    case 'far_from_campaign':
      return `${of} messages of campaign ${campaign} with a text far from all that it said before`;
  }
};

export const saysLinks = (series: Said, { host, count, hosts }: NewLinks): string => {
  const others = hosts > 1 ? ` and ${plural(hosts - 1, 'other', 'others')}` : '';
  return `${did(series)} ${count} marketing messages with links to ${host}${others}, where it never linked before`;
};

const WRONG: Readonly<Record<string, string>> = {
  unfilled: 'in whose text a name or a value was never filled in',
  blank: 'without any text',
  garbled: 'whose text is garbled',
};

export const saysWrongTexts = (series: WatchedSeries, { count, messages }: WrongTexts): string =>
  `${did(series)} ${count} messages (of ${messages}) in ${FAULT_SECONDS} s ${WRONG[series.name ?? ''] ?? ''}`;

/** How long messages usually take, where that is known. */
const inTime = (lag: number | undefined, does = 'sends'): string =>
  lag === undefined ? '' : `; it usually ${does} within ${length(lag)}`;

export const saysExcess = (
  what: Follow['detector'] | OrderSign,
  provider: string,
  {
    count,
    base,
    expected,
    seconds,
    mostly: code,
    lag,
  }: Excess & { seconds: number; mostly?: string; lag?: number },
): string => {
  const when = `in ${length(seconds)}`;
  const usual = `where ${rounded(expected)} were expected`;
  switch (what) {
    case 'unordered':
      return `${provider} sent ${count} messages ${when}, but was asked for ${base} (${usual}${inTime(lag)})`;
    case 'order':
      return `${provider} sent ${count} messages without an order ${when}, of ${base} (${usual})`;
    case 'submission':
      return `${provider} sent ${count} messages ${when} that were never submitted, of ${base} (${usual})`;
    case 'report':
      return `${provider} reported on ${count} messages ${when} that were never submitted, of ${base} (${usual})`;
    case 'twice':
      return `${provider} sent ${count} orders ${when} that had gone to the same persons already, of ${base} (${usual})`;
    case 'failures':
      return `${provider} failed to deliver ${count} messages ${when} ${usual}${code ? `; mostly ${code}` : ''}`;
    case 'replies':
      return `${count} people answered or opted out ${when} ${usual}`;
    case 'stop_surge':
      return `${count} people asked ${provider} to stop, or were taken off, ${when} ${usual}`;
  }
};

export const saysCampaignBeyond = (
  { provider, campaign, said }: { provider: string; campaign: string; said: How },
  { count, submitted }: Pick<Beyond, 'count' | 'submitted'>,
  lag: number | undefined,
): string => {
  const [did, does] = said === 'sent' ? ['sent', 'sends'] : ['reported on', 'reports'];
  return `${provider} ${did} ${count} messages of campaign ${campaign}, of which ${submitted} were submitted${inTime(lag, does)}`;
};

export const saysUsage = (
  provider: string,
  of: { unit: 'messages' | 'segments'; billed: number; sent: number; submitted: number },
): string =>
  `${provider} bills ${of.billed} ${of.unit}, but says that it sent ${of.sent}, and was asked for ${of.submitted}`;

export const saysBlind = (provider: string): string =>
  `${provider}’s messages carry neither orders nor submissions: tocsin cannot tell whether they were asked for`;

export const saysIgnored = (series: WatchedSeries, { count, of }: Unheeded, grace: number): string =>
  `${did(series)} ${count} marketing messages in an hour, of ${of}, to people who had opted out more than ${length(grace)} before`;

export const saysUnrecorded = (provider: string, { count, of }: Unheeded, limit: number): string =>
  `${count} of ${of} people who asked ${provider} to stop were not taken off within ${length(limit)}`;

export const saysSilentCode = (
  provider: string,
  code: string,
  { messages, expected, surprise }: Silent,
): string => {
  const odds = Number(Math.exp(Math.min(30, surprise)).toPrecision(1)).toLocaleString('en-US');
  return (
    `nothing arrived at ${code}, to which ${provider}’s texts say that STOP may be sent: after ${messages} messages ` +
    `${rounded(expected)} answers were expected (chance does that once in ${odds})`
  );
};
