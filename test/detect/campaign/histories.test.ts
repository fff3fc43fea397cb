import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createHistories, historyOf, mostOf, totalOf } from '../../../src/detect/campaign/histories.ts';
import { addToRun, newRun, RUNS, type Run } from '../../../src/detect/campaign/runs.ts';
import { createLearned } from '../../../src/detect/learning/learned.ts';
import { DAY_SECONDS } from '../../../src/events/time.ts';
import { MONDAY } from '../lives.ts';
import { key } from '../support.ts';

const NAMES = ['spring', 'summer', 'autumn', 'winter'];
/** What a judge may ask of a history, for every campaign. */
const asked = (history: ReturnType<typeof historyOf>, runs: Iterable<Run>) => ({
  known: [...history.known].map(({ campaign }) => campaign).sort(),
  single: [...history.single].map(({ campaign }) => campaign).sort(),
  largest: [...runs].map((run) => mostOf(history.largest, run, totalOf)),
  fastest: [...runs].map((run) => mostOf(history.fastest, run, ({ peak }) => peak)),
});

test('a history that grows by what is learned is the one that all campaigns give', () => {
  const sending = fc.record({
    campaign: fc.constantFrom(...NAMES),
    after: fc.constantFrom(1, 30, 3_600, DAY_SECONDS),
    count: fc.integer({ min: 1, max: 60 }),
  });
  fc.assert(
    fc.property(fc.array(sending, { minLength: 1, maxLength: 60 }), (sendings) => {
      const learned = createLearned();
      const runs = learned.of(RUNS);
      const histories = createHistories(learned);
      let at = MONDAY;
      for (const { campaign, after, count } of sendings) {
        at += after;
        const series = key({ campaign });
        const run = runs.get(series) ?? newRun({ series, metric: 'sent', campaign, provider: 'alpha' }, at);
        runs.set(series, run);
        addToRun(run, at, count, undefined);
        histories.learned(run);
        const all = runs.values();
        expect(asked(histories.of('sent'), runs.values())).toEqual(
          asked(historyOf('sent', all), runs.values()),
        );
      }
    }),
  );
});
