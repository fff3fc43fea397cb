/**
 * One stream, cut into any batches and read by any number of instances, gives what one replay of it gives: to the byte
 * while each partition keeps its reader and the evaluation its instance, all looks being at the end of a second. What
 * a process remembers and nobody else knows is lost when they change; the tests say what still holds then. An hour of
 * the salons' night, its burst twenty minutes long. To the byte it has messages told twice, too, and records that are
 * none; a message told twice counts twice when its partition has moved in between.
 */
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { replay } from '../../../src/cli/replay/replay.ts';
import { configSchema } from '../../../src/config/schema.ts';
import { ms, type SmsEvent, secondOf } from '../../../src/events/event.ts';
import { MINUTE } from '../../../src/events/time.ts';
import { simulate } from '../../../src/simulate/stream.ts';
import { toJson } from '../../../src/simulate/write.ts';
import {
  type Cut,
  type Line,
  linesOf,
  type Place,
  partitionOf,
  readCut,
  writtenIn,
} from '../../support/cut-stream.ts';
import { openInProcess } from './in-process.ts';

const START = ms(Date.parse('2026-10-28T19:30:00+01:00'));
const BURST = { from: ms(START + 20 * MINUTE), until: START + 40 * MINUTE };
const config = configSchema.parse({ mode: 'armed', providers: { alpha: { category: 'marketing' } } });

const night = (): SmsEvent[] => [
  ...simulate({
    scenario: 'salon-night',
    seed: 7,
    start: START,
    end: ms(START + 60 * MINUTE),
    scale: 0.2,
    runawayAt: BURST.from,
    brake: (provider, at) => provider === 'alpha' && at > BURST.until,
  }),
];
const lineOf = (event: SmsEvent): Line => ({
  at: secondOf(event.at),
  partition: partitionOf(event),
  value: Buffer.from(toJson(event)),
});
const plain = night().map(lineOf);
/** Every twentieth message is told once more, ten messages later; every hundredth record is none. */
const faulty = plain.flatMap((line, n) => {
  const earlier = plain[n - 10];
  return [
    line,
    ...(n % 20 === 0 && earlier ? [{ ...earlier, at: line.at }] : []),
    ...(n % 100 === 0 ? [{ ...line, value: Buffer.from('no event') }] : []),
  ];
});

const replayed = async (lines: readonly Line[]) => {
  const dir = mkdtempSync(join(tmpdir(), 'tocsin-cut-'));
  const log = join(dir, 'log.ndjson');
  writeFileSync(log, lines.map(({ value }) => `${value}\n`).join(''));
  await replay([log], config, dir);
  return writtenIn(dir);
};

const STILL = { again: 0, reclaimed: 0, moved: 0, handedOn: 0, crashed: 0, late: 0 };
const cuts = (chances: Partial<Cut>): fc.Arbitrary<Cut> =>
  fc
    .record({
      seed: fc.integer(),
      instances: fc.integer({ min: 1, max: 4 }),
      most: fc.constantFrom(1, 3, 20, 2_000),
    })
    .map((drawn) => ({ ...STILL, again: 0.1, reclaimed: 0.02, ...chances, ...drawn }));

interface Written {
  readonly id: string;
  readonly provider: string;
  readonly severity: string;
  readonly openedAt: string;
  readonly findings: ReadonlyArray<{ readonly detector: string; readonly series: string }>;
}
interface Done {
  readonly at: string;
  readonly action: string;
  readonly provider: string;
  readonly category?: string;
  readonly rule?: readonly string[];
  readonly refused?: string;
}
/** What a person would call the same: who went wrong, since when, how badly, and what was stopped for it. */
const gistOf = ({ incidents, actions }: { incidents: string; actions: string }) => ({
  incidents: linesOf<Written>(incidents).map(({ id, severity, findings }) => ({
    id,
    severity,
    detectors: [...new Set(findings.map(({ detector }) => detector))].sort(),
  })),
  actions: linesOf<Done>(actions).map(({ at, action, provider, category, rule, refused }) => ({
    ...{ at, action, provider, category, rule, refused },
  })),
});
/** The same, but for when; and when, in epoch ms. */
const untimed = (written: { incidents: string; actions: string }) => {
  const { incidents, actions } = gistOf(written);
  return {
    incidents: incidents.map(({ id, ...rest }) => ({ ...rest, provider: id.split('-', 1)[0] })),
    actions: actions.map(({ at, ...rest }) => rest),
  };
};
const timesOf = ({ incidents, actions }: { incidents: string; actions: string }): number[] =>
  [
    ...linesOf<Written>(incidents).map(({ openedAt }) => openedAt),
    ...linesOf<Done>(actions).map(({ at }) => at),
  ].map((at) => Date.parse(at));
