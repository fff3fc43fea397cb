/** How far the stream is behind when decisions are taken: nobody's clock or delay counts as a partition's lag. */
import { expect, test } from 'vitest';
import { ms, second } from '../../src/events/event.ts';
import { createDecisionContext } from '../../src/respond/situation.ts';
import { seriesKey } from '../../src/windows/series.ts';
import { createView } from '../../src/windows/view.ts';
import { EVENING } from '../support/events.ts';

/** `head`: the newest second counted; `watermark`: up to where the slowest partition is complete; both s from the clock. */
const behindOf = (of: { head: number; watermark: number; usual?: number }): number => {
  const view = createView();
  view.update({
    cursor: {},
    partitions: [
      { partition: 'kafka:sms:0', next: 1, watermark: ms(EVENING + of.watermark * 1_000), countedAt: ms(1) },
    ],
    counts: new Map([
      [second(EVENING / 1_000 + of.head), new Map([[seriesKey({ metric: 'sent', provider: 'beta' }), 1]])],
    ]),
    distinct: new Map(),
    tallies: new Map(),
    samples: new Map(),
    announced: new Map(),
  });
  const context = createDecisionContext({
    view,
    providers: {},
    active: () => [],
    reaches: () => true,
    service: {
      problems: () => [],
      isLog: true,
      handsOff: () => undefined,
      isChanging: () => false,
      clock: () => ms(EVENING),
    },
    delays: {
      usual: (name) => (name === 'alpha' ? of.usual : 0),
      providers: () => ['beta', 'alpha'],
    },
  });
  return context().sight.behind;
};

test('a partition that stands behind the newest message holds pauses back', () => {
  expect(behindOf({ head: 0, watermark: -90 })).toBe(90_000);
});

test('a partition of a provider whose reports always come ten minutes late does not', () => {
  expect(behindOf({ head: 0, watermark: -600, usual: 600_000 })).toBe(0);
  expect(behindOf({ head: 0, watermark: -690, usual: 600_000 })).toBe(90_000);
});

test('a provider whose clock is four minutes ahead does not put the others behind', () => {
  expect(behindOf({ head: 240, watermark: -2 })).toBe(2_000);
  expect(behindOf({ head: 240, watermark: -90, usual: -240_000 })).toBe(90_000);
});
