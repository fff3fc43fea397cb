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
    /** Nothing is paused on findings older than this. */
    freshness: lengthOf('30s'),
    /** No more pauses than this in an hour; the rest is left to people, and said. */
    maxPausesPerHour: z.number().int().min(0).default(3),
    pause: z
      .strictObject({
        /** How long a pause lasts; doubled when it had to be made again within a day, up to `longest`. */
        for: lengthOf('4h'),
        longest: lengthOf('2d'),
        /** What happens then: it stays until a person ends it, a trickle is let through and judged, or it is lifted. */
        atEnd: z.enum(['stay', 'probe', 'resume']).default('stay'),
        probe: z
          .strictObject({
            /** Messages a minute that a trickle lets through, and how long it is judged. */
            trickle: z.number().int().min(1).default(6),
            lasts: lengthOf('10m'),
          })
          .prefault({}),
        /** Whether what was paused for messages in forbidden hours may be let through again by itself. */
        endNights: z.boolean().default(false),
      })
      .prefault({}),
    /** Whether a pause bites is seen by the stream itself. */
    bite: z
      .strictObject({
        /** What was on its way may still come for so long. */
        grace: lengthOf('30s'),
        /** Sending that goes on at less than this share of the pace before is that of stragglers. */
        share: z.number().min(0).max(1).default(0.1),
      })
      .prefault({}),
    /** Nothing is paused on fewer messages than this. */
    evidence: z.number().int().min(1).default(6),
    /** Nothing is paused before the stream has been watched for so long: after a start, or when the state was lost. */
    settle: lengthOf('1m'),
    /** Of these the last provider that can carry them is never paused as a whole. */
    keepOneFor: z.array(category).default(['otp', 'transactional']),
    /**
     * A compacted topic on intake.kafka's brokers, made when it is missing, with what is paused: one record a target,
     * its value the pause as JSON, null once it is resumed. For senders that would rather read Kafka than Redis.
     */
    controlTopic: z.string().min(1).optional(),
  })
  .prefault({});
