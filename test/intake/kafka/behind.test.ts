import { describe, expect, test } from 'vitest';
import { duration, ms } from '../../../src/events/event.ts';
import {
  type Behind,
  behindOf,
  behindSays,
  createLagWatch,
  isStill,
} from '../../../src/intake/kafka/behind.ts';

const PATIENCE = duration(30_000);
const NINE = Date.parse('2026-10-28T21:00:00Z');

/** A partition whose log ends at 100 from nine o'clock on; looked at `after` seconds, read up to `read`. */
const watched = () => {
  const watch = createLagWatch(3, PATIENCE);
  return (after: number, read: number, waiting = after) =>
    watch({ at: ms(NINE + after * 1_000), waiting: waiting * 1_000, read, high: 100 });
};

describe('a partition is behind', () => {
  test('once a record has waited for longer than is put up with', () => {
    const look = watched();
    expect(look(0, 40)).toBeUndefined();
    expect(look(30, 40)).toBeUndefined();
    expect(look(31, 40)).toMatchObject({ partition: 3, since: NINE, moved: NINE });
    expect(look(32, 100, 0)).toBeUndefined();
  });

  test('by an open transaction when it is read as far as it can be, since its first record came', () => {
    const look = watched();
    look(0, 40);
    const lagging = look(31, 40);
    const behind = lagging && behindOf(lagging, PATIENCE, 40);
    expect(behind).toEqual({ partition: 3, reason: 'hidden', since: NINE, unread: 60 });
  });

  test('stuck when nothing is read of what can be, since something was', () => {
    const look = watched();
    look(0, 40);
    look(10, 50);
    const [early, late] = [look(40, 50), look(41, 50)];
    expect(early && behindOf(early, PATIENCE, 100)).toMatchObject({ reason: 'slow', since: NINE });
    expect(late && behindOf(late, PATIENCE, 100)).toMatchObject({ reason: 'stuck', since: NINE + 10_000 });
  });

  test('and slow while it is read, since it began to be behind, whatever waits by then', () => {
    const look = watched();
    look(0, 40);
    look(31, 50);
    const lagging = look(60, 60, 35);
    expect(lagging && isStill(lagging)).toBe(false);
    expect(lagging && behindOf(lagging, PATIENCE, undefined)).toMatchObject({ reason: 'slow', since: NINE });
    const same = look(61, 60, 36);
    expect(same && isStill(same)).toBe(true);
  });
});

describe('what is said of partitions that are behind', () => {
  const of = (partition: number, reason: Behind['reason'], minute = 0, unread = 1): Behind => ({
    partition,
    reason,
    since: ms(NINE + minute * 60_000),
    unread,
  });

  test('names the partition, why, and since when', () => {
    expect(behindSays('sms', [of(3, 'hidden', 4, 57)], 'hidden')).toBe(
      'partition 3 of sms: 10 or more records wait in and behind an open transaction since 21:04 UTC: ' +
        'nothing after it can be read until its producer ends it, or kafka-transactions.sh aborts it',
    );
    expect(behindSays('sms', [of(0, 'stuck', 5)], 'stuck')).toBe(
      'partition 0 of sms: nothing has been read since 21:05 UTC, though there are records to read',
    );
    expect(behindSays('sms', [of(0, 'slow', 6)], 'slow')).toBe(
      'partition 0 of sms: behind since 21:06 UTC, though it is read',
    );
  });

  test('names the three that are behind for longest, and is said of each reason apart', () => {
    const all = [of(7, 'slow', 3), of(1, 'slow', 2), of(2, 'stuck', 1), of(4, 'slow', 1), of(0, 'slow', 9)];
    expect(behindSays('sms', all, 'slow')).toMatch(/^partitions 4, 1, 7 and others of sms: .* 21:01 UTC/);
    expect(behindSays('sms', all, 'stuck')).toMatch(/^partition 2 of sms: /);
    expect(behindSays('sms', all, 'hidden')).toBeUndefined();
  });

  test('stays the same while records come, but for each tenfold', () => {
    const said = Array.from({ length: 9_999 }, (_, n) =>
      behindSays('sms', [of(3, 'hidden', 0, n + 1)], 'hidden'),
    );
    expect(new Set(said).size).toBe(4);
  });
});
