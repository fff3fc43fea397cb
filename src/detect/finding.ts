/**
 * A finding: what one detector saw, with its evidence in numbers. Detectors are pure; a finding is data.
 */
import type { DetectorName } from '../config/detectors.ts';
import type { Ms, Second } from '../events/event.ts';
import type { SeriesKey } from '../windows/series.ts';

export interface Finding {
  readonly detector: DetectorName;
  readonly provider: string;
  readonly campaign?: string;
  readonly series: SeriesKey;
  /** The second of event time in which it was seen. */
  readonly at: Second;
  /** When what the finding describes began; at or before `at`. */
  readonly since: Ms;
  /** warn: people should look. strong: counts towards a pause. */
  readonly strength: 'warn' | 'strong';
  /** Plain numbers, e.g. {count: 240, expected: 12.5, seconds: 8, surprise: 512}. No phone numbers, ever. */
  readonly evidence: Readonly<Record<string, number>>;
  /** One sentence for a person, e.g. "240 messages in 8 s where 12.5 were expected". */
  readonly says: string;
}
