import { expect, test } from 'vitest';
import { createReportDelays } from '../../src/evaluate/report-delays.ts';
import { type Ms, ms, second } from '../../src/events/event.ts';
import { type SeriesKey, seriesKey } from '../../src/windows/series.ts';
import type { WindowChanges } from '../../src/windows/store/store.ts';
import { createView } from '../../src/windows/view.ts';
import { EVENING } from '../support/events.ts';

const changesOf = (at: Ms, counts: ReadonlyArray<readonly [SeriesKey, number]>): WindowChanges => ({
  cursor: {},
  partitions: [],
  counts: new Map([[second(Math.floor(at / 1_000)), new Map(counts)]]),
  distinct: new Map(),
  tallies: new Map(),
  samples: new Map(),
  announced: new Map(),
});
const SENT = seriesKey({ metric: 'sent', provider: 'alpha' });
const SUBMITTED = seriesKey({ metric: 'submitted', provider: 'alpha' });
const later = (seconds: number) => ms(EVENING + seconds * 1_000);

const reading = () => {
  const view = createView();
  const world = { isCurrent: true };
  const delays = createReportDelays({ view, isCurrent: () => world.isCurrent });
  const read = (at: Ms, counts: ReadonlyArray<readonly [SeriesKey, number]>, now: Ms) => {
    delays.note(changesOf(at, counts), now);
    view.update(changesOf(at, counts));
  };
  return { delays, read, world };
};

test('a report has arrived when its count is first seen; what was there before has not', () => {
  const { delays, read } = reading();
  read(later(-3_000), [[SENT, 50]], later(0));
  expect(delays.of('alpha', later(0)).present).toBeUndefined();
  read(later(0), [[SENT, 20]], later(1));
  read(later(0), [[SENT, 21]], later(40));
  expect(delays.of('alpha', later(40)).present).toBe(1_000);
});

test('what we submit ourselves is dated by our own clock, and left out', () => {
  const { delays, read } = reading();
  read(later(0), [[SENT, 1]], later(0));
  read(later(1), [[SUBMITTED, 50]], later(1));
  read(later(2), [[SENT, 20]], later(602));
  expect(delays.of('alpha', later(602)).present).toBe(600_000);
});

test('a backlog says nothing of who sent it', () => {
  const { delays, read, world } = reading();
  read(later(0), [[SENT, 1]], later(0));
  world.isCurrent = false;
  read(later(1), [[SENT, 20]], later(601));
  expect(delays.providers()).toEqual([]);
});

test('what is usual outlasts a restart, beside what the watch learned', () => {
  const { delays, read } = reading();
  for (let minute = 0; minute <= 31; minute++)
    read(later(minute * 60), [[SENT, 20]], later(minute * 60 + 600));
  const next = reading().delays;
  expect(next.load({ ...delays.save(), 'burst alpha': 'learned' })).toEqual({ 'burst alpha': 'learned' });
  expect(next.usual('alpha')).toBe(600_000);
});
