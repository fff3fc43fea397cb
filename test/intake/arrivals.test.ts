import { describe, expect, test } from 'vitest';
import { type Duration, ms } from '../../src/events/event.ts';
import { createArrivals } from '../../src/intake/arrivals.ts';
import { delivered, EVENING, sent } from '../support/events.ts';

const LIMIT = 120_000 as Duration;
const at = (seconds: number) => ms(EVENING + seconds * 1_000);

describe('what arrived lately', () => {
  test('is summed over five minutes, and then forgotten', () => {
    const arrivals = createArrivals(LIMIT);
    for (let second = 0; second < 600; second++) arrivals.note([sent({ at: at(second) })], 1, at(second));
    const { records, rejected, messages } = arrivals.lately(at(599));
    expect([records, rejected]).toEqual([600, 300]);
    expect(messages).toBe(60);
    expect(arrivals.lately(at(2_000))).toMatchObject({
      records: 0,
      messages: 0,
      behind: Number.POSITIVE_INFINITY,
    });
  });

  test('tells messages ahead of the clock, and how far the newest one is behind it', () => {
    const arrivals = createArrivals(LIMIT);
    arrivals.note([sent({ at: at(121) }), sent({ at: at(120) }), sent({ at: at(-500) })], 0, at(0));
    expect(arrivals.lately(at(1))).toMatchObject({ messages: 3, ahead: 1, behind: -121_000 });
  });

  test('leaves out by how much a provider always comes late', () => {
    const arrivals = createArrivals(LIMIT, (provider) => (provider === 'alpha' ? 600_000 : 0));
    arrivals.note([sent({ provider: 'alpha', at: at(-603) })], 0, at(0));
    expect(arrivals.lately(at(1))).toMatchObject({ messages: 1, ahead: 0, behind: 3_000 });
  });

  test('tells of how many most messages are in time, whoever sends the most', () => {
    const arrivals = createArrivals(LIMIT);
    const ahead = Array.from({ length: 20 }, () => sent({ provider: 'alpha', at: at(240) }));
    arrivals.note([...ahead, sent({ provider: 'beta', at: at(0) })], 0, at(0));
    expect(arrivals.lately(at(1))).toMatchObject({ messages: 21, ahead: 20, inTime: 1 });
  });

  test('leaves reports out, which come late by nature', () => {
    const arrivals = createArrivals(LIMIT);
    arrivals.note([delivered({ at: at(-90_000) })], 0, at(0));
    expect(arrivals.lately(at(1))).toMatchObject({ records: 1, messages: 0 });
  });
});
