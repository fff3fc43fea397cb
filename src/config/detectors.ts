/** The names of the detectors, as the configuration, findings and stored incidents write them. */

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
