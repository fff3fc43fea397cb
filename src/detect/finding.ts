/**
 * A finding: what one detector saw, with its evidence in numbers. Detectors are pure; a finding is data.
 */
import type { Ms, Second } from '../events/event.ts';
import type { SeriesKey } from '../windows/series.ts';

export const DETECTORS = [
  /** More messages than expected. */
  'burst',
  /** The same people again and again. */
  'repeats',
  /** Messages in hours forbidden to them, marketing by default. */
  'quiet_hours',
  /** A campaign beyond what was announced, or sent a second time, or larger than any before. */
  'campaign',
  /** Sent though nobody asked for it, or more than was. */
  'unordered',
  /** More billed than was sent or submitted. */
  'usage',
  /** Something tocsin cannot tell of a provider. */
  'blind',
  /** More deliveries fail than usual. */
  'failures',
  /** More people answer or opt out than usual. */
  'replies',
  /** More people ask for STOP, or are taken off, than usual. */
  'stop_surge',
  /** Marketing to people who had opted out. */
  'stop_ignored',
  /** People who asked for STOP and were not taken off in time. */
  'stop_unrecorded',
  /** A code for STOP at which nothing arrives. */
  'stop_dead',
  /** Messages to a country never used. */
  'destination',
  /** Texts that are wrong, or that the provider or the campaign never sent; links to a host never used. */
  'content',
  /** Nothing sent where there should be. */
  'silence',
] as const;

export type DetectorName = (typeof DETECTORS)[number];

export interface Finding {
  readonly detector: DetectorName;
  readonly provider: string;
  readonly campaign?: string;
  readonly series: SeriesKey;
  /** The bucket it was seen in. */
  readonly at: Second;
  /** When what it describes began. */
  readonly since: Ms;
  /** warn: people should look. strong: counts towards a pause. */
  readonly strength: 'warn' | 'strong';
  /** Plain numbers, e.g. {count: 240, expected: 12.5, seconds: 8, surprise: 512}. No phone numbers, ever. */
  readonly evidence: Readonly<Record<string, number>>;
  /** One sentence for a person, e.g. "240 messages in 8 s where 12.5 were expected". */
  readonly says: string;
}
