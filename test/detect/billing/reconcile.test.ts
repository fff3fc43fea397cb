import { describe, expect, it } from 'vitest';
import { configSchema } from '../../../src/config/schema.ts';
import {
  type Account,
  becomesBlind,
  book,
  newAccount,
  overcharge,
  type ProviderBooks,
} from '../../../src/detect/billing/reconcile.ts';
import type { Counts } from '../../../src/detect/series/view-port.ts';
import { HOUR_SECONDS } from '../../../src/events/time.ts';
import { countsOf } from '../draws.ts';
import { MONDAY } from '../lives.ts';

const { usage } = configSchema.parse({}).detect.orders;
const NONE = countsOf(MONDAY, [0]);
const steady = (seconds: number, each: number): Counts =>
  countsOf(MONDAY, new Array<number>(seconds).fill(each));
const booksOf = (parts: Partial<ProviderBooks> = {}): ProviderBooks => ({
  provider: 'alpha',
  sent: NONE,
  submitted: NONE,
  sentSegments: NONE,
  submittedSegments: NONE,
  noOrder: NONE,
  reports: NONE,
  ...parts,
});
/** Booked every ten seconds up to an instant. */
const booked = (books: ProviderBooks, seconds: number, account = newAccount(MONDAY)): Account => {
  for (let at = MONDAY + 9; at < MONDAY + seconds; at += 10) book(account, books, at);
  return account;
};
const day = { unit: 'messages', from: MONDAY, to: MONDAY + 24 * HOUR_SECONDS } as const;

describe('a bill', () => {
  const books = booksOf({ sent: steady(26 * HOUR_SECONDS, 1), submitted: steady(26 * HOUR_SECONDS, 1) });
  const account = booked(books, 25 * HOUR_SECONDS);
  const sent = 24 * HOUR_SECONDS;

  it.each([
    ['of what was sent is right', sent, undefined],
    ['within what is tolerated is right', sent * 1.02, undefined],
    ['beyond that is too much', sent * 1.02 + 1, false],
    ['beyond a fifth is far too much', sent * 1.2 + 1, true],
    ['of less is right', 0, undefined],
  ])('%s', (_, billed, strong) => {
    expect(overcharge(account, books, { ...day, count: billed }, usage)?.strong).toBe(strong);
  });

  it('tells its numbers', () => {
    expect(overcharge(account, books, { ...day, count: 200_000 }, usage)).toEqual({
      strong: true,
      billed: 200_000,
      sent,
      submitted: sent,
    });
  });

  it('is held against what was submitted where that is more', () => {
    const asked = booksOf({ submitted: steady(26 * HOUR_SECONDS, 2), sent: steady(26 * HOUR_SECONDS, 1) });
    expect(
      overcharge(booked(asked, 25 * HOUR_SECONDS), asked, { ...day, count: 2 * sent }, usage),
    ).toBeUndefined();
  });

  it('is not judged for a time before the books begin, or before the ten days they are kept', () => {
    const much = { ...day, count: 1e6 };
    expect(overcharge(account, books, { ...much, from: MONDAY - 1 }, usage)).toBeUndefined();
    expect(
      overcharge({ ...account, through: MONDAY + 240 * HOUR_SECONDS - 1 }, books, much, usage),
    ).toBeDefined();
    expect(
      overcharge({ ...account, through: MONDAY + 240 * HOUR_SECONDS }, books, much, usage),
    ).toBeUndefined();
  });

  it('of an hour that is only just over is held against the windows for what is not booked yet', () => {
    const open = booked(books, HOUR_SECONDS - 100);
    const hour = { unit: 'messages', from: MONDAY, to: MONDAY + HOUR_SECONDS } as const;
    expect(overcharge(open, books, { ...hour, count: HOUR_SECONDS }, usage)).toBeUndefined();
    expect(overcharge(open, books, { ...hour, count: 2 * HOUR_SECONDS }, usage)?.sent).toBe(HOUR_SECONDS);
  });

  it('counts a second once, however it is booked', () => {
    const once = newAccount(MONDAY);
    book(once, books, MONDAY + HOUR_SECONDS - 1);
    book(once, books, MONDAY + HOUR_SECONDS - 1);
    expect(once.hours).toEqual(booked(books, HOUR_SECONDS).hours);
  });

  it('of segments is held against segments, and only where every message says how many it has', () => {
    const bill = { ...day, unit: 'segments', count: 4 * sent } as const;
    expect(overcharge(account, books, bill, usage)).toBeUndefined();
    const of = (each: number) =>
      booksOf({ sent: steady(26 * HOUR_SECONDS, 2), sentSegments: steady(26 * HOUR_SECONDS, each) });
    for (const [each, found] of [
      [1, undefined],
      [3, 3 * sent],
      [4, undefined],
    ] as const) {
      expect(overcharge(booked(of(each), 25 * HOUR_SECONDS), of(each), bill, usage)?.sent).toBe(found);
    }
  });

  it('for nothing that was sent is too much', () => {
    const none = booksOf();
    expect(overcharge(booked(none, 25 * HOUR_SECONDS), none, { ...day, count: 600 }, usage)?.strong).toBe(
      true,
    );
  });
});

describe('a provider whose messages tell nothing', () => {
  const saidAt = (books: ProviderBooks, seconds: number, lag = 3): number[] => {
    const account = newAccount(MONDAY);
    const said: number[] = [];
    for (let at = MONDAY; at < MONDAY + seconds; at++) {
      if (becomesBlind(account, books, at)) said.push(at - MONDAY);
      if (at - lag >= MONDAY) book(account, books, at - lag);
    }
    return said;
  };
  const sent = steady(3 * HOUR_SECONDS, 1);
  const silent = booksOf({ sent, noOrder: sent, reports: steady(3 * HOUR_SECONDS, 1) });

  it('is told of once, an hour after the first and at a full thousand, however far one has learned', () => {
    expect(saidAt(silent, 3 * HOUR_SECONDS)).toEqual([3_999]);
    expect(saidAt(silent, 3 * HOUR_SECONDS, 40)).toEqual([3_999]);
  });

  it('is not told of again after a restart', () => {
    const account = JSON.parse(JSON.stringify(booked(silent, 2 * HOUR_SECONDS))) as Account;
    for (let at = MONDAY + 2 * HOUR_SECONDS; at < MONDAY + 3 * HOUR_SECONDS; at++)
      expect(becomesBlind(account, silent, at)).toBe(false);
  });

  it('may be one that only reports', () => {
    expect(saidAt(booksOf({ reports: sent }), 3 * HOUR_SECONDS)).toEqual([3_999]);
  });

  it.each([
    ['orders', { sent }],
    ['submissions', { sent, noOrder: sent, submitted: steady(1, 1) }],
    ['too little yet', { sent: steady(900, 1), noOrder: sent }],
  ])('is not one that has %s', (_, parts) => {
    expect(saidAt(booksOf(parts), 3 * HOUR_SECONDS)).toEqual([]);
  });
});
