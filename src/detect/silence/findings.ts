/** From a provider's silence to a finding. */
import type { Second } from '../../events/event.ts';
import type { Finding } from '../finding.ts';
import type { WatchedSeries } from '../series/classify.ts';
import { inWords, place, rounded, whoSent } from '../wording.ts';
import type { Silence } from './silence.ts';

export const silenceFinding = (
  one: WatchedSeries,
  { since, seconds, expected, surprise }: Silence,
  at: Second,
): Finding => ({
  ...place(one),
  detector: 'silence',
  at,
  since,
  strength: 'warn',
  evidence: { count: 0, expected: rounded(expected), seconds, surprise: rounded(surprise) },
  says: `${whoSent(one)} nothing for ${inWords(seconds)} where ${rounded(expected)} messages were expected`,
});
