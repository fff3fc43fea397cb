/** From repeats to findings: the evidence in numbers, and a sentence. */
import type { Second } from '../../events/event.ts';
import type { SeriesKey } from '../../windows/series.ts';
import { TALLY_TOP } from '../../windows/store/store.ts';
import type { Finding } from '../finding.ts';
import type { WatchedSeries } from '../series/classify.ts';
import { place, plural, rounded, whoSent } from '../wording.ts';
import type { CampaignRepeats, Repeats, SameText } from './repeats.ts';

export const repeatsFinding = (one: WatchedSeries, seen: Repeats, at: Second): Finding => ({
  ...place(one),
  detector: 'repeats',
  at,
  since: seen.since,
  strength: seen.strength,
  evidence: { ...seen.evidence, ratio: rounded(seen.evidence.ratio) },
  says: saysRepeats(one, seen),
});

const saysRepeats = (series: WatchedSeries, { evidence }: Repeats): string => {
  const { messages, distinct, ratio, minutes, people, worst } = evidence;
  const persons = `${atLeast(people)}${plural(people, 'person', 'persons')} got up to ${worst} of them each`;
  const stretch = minutes < 60 ? plural(minutes, 'minute', 'minutes') : plural(minutes / 60, 'hour', 'hours');
  const whole = `${whoSent(series)} ${messages} marketing messages for about ${plural(distinct, 'person', 'persons')} in ${stretch}`;
  if (people === 0) return `${whole}, ${rounded(ratio)} for each`;
  return `${whole}; ${persons}`;
};

export const repeatedFinding = (one: WatchedSeries, seen: CampaignRepeats, at: Second): Finding => ({
  ...place(one),
  ...(one.name === undefined ? {} : { campaign: one.name }),
  detector: 'repeats',
  at,
  since: seen.since,
  strength: seen.strength,
  evidence: {
    messages: seen.messages,
    again: seen.repeated,
    ratio: rounded(seen.ratio),
    minutes: seen.minutes,
  },
  says: saysRepeated(one, seen),
});

const saysRepeated = (series: WatchedSeries, { repeated, messages, minutes }: CampaignRepeats): string => {
  const of = series.name === undefined ? 'marketing messages' : `messages of campaign ${series.name}`;
  const same = series.name === undefined ? 'the same text' : 'it';
  return `${whoSent(series)} ${repeated} of ${messages} ${of} in ${plural(minutes, 'minute', 'minutes')} to people who had just got ${same}`;
};

interface SameTextPlace {
  readonly provider: string;
  readonly metric: WatchedSeries['metric'];
  readonly category: 'transactional' | 'otp';
  readonly series: SeriesKey;
}

export const sameTextFinding = (of: SameTextPlace, seen: SameText, at: Second): Finding => ({
  detector: 'repeats',
  provider: of.provider,
  series: of.series,
  at,
  since: seen.since,
  strength: seen.strength,
  evidence: { people: seen.people, worst: seen.worst },
  says: saysSameText(of, seen),
});

const saysSameText = (of: SameTextPlace, { people, worst }: SameText): string =>
  `${whoSent(of)} ${atLeast(people)}${plural(people, 'person', 'persons')} the same ${of.category} text up to ${worst} times in 20 minutes`;

/** A tally names no more people than its top, so that there may be more. */
const atLeast = (people: number): string => (people >= TALLY_TOP ? 'at least ' : '');
