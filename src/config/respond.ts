/** What tocsin may do by itself: the policy's table, what holds it back, how a pause is watched and ends. */
import { z } from 'zod';
import { DETECTOR_NAMES } from './detectors.ts';
import { lengthOf } from './length.ts';
import { PAUSE_WHEN } from './pause-when.ts';
import { category } from './words.ts';

const detector = z.enum(DETECTOR_NAMES);

export const respond = z
  .strictObject({
    /**
     * The policy: a provider is paused when every sign of one line has strong evidence on it within `within`.
     * `because` is for people. Each sign alone is innocent (a sale day bursts, a loop of tests repeats, a queue empties
     * late, an order goes astray), two at once hardly are; the table by default: pause-when.ts.
     */
    pauseWhen: z
      .array(z.strictObject({ signs: z.array(detector).min(1), because: z.string().max(300).default('') }))
      .default([...PAUSE_WHEN]),
    within: lengthOf('5m'),
    /** The age of a finding beyond which nothing is paused on it. */
    freshness: lengthOf('30s'),
    /** The most pauses in an hour; whatever else should be paused is left to people, who are told. */
    maxPausesPerHour: z.number().int().min(0).default(3),
    pause: z
      .strictObject({
        /** How long a pause lasts; it is doubled, up to `longest`, when it had to be made again within a day. */
        for: lengthOf('4h'),
        longest: lengthOf('2d'),
        /** What ends a pause: a person (stay), a trickle let through and judged good (probe), or time alone (resume). */
        atEnd: z.enum(['stay', 'probe', 'resume']).default('stay'),
        probe: z
          .strictObject({
            /** The messages a minute that a trickle lets through while it is judged for `lasts`. */
            trickle: z.number().int().min(1).default(6),
            lasts: lengthOf('10m'),
          })
          .prefault({}),
        /** Whether a pause for messages in forbidden hours may end by itself. */
        endNights: z.boolean().default(false),
      })
      .prefault({}),
    /** How the stream itself shows whether a pause has stopped the sending. */
    bite: z
      .strictObject({
        /** How long after a pause messages that were on their way may still come. */
        grace: lengthOf('30s'),
        /** The share of the earlier rate below which what still comes are stragglers, 0 to 1. */
        share: z.number().min(0).max(1).default(0.1),
      })
      .prefault({}),
    /** The fewest messages on which anything is paused. */
    evidence: z.number().int().min(1).default(6),
    /** How long the stream must be watched before anything is paused, after a start or a loss of state. */
    settle: lengthOf('1m'),
    /** The categories of which the last provider able to carry them is never paused as a whole. */
    keepOneFor: z.array(category).default(['otp', 'transactional']),
    /**
     * A compacted topic on intake.kafka's brokers, made when it is missing, with what is paused: one record a target,
     * its value the pause as JSON, null once it is resumed. For senders that would rather read Kafka than Redis.
     */
    controlTopic: z.string().min(1).optional(),
  })
  .prefault({});