const furthest = (some: readonly number[], others: readonly number[]): number =>
  Math.max(...some.map((at, n) => Math.abs(at - (others[n] ?? Number.POSITIVE_INFINITY))));

/** What only the process that read it knows of a message's past: see windows/seen.ts, asked.ts, again.ts, hours.ts. */
const REMEMBERED = /submission=|lag=|part=again|order=twice|hours=late/;
const countedAtOnce = (counts: Readonly<Record<string, number>>) =>
  Object.fromEntries(Object.entries(counts).filter(([series]) => !REMEMBERED.test(series)));

let whole = { incidents: '', actions: '' };
let wholeFaulty = whole;
/** As read by one instance that nothing happens to. */
let calm: Readonly<Record<string, number>> = {};

/** The whole of it for one kind of place. `open`: opens one for so many instances; `numRuns`: cuts tried a property. */
export const anyCutSuite = (
  where: string,
  { open, numRuns }: { open: (instances: number) => Promise<Place>; numRuns: number },
): void => {
  // All of it is work, and none of it waiting: on a busy machine it takes as long as it takes.
  describe(`a stream cut up, its windows ${where}`, { timeout: 600_000 }, () => {
    beforeAll(async () => {
      whole = await replayed(plain);
      wholeFaulty = await replayed(faulty);
      expect(gistOf(whole).actions).toMatchObject([{ action: 'pause', provider: 'alpha' }]);
      const place = await openInProcess(1);
      ({ counts: calm } = await readCut(
        plain,
        { ...STILL, seed: 1, instances: 1, most: 2_000 },
        { config, place },
      ));
    }, 600_000);

    const always = (
      lines: readonly Line[],
      chances: Partial<Cut>,
      holds: (got: Awaited<ReturnType<typeof readCut>>) => void,
    ) =>
      fc.assert(
        fc.asyncProperty(cuts(chances), async (cut) => {
          const place = await open(cut.instances);
          holds(await readCut(lines, cut, { config, place }).finally(place.close));
        }),
        { numRuns, endOnFailure: true },
      );

    test('gives the incidents and the pauses of a replay, to the byte, while readers and evaluator stay', () =>
      always(faulty, {}, (got) => {
        expect(got).toMatchObject(wholeFaulty);
      }));

    test('counts the same when partitions move, but for what a reader has to remember, of which it counts less', () =>
      always(plain, { moved: 0.05 }, (got) => {
        expect(countedAtOnce(got.counts)).toEqual(countedAtOnce(calm));
        for (const [series, n] of Object.entries(got.counts))
          expect(n, series).toBeLessThanOrEqual(calm[series] ?? 0);
        expect(gistOf(got)).toEqual(gistOf(whole));
      }));

    /**
     * The second that was looked at last is looked at again, since it may have filled: by then the sketches of its minute
     * hold the next second too, so that what the next second shows may be dated by this one.
     */
    test('opens the same incident, at most a second earlier, and pauses the same, when the evaluation is handed on', () =>
      always(plain, { handedOn: 0.02 }, (got) => {
        expect(untimed(got)).toEqual(untimed(whole));
        expect(furthest(timesOf(got), timesOf(whole))).toBeLessThanOrEqual(1_000);
      }));

    /** They were saved five seconds before at most, and are looked at again with what has come since. */
    test('opens the same incident when whoever evaluates is lost, at most the seconds earlier that are looked at again', () =>
      always(plain, { crashed: 0.02 }, (got) => {
        expect(untimed(got)).toEqual(untimed(whole));
        expect(furthest(timesOf(got), timesOf(whole))).toBeLessThanOrEqual(5_000);
      }));

    test('opens the same incident at most a second later when partitions are a second apart', () =>
      always(plain, { late: 0.3 }, (got) => {
        expect(countedAtOnce(got.counts)).toEqual(countedAtOnce(calm));
        expect(untimed(got)).toEqual(untimed(whole));
        expect(furthest(timesOf(got), timesOf(whole))).toBeLessThanOrEqual(1_000);
      }));
  });
};
