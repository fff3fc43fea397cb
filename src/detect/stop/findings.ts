/** From what STOP shows to findings, each with its sentence. */
import { type Duration, type Second, second, startOf } from '../../events/event.ts';
import type { SeriesKey } from '../../windows/series.ts';
import type { Finding } from '../finding.ts';
import type { WatchedSeries } from '../series/classify.ts';
import { inWords, place, rounded, whoSent } from '../wording.ts';
import type { Unheeded } from './stop.ts';
import type { Silent } from './stop-codes.ts';

export const ignoredFinding = (
  one: WatchedSeries,
  seen: Unheeded,
  { at, grace }: { readonly at: Second; readonly grace: Duration },
): Finding => ({
  ...place(one),
  detector: 'stop_ignored',
  at,
  since: startOf(second(seen.since)),
  strength: seen.strong ? 'strong' : 'warn',
  evidence: { count: seen.count, base: seen.of, seconds: at - seen.since + 1 },
  says: saysIgnored(one, seen, grace),
});

const saysIgnored = (series: WatchedSeries, { count, of }: Unheeded, grace: Duration): string =>
  `${whoSent(series)} ${count} marketing messages in an hour, of ${of}, to people who had opted out more than ${inWords(grace / 1000)} before`;

export const unrecordedFinding = (
  { provider, series }: { readonly provider: string; readonly series: SeriesKey },
  seen: Unheeded,
  { at, limit }: { readonly at: Second; readonly limit: Duration },
): Finding => ({
  provider,
  series,
  detector: 'stop_unrecorded',
  at,
  since: startOf(second(seen.since)),
  strength: seen.strong ? 'strong' : 'warn',
  evidence: { people: seen.count, base: seen.of, seconds: at - seen.since + 1 },
  says: `${seen.count} of ${seen.of} people who asked ${provider} to stop were not taken off within ${inWords(limit / 1000)}`,
});

export const silentCodeFinding = (
  {
    provider,
    series,
    code,
  }: { readonly provider: string; readonly series: SeriesKey; readonly code: string },
  silent: Silent,
  at: Second,
): Finding => ({
  provider,
  series,
  detector: 'stop_dead',
  at,
  since: startOf(second(silent.since)),
  // Nothing of it says that the provider sends what it should not, and a share of answers is no more than usual.
  strength: 'warn',
  evidence: {
    count: 0,
    base: silent.messages,
    expected: rounded(silent.expected),
    seconds: at - silent.since + 1,
    surprise: rounded(silent.surprise),
  },
  says: saysSilentCode(provider, code, silent),
});

const saysSilentCode = (provider: string, code: string, { messages, expected, surprise }: Silent): string => {
  const odds = Number(Math.exp(Math.min(30, surprise)).toPrecision(1)).toLocaleString('en-US');
  return (
    `nothing arrived at ${code}, to which ${provider}’s texts say that STOP may be sent: after ${messages} messages ` +
    `${rounded(expected)} answers were expected (chance does that once in ${odds})`
  );
};
