/**
 * A provider of whom nothing comes is silent or late, which look the same until something comes: it is told as silent in
 * time, and no longer once its reports of that time have come after all.
 */
import { expect, test } from 'vitest';
import { configSchema } from '../../src/config/schema.ts';
import { createEngine } from '../../src/detect/engine.ts';
import { createWatch } from '../../src/evaluate/watch.ts';
import { duration, ms, type Second, second } from '../../src/events/event.ts';
import { HOUR_SECONDS, MINUTE_SECONDS } from '../../src/events/time.ts';
import { estimate } from '../../src/windows/distinct.ts';
import { type SeriesKey, seriesKey } from '../../src/windows/series.ts';
import type { WindowChanges } from '../../src/windows/store/store.ts';
import { createView } from '../../src/windows/view.ts';
import { at, learnedOf } from '../detect/support.ts';

const NOON = at('2026-01-21T12:00:00+01:00');
const START = NOON - HOUR_SECONDS;
const RATE = 2;
const STEP = 5;
const limits = { lateness: duration(2_000) };
const { detect, incidents } = configSchema.parse({});
const seriesOf = (provider: string) => seriesKey({ metric: 'sent', provider });

const newWatch = () =>
  createWatch({ engine: createEngine({ config: detect, estimate }), view: createView(), life: incidents });

const changesOf = (counts: ReadonlyMap<Second, ReadonlyMap<SeriesKey, number>>): WindowChanges => ({
  cursor: {},
  partitions: [
    { partition: 'http', next: 1, watermark: ms(Math.max(...counts.keys()) * 1_000), countedAt: ms(1) },
  ],
  counts,
  distinct: new Map(),
  tallies: new Map(),
  samples: new Map(),
  announced: new Map(),
});

/**
 * Alpha and beta as they have been for weeks, an hour of it lived through; from noon on `alphaAt` says which second of
 * alpha's has come by a second of beta's, if any. What was told, in seconds since noon.
 */
const lived = (alphaAt: (now: number) => number | undefined, until: number, restartAt = Infinity) => {
  let watch = newWatch();
  const learned = learnedOf(START, [
    [seriesOf('alpha'), RATE],
    [seriesOf('beta'), RATE],
  ]);
  watch.load({ detected: null, sealed: null, learned: Object.fromEntries(learned) }, []);
  const all = new Map<Second, Map<SeriesKey, number>>();
  const told: { after: number; kind: string; says: string }[] = [];
  for (let from = START; from < NOON + until; from += STEP) {
    const changed = new Set<Second>();
    for (let now = from; now < from + STEP; now++) {
      const put = (provider: string, when: number | undefined) => {
        if (when === undefined) return;
        const counts = all.get(second(when)) ?? new Map<SeriesKey, number>();
        all.set(second(when), counts.set(seriesOf(provider), RATE));
        changed.add(second(when));
      };
      put('beta', now);
      put('alpha', now < NOON ? now : alphaAt(now));
    }
    const isRestart = from - NOON === restartAt;
    if (isRestart) {
      const before = watch;
      watch = newWatch();
      watch.load(before.save(true), before.incidents());
    }
    const seen = isRestart ? all : new Map([...changed].map((when) => [when, all.get(when) ?? new Map()]));
    for (const { changes } of watch.advance(changesOf(seen), limits))
      for (const { kind, says, incident } of changes)
        told.push({ after: from + STEP - NOON, kind: `${incident.provider} ${kind}`, says });
  }
  return told;
};
const kindsOf = (told: ReturnType<typeof lived>) => told.map(({ kind }) => kind);

/** When a provider that really goes silent is told, in seconds after its last message. */
const FOUND = 30;

test('a provider that goes silent is told within half a minute, and stays so', () => {
  const told = lived(() => undefined, 20 * MINUTE_SECONDS);
  expect(kindsOf(told)).toEqual(['alpha opened']);
  expect(told[0]?.after).toBeLessThanOrEqual(FOUND);
});

test.each([4, 10, 30])('reports that come %i min late from now on end the silence they were', (minutes) => {
  const delay = minutes * MINUTE_SECONDS;
  const told = lived((now) => (now - delay >= NOON ? now - delay : undefined), delay + 30 * MINUTE_SECONDS);
  expect(kindsOf(told)).toEqual(['alpha opened', 'alpha resolved']);
  expect(told[0]?.after).toBeLessThanOrEqual(FOUND);
  expect(told[1]?.after).toBeLessThanOrEqual(delay + 15);
  expect(told[1]?.says).toBe(
    `Resolved: it was late, not silent: its reports of that time come now, ${minutes} min after the others’`,
  );
});

test('a provider that is late and then goes silent is told again', () => {
  const delay = 10 * MINUTE_SECONDS;
  const lateUntil = NOON + 20 * MINUTE_SECONDS;
  const told = lived(
    (now) => (now - delay >= NOON && now < lateUntil ? now - delay : undefined),
    60 * MINUTE_SECONDS,
  );
  expect(kindsOf(told)).toEqual(['alpha opened', 'alpha resolved', 'alpha reopened']);
});

test('a provider that was silent and is back was silent: it ends by quiet', () => {
  const back = NOON + 5 * MINUTE_SECONDS;
  const told = lived((now) => (now < back ? undefined : now), 25 * MINUTE_SECONDS);
  expect(kindsOf(told)).toEqual(['alpha opened', 'alpha resolved']);
  expect(told[1]?.says).toContain('nothing more for 15 min');
});

test('a provider that was silent and is back some seconds late was silent all the same', () => {
  const back = NOON + 5 * MINUTE_SECONDS;
  const told = lived((now) => (now < back ? undefined : now - 10), 25 * MINUTE_SECONDS);
  expect(kindsOf(told)).toEqual(['alpha opened', 'alpha resolved']);
  expect(told[1]?.says).toContain('nothing more for 15 min');
});

test('whoever has been late for an hour is not silent for a watch that begins anew', () => {
  const delay = 10 * MINUTE_SECONDS;
  const told = lived(
    (now) => (now - delay >= NOON ? now - delay : undefined),
    70 * MINUTE_SECONDS,
    60 * MINUTE_SECONDS,
  );
  expect(kindsOf(told)).toEqual(['alpha opened', 'alpha resolved']);
});
