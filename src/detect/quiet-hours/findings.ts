/** From messages in forbidden hours to findings. */
import type { Second } from '../../events/event.ts';
import type { Finding } from '../finding.ts';
import type { WatchedSeries } from '../series/classify.ts';
import { place, whoSent } from '../wording.ts';
import { QUIET_SECONDS, type QuietSends } from './quiet-sends.ts';

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
  says: says(one, sends.count),
});

const says = (series: WatchedSeries, count: number): string => {
  const whole = `${whoSent(series)} ${count} ${series.name} messages in 60 s to people for whom it is a forbidden hour or day`;
  return series.scope === 'late' ? `${whole}; they had been submitted in time, and were sent late` : whole;
};
