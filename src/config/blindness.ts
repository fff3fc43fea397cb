/** When tocsin says that it does not see: how much is too much, and for how long. */
import { z } from 'zod';
import { lengthOf } from './length.ts';

export const blindness = z
  .strictObject({
    /** What is in the way is told once it has lasted for this long, */
    after: lengthOf('30s'),
    /** and is over once it has been gone for this long: what comes and goes in between is one. */
    over: lengthOf('1m'),
    /** Records of Kafka that have waited longer than this to be read are too far behind. */
    lag: lengthOf('30s'),
    /** The events' time and the clock may be this far apart, while nothing waits to be read. Less than intake.maxAhead. */
    clock: lengthOf('2m'),
    /** Of the records of the last five minutes, more than this share that cannot be read; `minimum` prove nothing less. */
    deadLetters: z
      .strictObject({
        share: z.number().min(0).max(1).default(0.05),
        minimum: z.number().int().min(1).default(100),
      })
      .prefault({}),
  })
  .prefault({});
