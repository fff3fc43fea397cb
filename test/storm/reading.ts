/** The intake of one instance, as intake.ts puts it together for Kafka. In: what it reaches. Out: counts, and problems. */
import type { Config } from '../../src/config/schema.ts';
import type { Ms } from '../../src/events/event.ts';
import { createConsents } from '../../src/fold/consents.ts';
import { foldFrom } from '../../src/fold/from-config.ts';
import { createArrivals } from '../../src/intake/arrivals.ts';
import { createBackpressure } from '../../src/intake/backpressure.ts';
import { createIngest } from '../../src/intake/ingest.ts';
import { createProblems } from '../../src/intake/problems.ts';
import { silent } from '../support/offset-store.ts';
import { createConsumer } from './consumer.ts';
import type { Machine } from './machine.ts';
import type { Reach } from './reach.ts';

export const HMAC_KEY = 'a key for the storm';

export const createReading = (parts: {
  readonly config: Config;
  readonly machine: Machine;
  readonly reach: Reach;
  readonly evaluated: () => Ms | undefined;
  readonly usualDelay: (provider: string) => number;
  /** How often the log is asked for more, in ms. */
  readonly poll: number;
}) => {
  const { config, reach } = parts;
  const { clock, timers, name } = parts.machine;
  const { store } = reach;
  const { preset, maxRecord, maxAhead, kafka } = config.intake;
  const { lateness } = config.windows;
  if (!kafka) throw new Error('the configuration reads no log');
  const consents = createConsents(config.detect.stop);
  const arrivals = createArrivals(config.blindness.clock, parts.usualDelay);
  const problems = createProblems(silent);
  const ingest = createIngest({
    fold: foldFrom(config, { hmacKey: HMAC_KEY, consents }),
    store,
    deadLetters: reach.deadLetters,
    parse: { preset, maxRecord },
    clock,
    maxAhead,
    onBatch: (events, rejected) => arrivals.note(events, rejected, clock()),
    log: silent,
  });
  const consumer = createConsumer({
    name,
    config: kafka,
    log: reach.log,
    group: reach.group,
    claim: async (partition) => {
      const claimed = await store.claim(partition);
      consents.take(partition, await store.consent(partition), claimed.next);
      return claimed;
    },
    ingest,
    backpressure: createBackpressure({ evaluated: parts.evaluated, lateness, clock }),
    clock,
    lateness,
    patience: config.blindness.lag,
    problems,
    timers,
    poll: parts.poll,
  });
  return {
    start: consumer.start,
    isFed: () => true,
    lag: consumer.lag,
    waiting: consumer.waiting,
    found: problems.found,
    problems: problems.list,
    arrived: arrivals.lately,
  };
};
