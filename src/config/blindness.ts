/** When tocsin says that it does not see: how much is too much, and for how long. */
import { z } from 'zod';
import { lengthOf } from './length.ts';

export const blindness = z
  .strictObject({
    /** How long something must be in the way before it is told. */
    after: lengthOf('30s'),
    /** How long it must be gone before it is over, so that what comes and goes is told once. */
    over: lengthOf('1m'),
    /** How long a Kafka record may wait to be read before tocsin counts as too far behind. */
    lag: lengthOf('30s'),
    /** How far events' time and the clock may be apart while nothing waits to be read; keep it below intake.maxAhead. */
    clock: lengthOf('2m'),
    /** The share of five minutes' records that may be unreadable; fewer than `minimum` unreadable ones prove nothing. */
    deadLetters: z
      .strictObject({
        share: z.number().min(0).max(1).default(0.05),
        minimum: z.number().int().min(1).default(100),
      })
      .prefault({}),
  })
  .prefault({});
