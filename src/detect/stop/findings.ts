/** From what STOP shows to findings. */
import { type Duration, type Second, second, startOf } from '../../events/event.ts';
import type { SeriesKey } from '../../windows/series.ts';
import type { Finding } from '../finding.ts';
import { rounded, saysIgnored, saysSilentCode, saysUnrecorded } from '../says.ts';
import type { WatchedSeries } from '../series/classify.ts';
import { place } from '../tell.ts';
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
  says: saysIgnored(one, seen, grace / 1000),
});

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
  says: saysUnrecorded(provider, seen, limit / 1000),
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
