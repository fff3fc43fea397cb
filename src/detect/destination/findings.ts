/** From messages to a country never used to findings. */
import { type Second, second, startOf } from '../../events/event.ts';
import type { Finding } from '../finding.ts';
import type { WatchedSeries } from '../series/classify.ts';
import { place, whoSent } from '../wording.ts';

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
  says: `${whoSent(one)} ${seen.inAnHour} messages in an hour to ${one.name}, where it was never used before`,
});
