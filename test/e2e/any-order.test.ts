/**
 * Living through the same events finds the same, however they arrive: whatever comes late, out of order, in whatever
 * batches and partitions. Each run is held against the same events read as they happened.
 *
 * What may differ by the order of arrival, and is no fault:
 * - the numbers in a sentence, when an incident was opened, and the window of a burst: they are of the looks there were;
 * - what was paused: nobody is for what is over, so that it is asked only that nobody healthy ever is;
 * - silence, which is about what has not come yet: whoever is late is silent until then. It only warns;
 * - a warning of messages without submission, before their submissions have come. It is taken back, and never strong;
 * - which of a message's reports was held against its submission, since that goes by what had been read: `submission`
 *   and `lag` of what is counted;
 * - repeats of the same text or campaign: the table that knows them forgets one where two share a cell, and partitions
 *   lie in different cells. They are missed then, never made up.
 */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  BAD,
  type Evening,
  eveningOf,
  FAULTS,
  IN_ORDER,
  livedThrough,
  type Outcome,
  type Way,
} from '../support/any-order.ts';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;

const delays = (most: number) =>
  fc.oneof(
    fc.constant(0),
    fc.integer({ min: 0, max: 5 * SECOND }),
    fc.integer({ min: 0, max: 2 * MINUTE }),
    fc.integer({ min: 0, max: most }),
  );

const ways = (most: number, everies: readonly number[]): fc.Arbitrary<Way> => {
  const delay = delays(most);
  const reports = fc.record({
    submitted: fc.oneof(fc.constant(0), delay),
    sent: delay,
    delivered: delay,
  });
  return fc.record({
    delays: fc.record({ alpha: reports, beta: reports }),
    jitter: fc.constantFrom(0, 500, 5 * SECOND, MINUTE),
    seed: fc.integer({ min: 1, max: 1_000_000 }),
    every: fc.constantFrom(...everies),
    most: fc.constantFrom(10_000, 300, 20, 1),
    partitions: fc.integer({ min: 1, max: 4 }),
    stall: fc.record({
      partition: fc.integer({ min: 0, max: 3 }),
      after: fc.integer({ min: 0, max: 2 * MINUTE }),
      lasts: fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 20 * MINUTE })),
    }),
  });
};

/** At three in the afternoon, and at half past nine in the evening, in Paris. */
const STARTS = [Date.UTC(2026, 9, 28, 14), Date.UTC(2026, 9, 28, 20, 30)] as const;
const evenings = (before: number): fc.Arbitrary<Evening> =>
  fc.record({
    seed: fc.integer({ min: 1, max: 1_000 }),
    fault: fc.constantFrom(...FAULTS),
    start: fc.constantFrom(...STARTS),
    before: fc.constant(before),
  });

/** What is left when what may differ is taken out. */
const found = ({ found: all }: Outcome): readonly string[] =>
  all.filter(
    (one) => !one.includes('silence') && one !== `${BAD} unordered warn` && one !== 'beta unordered warn',
  );
const counted = ({ counts }: Outcome): Record<string, number> =>
  Object.fromEntries(Object.entries(counts).filter(([key]) => !/submission=|lag=|part=again/.test(key)));
const repeated = ({ counts }: Outcome): number =>
  Object.entries(counts).reduce((sum, [key, n]) => sum + (key.includes('part=again') ? n : 0), 0);
/** Pairs of person and text that may be forgotten in a stream so short. */
const FORGOTTEN = 5;

const holdsFor = (
  ofEvenings: fc.Arbitrary<Evening>,
  ofWays: fc.Arbitrary<Way>,
  run: {
    readonly numRuns: number;
    readonly seed: number;
    /** What was found to fail once. */
    readonly examples?: Array<[Evening, Way]>;
  },
): Promise<void> =>
  fc.assert(
    fc.asyncProperty(ofEvenings, ofWays, async (evening, way) => {
      const facts = eveningOf(evening);
      const inOrder = await livedThrough(facts, IN_ORDER);
      const lived = await livedThrough(facts, way);
      expect(found(lived)).toEqual(found(inOrder));
      expect(lived.critical).toEqual(inOrder.critical);
      expect(counted(lived)).toEqual(counted(inOrder));
      expect(repeated(lived)).toBeLessThanOrEqual(repeated(inOrder));
      expect(repeated(lived)).toBeGreaterThanOrEqual(repeated(inOrder) - FORGOTTEN);
      expect(lived.paused.filter((provider) => provider !== BAD)).toEqual([]);
    }),
    // A run takes up to seconds, so that there is no time to make a counterexample small for long.
    { ...run, interruptAfterTimeLimit: 150 * SECOND, markInterruptAsFailure: false },
  );

/** Beta's deliveries are told long before what it sent, and many of them before our submissions. */
const BEFORE_ITS_OWN: Way = {
  delays: {
    alpha: { submitted: 6, sent: 92_864, delivered: 848 },
    beta: { submitted: 0, sent: 1_120_772, delivered: 0 },
  },
  jitter: MINUTE,
  seed: 14,
  every: MINUTE,
  most: 20,
  partitions: 1,
  stall: { partition: 2, after: 2, lasts: 0 },
};

describe('the same events, however they arrive', () => {
  test.each(
    FAULTS.filter((fault) => fault !== 'none'),
  )('%s: it is found in order, and nobody else', async (fault) => {
    for (const start of STARTS) {
      const evening = { seed: 1, fault, start, before: 90 * SECOND };
      const { critical } = await livedThrough(eveningOf(evening), IN_ORDER);
      expect(critical).toEqual([BAD]);
    }
  });

  test('give the same findings, critical incidents and counts', () =>
    holdsFor(evenings(90 * SECOND), ways(20 * MINUTE, [250, SECOND, 5 * SECOND, MINUTE]), {
      numRuns: 30,
      seed: 17,
    }));

  test('give them when reports come up to 55 minutes late', () =>
    holdsFor(evenings(90 * SECOND), ways(55 * MINUTE, [5 * SECOND, MINUTE]), { numRuns: 15, seed: 55 }));

  /** Only a memory of more than ten minutes tells who was never submitted. */
  test('give them where submissions are remembered, and reports come before them', () =>
    holdsFor(evenings(13 * MINUTE), ways(20 * MINUTE, [5 * SECOND, MINUTE]), {
      numRuns: 8,
      seed: 4,
      examples: [
        [{ seed: 948, fault: 'same reminder', start: STARTS[0], before: 13 * MINUTE }, BEFORE_ITS_OWN],
      ],
    }));
});
