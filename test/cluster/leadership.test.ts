/** Leadership by a lease and a clock that the test sets. */
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { createLeadership } from '../../src/cluster/leadership.ts';
import { duration, ms } from '../../src/events/event.ts';

/** Another instance may take the lease at any time; nobody can say while `away`. */
const world = () => {
  const on = { now: 0, holder: 7 as number | null, away: false, asked: 0 };
  const lease = {
    length: duration(2_000),
    hold: async () => {
      on.asked += 1;
      if (on.away) throw new Error('nobody can say');
      return on.holder;
    },
    release: async () => {},
    close: async () => {},
  };
  return { on, leadership: createLeadership({ lease, clock: () => ms(on.now) }) };
};

describe('who leads', () => {
  test('to hold the lease is not to lead before what was left has been read', async () => {
    const { leadership } = world();
    expect(await leadership.acquire()).toBe(7);
    expect([leadership.leading(), leadership.token(), await leadership.holds()]).toEqual([
      false,
      null,
      false,
    ]);
    leadership.assume(7);
    expect([leadership.leading(), leadership.token(), await leadership.holds()]).toEqual([true, 7, true]);
  });

  test('frozen for longer than a lease it leads no more, and again once it has renewed it', async () => {
    const { on, leadership } = world();
    await leadership.acquire();
    leadership.assume(7);
    on.now = 1_999;
    expect(leadership.leading()).toBe(true);
    on.now = 2_000;
    expect(leadership.leading()).toBe(false);
    await leadership.acquire();
    expect(leadership.leading()).toBe(true);
  });

  test('a lease taken by another ends it at the next question, and the token is told once', async () => {
    const { on, leadership } = world();
    await leadership.acquire();
    leadership.assume(7);
    on.holder = null;
    expect(await leadership.holds()).toBe(false);
    expect(leadership.leading()).toBe(false);
    expect([leadership.stepDown(), leadership.stepDown()]).toEqual([true, false]);
  });

  test('a token that is not its own does not make it the holder', async () => {
    const { on, leadership } = world();
    await leadership.acquire();
    leadership.assume(7);
    on.holder = 9;
    expect(await leadership.holds()).toBe(false);
  });

  test('a fenced write ends it at once', async () => {
    const { leadership } = world();
    await leadership.acquire();
    leadership.assume(7);
    leadership.lapse();
    expect(leadership.leading()).toBe(false);
  });
});

describe('a long look', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  test('renews the lease while it goes on, though some answers fail, and not after', async () => {
    const { on, leadership } = world();
    const looking = leadership.renewing(() => new Promise((resolve) => setTimeout(resolve, 1_900)));
    on.away = true;
    await vi.advanceTimersByTimeAsync(1_000);
    on.away = false;
    await vi.advanceTimersByTimeAsync(900);
    await looking;
    expect(on.asked).toBe(3);
    await vi.advanceTimersByTimeAsync(5_000);
    expect(on.asked).toBe(3);
  });

  test('asks whether it is still the holder at most every half second', async () => {
    const { on, leadership } = world();
    const isStillOurs = leadership.watching(7);
    on.now = 499;
    expect([await isStillOurs(), on.asked]).toEqual([true, 0]);
    on.now = 500;
    expect([await isStillOurs(), await isStillOurs(), on.asked]).toEqual([true, true, 1]);
    on.now = 1_000;
    on.holder = 9;
    expect(await isStillOurs()).toBe(false);
  });
});
