import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createKafkaLag } from '../../../src/intake/kafka/lag.ts';

describe('how long the oldest unread record has waited', () => {
  test('is nothing while all is read', () => {
    const delay = createKafkaLag();
    for (let at = 0; at < 60_000; at += 1_000) expect(delay.look(at, at, at)).toBe(0);
  });

  test('grows while nothing is read, and is that of the next record once something is', () => {
    const delay = createKafkaLag();
    for (let second = 0; second <= 100; second++) delay.look(second * 1_000, second * 10, 0);
    expect(delay.look(101_000, 1_010, 0)).toBe(100_000);
    // Offset 500 was the log's end at second 50: the record there came within the second after it.
    expect(delay.look(102_000, 1_020, 500)).toBe(51_000);
    expect(delay.look(103_000, 1_020, 1_020)).toBe(0);
  });

  test('begins anew with a topic that was made anew', () => {
    const delay = createKafkaLag();
    delay.look(0, 1_000, 0);
    expect(delay.look(50_000, 1_000, 0)).toBe(50_000);
    expect(delay.look(60_000, 10, 0)).toBe(0);
  });

  test('is never more than the truth, nor less by more than what was thinned out', () => {
    const stretch = fc.record({
      produced: fc.integer({ min: 0, max: 50 }),
      read: fc.integer({ min: 0, max: 60 }),
    });
    fc.assert(
      fc.property(fc.array(stretch, { minLength: 1, maxLength: 300 }), (all) => {
        const delay = createKafkaLag();
        /** When each offset came. */
        const came: number[] = [];
        let read = 0;
        all.forEach((one, second) => {
          for (let n = 0; n < one.produced; n++) came.push(second * 1_000);
          read = Math.min(came.length, read + one.read);
          const waited = delay.look(second * 1_000, came.length, read);
          expect(waited).toBe(read === came.length ? 0 : second * 1_000 - (came[read] ?? 0));
        });
      }),
    );
  });

  test('takes no more memory the longer nothing is read', () => {
    const delay = createKafkaLag();
    const heap = () => {
      for (let second = 0; second < 200_000; second++) delay.look(second * 1_000, second + 1, 0);
      return delay.look(200_000_000, 200_001, 0);
    };
    expect(heap()).toBe(200_000_000);
  });
});
