import { describe, expect, test } from 'vitest';
import { ms } from '../../src/events/event.ts';
import { createDelays, type Delays } from '../../src/windows/delays.ts';
import { EVENING } from '../support/events.ts';

const at = (minutes: number) => ms(EVENING + minutes * 60_000);
/** Ten reports a minute, each `seconds` late. */
const told = (delays: Delays, of: { minutes: readonly [number, number]; seconds: number; by?: string }) => {
  const { minutes, seconds, by = 'alpha' } = of;
  for (let minute = minutes[0]; minute < minutes[1]; minute++)
    delays.note(by, seconds, 10, ms(at(minute) + 1_000));
};

describe('the usual delay of a provider', () => {
  test('is known after half an hour of traffic, and not before', () => {
    const delays = createDelays();
    told(delays, { minutes: [0, 30], seconds: 600 });
    expect(delays.of('alpha', at(30))).toEqual({ present: 600_000, usual: undefined });
    told(delays, { minutes: [30, 31], seconds: 600 });
    expect(delays.usual('alpha')).toBe(600_000);
  });

  test('takes a new delay for usual once it has held for as long as the old one', () => {
    const delays = createDelays();
    told(delays, { minutes: [0, 60], seconds: 1 });
    told(delays, { minutes: [60, 119], seconds: 600 });
    expect(delays.of('alpha', at(119))).toEqual({ present: 600_000, usual: 1_000 });
    told(delays, { minutes: [119, 122], seconds: 600 });
    expect(delays.usual('alpha')).toBe(600_000);
  });

  test('follows within an hour and a half, however long the old one held', () => {
    const delays = createDelays();
    told(delays, { minutes: [0, 3_000], seconds: 1 });
    told(delays, { minutes: [3_000, 3_089], seconds: 600 });
    expect(delays.usual('alpha')).toBe(1_000);
    told(delays, { minutes: [3_089, 3_092], seconds: 600 });
    expect(delays.usual('alpha')).toBe(600_000);
  });

  test('is each provider’s own, and outlasts a silent night', () => {
    const delays = createDelays();
    told(delays, { minutes: [0, 40], seconds: 600 });
    told(delays, { minutes: [0, 40], seconds: -240, by: 'beta' });
    expect(delays.of('alpha', at(900))).toEqual({ present: undefined, usual: 600_000 });
    expect(delays.of('beta', at(39))).toEqual({ present: -240_000, usual: -240_000 });
    expect(delays.usual('gamma')).toBeUndefined();
  });
});

describe('the present delay', () => {
  test('is moved neither by a few odd reports nor by one lump of old ones', () => {
    const delays = createDelays();
    told(delays, { minutes: [0, 5], seconds: 1 });
    for (let minute = 0; minute < 5; minute++) delays.note('alpha', 3_000, 4, ms(at(4) + minute));
    delays.note('alpha', 1, 1, at(5));
    delays.note('alpha', 7_000, 100_000, ms(at(5) + 1));
    expect(delays.of('alpha', ms(at(5) + 2)).present).toBe(1_000);
  });

  test('is not known by fewer than ten reports', () => {
    const delays = createDelays();
    delays.note('alpha', 600, 9, at(0));
    expect(delays.of('alpha', at(0)).present).toBeUndefined();
    delays.note('alpha', 600, 1, at(1));
    expect(delays.of('alpha', at(1)).present).toBe(600_000);
  });

  test('is that of the last five minutes', () => {
    const delays = createDelays();
    told(delays, { minutes: [0, 60], seconds: 1 });
    told(delays, { minutes: [60, 63], seconds: 600 });
    expect(delays.of('alpha', at(62)).present).toBe(600_000);
    expect(delays.of('alpha', at(68)).present).toBeUndefined();
  });
});

test('made-up names push out each other, and no provider that is known', () => {
  const delays = createDelays();
  told(delays, { minutes: [0, 40], seconds: 600 });
  for (let n = 0; n < 1_000; n++) delays.note(`made-up-${n}`, 1, 10, at(40));
  expect(delays.providers()).toHaveLength(50);
  expect(delays.usual('alpha')).toBe(600_000);
});

test('a restart goes on from the minutes that were kept, unless more is known already', () => {
  const [before, after] = [createDelays(), createDelays()];
  told(before, { minutes: [0, 40], seconds: 600 });
  after.recall('alpha', before.minutesOf('alpha'));
  expect(after.usual('alpha')).toBe(600_000);
  after.recall('alpha', [1, 1]);
  expect(after.usual('alpha')).toBe(600_000);
});
