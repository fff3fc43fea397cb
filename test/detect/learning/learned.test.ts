import { describe, expect, it } from 'vitest';
import { newRun } from '../../../src/detect/campaign/campaigns.ts';
import { newTextBook } from '../../../src/detect/content/texts.ts';
import { createLearned, type Learned } from '../../../src/detect/learning/learned.ts';
import { newLedger } from '../../../src/detect/ledgers/ledgers.ts';
import { newLag } from '../../../src/detect/statistics/lags.ts';
import { newShare } from '../../../src/detect/statistics/shares.ts';
import { newStop } from '../../../src/detect/stop/stop-codes.ts';
import { DAY_SECONDS } from '../../../src/events/time.ts';
import { MONDAY } from '../lives.ts';
import { key, knownBaseline } from '../support.ts';

const alpha = key();
const spring = key({ campaign: 'spring sale' });
const run = (at = MONDAY, campaign = 'spring sale') =>
  newRun({ series: key({ campaign }), metric: 'sent', campaign, provider: 'alpha' }, at);
/** One of each kind. */
const filled = (): Learned => {
  const learned = createLearned();
  learned.of('baseline').set(alpha, knownBaseline(MONDAY, 0.123456));
  learned.of('share').set('unordered alpha', { ...newShare(), through: MONDAY / 600 });
  learned.of('lag').set('sent alpha', { ...newLag(), through: MONDAY / 600 });
  learned.of('run').set(spring, run());
  learned
    .of('destination')
    .set(key({ country: 'TN' }), { first: MONDAY, last: MONDAY, days: 1, day: MONDAY });
  learned.of('ledger').set(spring, newLedger({ provider: 'alpha', said: 'sent', whole: true }, MONDAY));
  learned.of('texts').set(alpha, { ...newTextBook(MONDAY), through: MONDAY });
  learned.of('stop').set('alpha', { ...newStop(), through: MONDAY / 600 });
  learned.of('reach').set(alpha, { hours: [[MONDAY / 3_600, 2, 0, '0P1']] });
  return learned;
};
const namesOf = (changes: ReadonlyMap<string, string>) => [...changes.keys()].sort();

describe('what was learned', () => {
  it('is all news at first, and then no more than what changed', () => {
    const learned = filled();
    expect(learned.changes().size).toBe(9);
    expect(learned.changes().size).toBe(0);
    const share = learned.of('share').get('unordered alpha');
    if (share) share.count += 1;
    expect(namesOf(learned.changes())).toEqual(['share unordered alpha']);
    expect(learned.changes().size).toBe(0);
  });

  it('is the same when it comes back, and no news to who brought it', () => {
    const learned = filled();
    const back = createLearned();
    expect(back.restore(learned.changes())).toBe(0);
    for (const kind of [
      'baseline',
      'share',
      'lag',
      'run',
      'destination',
      'ledger',
      'texts',
      'stop',
      'reach',
    ] as const) {
      expect([...back.of(kind)]).toEqual([...learned.of(kind)]);
    }
    expect(back.changes().size).toBe(0);
  });

  it('is left out when another version wrote it, and counted', () => {
    const entries = new Map(filled().changes());
    entries.set('destination old', JSON.stringify({ version: 0, first: 1, last: 1, days: 1 }));
    entries.set('unheard of', JSON.stringify({ version: 1 }));
    const back = createLearned();
    expect(back.restore(entries)).toBe(2);
    expect(back.of('destination').size).toBe(1);
  });

  it('says what is gone', () => {
    const learned = filled();
    learned.changes();
    learned.of('run').delete(spring);
    expect(learned.changes()).toEqual(new Map([[`run ${spring}`, '']]));
    expect(learned.changes().size).toBe(0);
  });

  it('is forgotten when it was idle for long', () => {
    const learned = filled();
    learned.prune(MONDAY + DAY_SECONDS);
    expect(learned.of('reach').size).toBe(1);
    learned.prune(MONDAY + 59 * DAY_SECONDS);
    expect(learned.of('reach').size).toBe(0);
    expect(namesOf(learned.changes())).toHaveLength(8);
    learned.prune(MONDAY + 61 * DAY_SECONDS);
    expect(namesOf(learned.changes())).toEqual([
      `baseline ${alpha}`,
      'lag sent alpha',
      'share unordered alpha',
    ]);
    learned.prune(MONDAY + 101 * DAY_SECONDS);
    for (const kind of ['run', 'destination', 'ledger', 'texts'] as const)
      expect(learned.of(kind).size).toBe(0);
  });

  it('is bounded: of too many, the longest idle go', () => {
    const learned = createLearned();
    for (let i = 0; i < 5_010; i++) learned.of('run').set(`run ${i}`, run(MONDAY - (i % 5_000)));
    learned.prune(MONDAY);
    expect(learned.of('run').size).toBe(5_000);
    expect(learned.of('run').has('run 0')).toBe(true);
    expect(learned.of('run').has('run 4999')).toBe(false);
    expect(learned.of('run').has('run 4990')).toBe(false);
    expect(learned.of('run').has('run 4989')).toBe(true);
  });
});
