/** What findings say to a person: one sentence each, with its numbers. */
import { TALLY_TOP } from '../windows/store.ts';
import type { Burst } from './burst.ts';
import type { Repeats } from './repeats.ts';
import type { Watched } from './watched.ts';

/** Evidence is rounded so that it reads well and stays the same to the byte. */
export const rounded = (value: number): number => Math.round(value * 100) / 100;

const length = (seconds: number): string =>
  seconds < 120 ? `${seconds} s` : `${Math.round(seconds / 60)} min`;

const plural = (count: number, one: string, many: string): string => `${count} ${count === 1 ? one : many}`;

const did = ({ provider, metric }: Watched): string =>
  `${provider} ${metric === 'sent' ? 'sent' : 'was given'}`;

export const saysBurst = (series: Watched, burst: Burst, learning: boolean): string => {
  const kind = series.scope === 'marketing' ? ' marketing' : '';
  const of = series.scope === 'campaign' ? ` of campaign ${series.campaign}` : '';
  const young = learning ? '; what is usual here is still being learned' : '';
  const expected = `where ${rounded(burst.expected)} were expected`;
  return `${did(series)} ${burst.count}${kind} messages${of} in ${length(burst.seconds)} ${expected}${young}`;
};

export const saysRepeats = (series: Watched, { evidence }: Repeats): string => {
  const { messages, distinct, ratio, minutes, people, worst } = evidence;
  // A tally names no more than its top.
  const least = people >= TALLY_TOP ? 'at least ' : '';
  const persons = `${least}${plural(people, 'person', 'persons')} got up to ${worst} of them each`;
  const stretch = plural(minutes, 'minute', 'minutes');
  const whole = `${did(series)} ${messages} marketing messages for about ${plural(distinct, 'person', 'persons')} in ${stretch}`;
  if (people === 0) return `${whole}, ${rounded(ratio)} for each`;
  return `${whole}; ${persons}`;
};

export const saysQuiet = (series: Watched, count: number): string =>
  `${did(series)} ${count} marketing messages in 60 s to people for whom it is a forbidden hour or day`;
