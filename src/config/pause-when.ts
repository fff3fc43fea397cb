import type { DetectorName } from './detectors.ts';

/** A line of the policy's table: a provider is paused when all its signs have strong evidence together. */
export interface PauseRule {
  readonly signs: DetectorName[];
  /** Why the signs together justify a pause, as people are told it. */
  readonly because: string;
}

/**
 * The table by default: any two of the signs that gave the night of the salons away. Unordered messages in a burst have
 * no line, since a team that sends a campaign from the provider's own console, past tocsin, looks just so.
 */
export const PAUSE_WHEN: readonly PauseRule[] = [
  {
    signs: ['repeats', 'quiet_hours'],
    because: 'nobody means to send the same people marketing again and again when it is forbidden',
  },
  {
    signs: ['burst', 'repeats'],
    because: 'a campaign is more messages to more people; more messages to the same people is a loop',
  },
  {
    signs: ['burst', 'quiet_hours'],
    because: 'late queues bring a few messages into forbidden hours, never more than usual',
  },
  {
    signs: ['unordered', 'repeats'],
    because: 'what nobody asked for, to the same people again and again, is the provider sending by itself',
  },
  {
    signs: ['unordered', 'quiet_hours'],
    because: 'nobody asked for it, and nobody would have at this hour',
  },
];
