/** The watch by itself: what was counted while another instance led is looked at, though nothing of it is new. */
import { expect, test } from 'vitest';
import { configSchema } from '../../src/config/schema.ts';
import { createEngine } from '../../src/detect/engine.ts';
import { createWatch } from '../../src/evaluate/watch.ts';
import { duration, ms, type Second, second } from '../../src/events/event.ts';
import { estimate } from '../../src/windows/distinct.ts';
import { type SeriesKey, seriesKey } from '../../src/windows/series.ts';
import type { WindowChanges } from '../../src/windows/store/store.ts';
import { createView } from '../../src/windows/view.ts';

const NIGHT = second(1_793_213_400);
const { detect, incidents } = configSchema.parse({});
const newWatch = () =>
  createWatch({ engine: createEngine({ config: detect, estimate }), view: createView(), life: incidents });

/** Marketing in forbidden hours: so many messages of a provider in a second. */
const counted = (
  ...told: ReadonlyArray<readonly [provider: string, at: number, count: number]>
): WindowChanges => {
  const counts = new Map<Second, Map<SeriesKey, number>>();
  for (const [provider, at, count] of told) {
    const here = counts.get(second(at)) ?? new Map<SeriesKey, number>();
    for (const more of [{}, { category: 'marketing' }, { category: 'marketing', hours: 'quiet' }] as const)
      here.set(seriesKey({ metric: 'sent', provider, ...more }), count);
    counts.set(second(at), here);
  }
  const newest = Math.max(0, ...counts.keys());
  const partition = { partition: 'kafka:sms:0', next: 1, watermark: ms(newest * 1_000), countedAt: ms(1) };
  return {
    cursor: {},
    partitions: newest > 0 ? [partition] : [],
    counts,
    distinct: new Map(),
    tallies: new Map(),
    samples: new Map(),
    announced: new Map(),
  };
};
const NOTHING = counted();
const limits = { lateness: duration(2_000) };

const foundBy = (watch: ReturnType<typeof newWatch>, changes: WindowChanges): string[] =>
  [...watch.advance(changes, limits)].flatMap(({ findings }) =>
    findings.map(({ provider, detector }) => `${provider} ${detector}`),
  );

test('a lump that came while nobody led is found by whoever takes over, of a provider never seen before, too', () => {
  const [before, after] = [newWatch(), newWatch()];
  foundBy(before, counted(['alpha', NIGHT, 1]));
  after.observe(counted(['alpha', NIGHT, 1]));
  after.observe(counted(['lump', NIGHT + 3, 48], ['alpha', NIGHT + 4, 48]));

  after.load(before.save(true), before.incidents());

  expect(foundBy(after, NOTHING)).toEqual(expect.arrayContaining(['lump quiet_hours', 'alpha quiet_hours']));
});

test('a takeover whose state was lost looks at what came last', () => {
  const watch = newWatch();
  watch.observe(counted(['alpha', NIGHT, 1]));
  watch.observe(counted(['lump', NIGHT + 3, 48]));
  for (let again = 0; again < 5; again++) watch.load(undefined, []);
  expect(foundBy(watch, NOTHING)).toContain('lump quiet_hours');
});

test('what was looked at before a restart is not told again', () => {
  const first = newWatch();
  const stream = counted(['alpha', NIGHT, 48], ['alpha', NIGHT + 100, 1]);
  expect(foundBy(first, stream)).toContain('alpha quiet_hours');
  const second = newWatch();
  second.load(first.save(true), first.incidents());
  expect(foundBy(second, stream)).not.toContain('alpha quiet_hours');
});

test('what comes late into a second is looked at there, and in the seconds behind it that it reaches into', () => {
  const watch = newWatch();
  expect(foundBy(watch, counted(['alpha', NIGHT, 1], ['alpha', NIGHT + 40, 4]))).toEqual([]);
  expect(foundBy(watch, counted(['alpha', NIGHT + 20, 3]))).toContain('alpha quiet_hours');
});

/** One count of one provider in a second. */
const told = (metric: 'submitted' | 'sent' | 'delivered' | 'failed', at: number): WindowChanges => ({
  ...counted(['alpha', at, 1]),
  counts: new Map([[second(at), new Map([[seriesKey({ metric, provider: 'alpha' }), 1]])]]),
});

test.each([
  'delivered',
  'failed',
] as const)('a provider whose "%s" trails its messages by ten minutes has each second looked at once a feed', (metric) => {
  const watch = newWatch();
  let looked = 0;
  for (let at = NIGHT as number; at < NIGHT + 1_200; at++) {
    looked += [...watch.advance(told('sent', at), limits)].length;
    if (at >= NIGHT + 600) looked += [...watch.advance(told(metric, at - 600), limits)].length;
  }
  expect(looked).toBe(1_200 + 600);
});

test('submissions that trail what was sent by minutes have each second looked at once a feed', () => {
  const watch = newWatch();
  let looked = 0;
  for (let at = NIGHT as number; at < NIGHT + 600; at++) {
    looked += [...watch.advance(told('sent', at), limits)].length;
    if (at < NIGHT + 300) continue;
    looked += [...watch.advance(told('submitted', at - 300), limits)].length;
  }
  expect(looked).toBe(600 + 300);
});
