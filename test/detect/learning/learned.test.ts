import { describe, expect, it } from 'vitest';
import { newRun, RUNS } from '../../../src/detect/campaign/runs.ts';
import { newTextBook, TEXT_BOOKS } from '../../../src/detect/content/texts.ts';
import { DESTINATIONS } from '../../../src/detect/destination/destinations.ts';
import { createLearned, type Learned, type LearnedKind } from '../../../src/detect/learning/learned.ts';
import { LEDGERS, newLedger } from '../../../src/detect/ledgers/ledgers.ts';
import { REACHES } from '../../../src/detect/repeats/reach.ts';
import { BASELINES } from '../../../src/detect/statistics/baseline.ts';
import { newLag, USUAL_LAGS } from '../../../src/detect/statistics/lags.ts';
import { newShare, SHARES } from '../../../src/detect/statistics/shares.ts';
import { newStop, STOP_STATES } from '../../../src/detect/stop/stop-codes.ts';
import { DAY_SECONDS } from '../../../src/events/time.ts';
import { MONDAY } from '../lives.ts';
import { key, knownBaseline } from '../support.ts';

const alpha = key();
const spring = key({ campaign: 'spring sale' });
const run = (at = MONDAY, campaign = 'spring sale') =>
  newRun({ series: key({ campaign }), metric: 'sent', campaign, provider: 'alpha' }, at);
const KINDS: ReadonlyArray<LearnedKind<object>> = [
  BASELINES,
  SHARES,
  USUAL_LAGS,
  RUNS,
  DESTINATIONS,
  LEDGERS,
  TEXT_BOOKS,
  STOP_STATES,
  REACHES,
];
/** As after a start: nothing learned yet, of kinds that are known. */
const knowing = (): Learned => {
  const learned = createLearned();
  for (const kind of KINDS) learned.of(kind);
  return learned;
};
/** One of each kind. */
const filled = (): Learned => {
  const learned = createLearned();
  learned.of(BASELINES).set(alpha, knownBaseline(MONDAY, 0.123456));
  learned.of(SHARES).set('unordered alpha', { ...newShare(), through: MONDAY / 600 });
  learned.of(USUAL_LAGS).set('sent alpha', { ...newLag(), through: MONDAY / 600 });
  learned.of(RUNS).set(spring, run());
  learned.of(DESTINATIONS).set(key({ country: 'TN' }), { first: MONDAY, last: MONDAY, days: 1, day: MONDAY });
  learned.of(LEDGERS).set(spring, newLedger({ provider: 'alpha', said: 'sent', whole: true }, MONDAY));
  learned.of(TEXT_BOOKS).set(alpha, { ...newTextBook(MONDAY), through: MONDAY });
  learned.of(STOP_STATES).set('alpha', { ...newStop(), through: MONDAY / 600 });
  learned.of(REACHES).set(alpha, { hours: [[MONDAY / 3_600, 2, 0, '0P1']] });
  return learned;
};
const namesOf = (changes: ReadonlyMap<string, string>) => [...changes.keys()].sort();

describe('what was learned', () => {
  it('is all news at first, and then no more than what changed', () => {
    const learned = filled();
    expect(learned.changes().size).toBe(9);
    expect(learned.changes().size).toBe(0);
    const share = learned.of(SHARES).get('unordered alpha');
    if (share) share.count += 1;
    expect(namesOf(learned.changes())).toEqual(['share unordered alpha']);
    expect(learned.changes().size).toBe(0);
  });

  it('is the same when it comes back, and no news to who brought it', () => {
    const learned = filled();
    const back = knowing();
    expect(back.restore(learned.changes())).toBe(0);
    for (const kind of KINDS) expect([...back.of(kind)]).toEqual([...learned.of(kind)]);
    expect(back.changes().size).toBe(0);
  });

  it('is left out when another version wrote it, and counted', () => {
    const entries = new Map(filled().changes());
    entries.set('destination old', JSON.stringify({ version: 0, first: 1, last: 1, days: 1 }));
    entries.set('unheard of', JSON.stringify({ version: 1 }));
    const back = knowing();
    expect(back.restore(entries)).toBe(2);
    expect(back.of(DESTINATIONS).size).toBe(1);
  });

  it('says what is gone', () => {
    const learned = filled();
    learned.changes();
    learned.of(RUNS).delete(spring);
    expect(learned.changes()).toEqual(new Map([[`run ${spring}`, '']]));
    expect(learned.changes().size).toBe(0);
  });

  it('is forgotten when it was idle for long', () => {
    const learned = filled();
    learned.prune(MONDAY + DAY_SECONDS);
    expect(learned.of(REACHES).size).toBe(1);
    learned.prune(MONDAY + 59 * DAY_SECONDS);
    expect(learned.of(REACHES).size).toBe(0);
    expect(namesOf(learned.changes())).toHaveLength(8);
    learned.prune(MONDAY + 61 * DAY_SECONDS);
    expect(namesOf(learned.changes())).toEqual([
      `baseline ${alpha}`,
      'lag sent alpha',
      'share unordered alpha',
    ]);
    learned.prune(MONDAY + 101 * DAY_SECONDS);
    for (const kind of [RUNS, DESTINATIONS, LEDGERS, TEXT_BOOKS])
      expect(learned.of<object>(kind).size).toBe(0);
  });

  it('is bounded: of too many, the longest idle go', () => {
    const learned = createLearned();
    for (let i = 0; i < 5_010; i++) learned.of(RUNS).set(`run ${i}`, run(MONDAY - (i % 5_000)));
    learned.prune(MONDAY);
    expect(learned.of(RUNS).size).toBe(5_000);
    expect(learned.of(RUNS).has('run 0')).toBe(true);
    expect(learned.of(RUNS).has('run 4999')).toBe(false);
    expect(learned.of(RUNS).has('run 4990')).toBe(false);
    expect(learned.of(RUNS).has('run 4989')).toBe(true);
  });
});
