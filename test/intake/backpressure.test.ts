/** How far ahead of the evaluation a log is read. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { duration, type Ms, ms } from '../../src/events/event.ts';
import { MINUTE } from '../../src/events/time.ts';
import { createBackpressure } from '../../src/intake/backpressure.ts';

const LATENESS = duration(2_000);
const NIGHT = ms(Date.parse('2026-10-28T19:00:00Z'));

const setUp = () => {
  const world: { evaluated: Ms | undefined; now: Ms } = { evaluated: undefined, now: ms(0) };
  const backpressure = createBackpressure({
    evaluated: () => world.evaluated,
    lateness: LATENESS,
    clock: () => world.now,
  });
  return { world, backpressure };
};
const after = (minutes: number) => ms(NIGHT + minutes * MINUTE);

it('begins at once, by the first event, when nothing was looked at', () => {
  const { backpressure } = setUp();
  expect(backpressure({ newest: ms(0), first: NIGHT })).toBe(after(10));
});

it('lets a partition be ten minutes ahead of what was looked at, and not more', () => {
  const { world, backpressure } = setUp();
  world.evaluated = NIGHT;
  expect(backpressure({ newest: after(5), first: after(10) })).toBe(after(10));
  expect(backpressure({ newest: after(10), first: ms(after(10) + 1) })).toBeUndefined();
  world.evaluated = after(1);
  expect(backpressure({ newest: after(10), first: ms(after(10) + 1) })).toBe(after(11));
});

it('goes across a gap once everything before it was looked at', () => {
  const { world, backpressure } = setUp();
  world.evaluated = NIGHT;
  const gap = { newest: after(1), first: after(600) };
  expect(backpressure(gap)).toBeUndefined();
  world.evaluated = ms(after(1) - LATENESS - 2_000);
  expect(backpressure(gap)).toBe(after(610));
});

it('counts all the same when nothing is evaluated for two minutes', () => {
  const { world, backpressure } = setUp();
  world.evaluated = NIGHT;
  const far = { newest: after(10), first: after(11) };
  expect(backpressure(far)).toBeUndefined();
  world.now = ms(2 * MINUTE - 1);
  expect(backpressure(far)).toBeUndefined();
  world.now = ms(2 * MINUTE);
  expect(backpressure(far)).toBe(after(21));
  world.evaluated = ms(NIGHT + 1_000);
  expect(backpressure(far)).toBeUndefined();
});

it('waits ten seconds for a first word of how far was looked, as beside an older version', () => {
  const { world, backpressure } = setUp();
  const second = { newest: after(10), first: after(11) };
  world.now = ms(9_999);
  expect(backpressure(second)).toBeUndefined();
  world.now = ms(10_000);
  expect(backpressure(second)).toBe(after(21));
});

it('brings any partitions to their ends, never more than ten minutes and a gap apart', () => {
  const event = fc.integer({ min: 0, max: 48 * 60 }).map(after);
  const partition = fc.array(event, { minLength: 1, maxLength: 40 }).map((all) => all.sort((a, b) => a - b));
  fc.assert(
    fc.property(fc.array(partition, { minLength: 1, maxLength: 5 }), (logs) => {
      const { world, backpressure } = setUp();
      const readers = logs.map((log) => ({ log, at: 0, newest: ms(0) }));
      const end = ms(Math.max(...logs.flat()) + MINUTE);
      /** As the evaluation does: up to the slowest; who has read all is complete by the clock. */
      const look = () => {
        const marks = readers.map(({ log, at, newest }) => (at === log.length ? end : newest));
        const lowest = Math.min(...marks);
        if (lowest > 0) world.evaluated = ms(lowest - LATENESS - 1_000);
      };
      while (readers.some(({ log, at }) => at < log.length)) {
        let moved = false;
        for (const reader of readers) {
          const first = reader.log[reader.at];
          if (first === undefined) continue;
          const upTo = backpressure({ newest: reader.newest, first });
          if (upTo === undefined) continue;
          moved = true;
          const seen = reader.newest === 0 ? first : reader.newest;
          const looked = world.evaluated ?? first;
          // What lies behind is looked at before anything later than ten minutes after it is counted.
          expect(first <= looked + 10 * MINUTE || looked >= seen - LATENESS - 2_000).toBe(true);
          for (
            let next = reader.log[reader.at];
            next !== undefined && next <= upTo;
            next = reader.log[reader.at]
          ) {
            reader.newest = next;
            reader.at += 1;
          }
        }
        look();
        expect(moved).toBe(true);
      }
    }),
  );
});
