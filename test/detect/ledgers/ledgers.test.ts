import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type Beyond,
  bookLedger,
  type CampaignLedger,
  clarityOfLedgers,
  findBeyond,
  newLedger,
  settleLedger,
  wholeMinutes,
} from '../../../src/detect/ledgers/ledgers.ts';
import type { Counts } from '../../../src/detect/series/view-port.ts';
import { DAY_SECONDS, HOUR_SECONDS } from '../../../src/events/time.ts';
import { countsOf } from '../draws.ts';
import { MONDAY } from '../lives.ts';

const of = { provider: 'alpha', said: 'sent', whole: true } as const;
/** So many messages a second, from second to second since MONDAY. */
type Stretch = readonly [from: number, to: number, each: number];
const counts = (seconds: number, stretches: readonly Stretch[]): Counts => {
  const all = new Uint16Array(seconds);
  for (const [from, to, each] of stretches)
    for (let at = from; at < to; at++) all[at] = (all[at] ?? 0) + each;
  return countsOf(MONDAY, all);
};

interface Life {
  readonly sent: readonly Stretch[];
  readonly submitted: readonly Stretch[];
  /** Seconds since MONDAY. */
  readonly until: number;
  readonly teaches?: boolean;
  readonly every?: number;
}

/** Booked up to `until`, and looked at each time before. */
const lived = ({ sent, submitted, until, teaches = true, every = 60 }: Life) => {
  const books = { counted: counts(until, sent), submitted: counts(until, submitted) };
  const ledger = newLedger(of, MONDAY - 1);
  const beyond = new Map<number, Beyond | undefined>();
  for (let since = every - 1; since < until; since += every) {
    beyond.set(since, findBeyond(ledger, books, MONDAY + since));
    const to = wholeMinutes(MONDAY + since - 3);
    settleLedger(ledger, to, () => teaches);
    bookLedger(ledger, books, to);
  }
  const seen = [...beyond].flatMap(([since, one]) => (one ? [since] : []));
  return { ledger, seen, beyond: (since: number) => beyond.get(since) };
};

describe('what goes beyond', () => {
  it('is nothing while all was submitted, however late it is sent', () => {
    const { seen } = lived({ submitted: [[0, 600, 10]], sent: [[480, 1_080, 10]], until: 2_000, every: 1 });
    expect(seen).toEqual([]);
  });

  it('is what has been sent for a minute and is still not submitted', () => {
    const { seen, beyond } = lived({
      submitted: [[0, 600, 2]],
      sent: [
        [5, 605, 2],
        [1_200, 1_500, 10],
      ],
      until: 1_600,
      every: 1,
    });
    expect(seen[0]).toBe(1_260);
    expect(beyond(1_260)).toMatchObject({ count: 1_210, submitted: 1_200, over: 10 });
    expect(beyond(1_559)).toEqual({
      count: 4_200,
      submitted: 1_200,
      over: 3_000,
      grown: 3_010,
      since: MONDAY + 1_200,
    });
  });

  it('is nothing where each submission comes a minute after its message', () => {
    const { seen } = lived({ submitted: [[60, 660, 10]], sent: [[0, 600, 10]], until: 1_000, every: 1 });
    expect(seen).toEqual([]);
  });

  it('no longer grows a quarter of an hour after the last of it', () => {
    const { beyond } = lived({
      submitted: [[0, 3_000, 2]],
      sent: [
        [0, 3_000, 2],
        [600, 700, 5],
      ],
      until: 3_000,
      every: 1,
    });
    expect(beyond(800)?.grown).toBeGreaterThan(350);
    expect(beyond(1_700)).toMatchObject({ over: 380, grown: 0 });
  });

  it('is not known where not all that was submitted was seen, until the campaign has paused', () => {
    const books = {
      counted: counts(HOUR_SECONDS, [[0, 100, 10]]),
      submitted: counts(HOUR_SECONDS, [[0, 1, 1]]),
    };
    const ledger = newLedger({ ...of, whole: false }, MONDAY - 1);
    bookLedger(ledger, books, MONDAY + 599);
    expect(findBeyond(ledger, books, MONDAY + 599)).toBeUndefined();
    settleLedger(ledger, MONDAY + 119 + HOUR_SECONDS, () => true);
    expect(ledger.whole).toBe(false);
    settleLedger(ledger, MONDAY + 120 + HOUR_SECONDS, () => true);
    expect(ledger).toMatchObject({ whole: true, known: 0, beyond: 0, count: 0 });
  });
});

describe('a going', () => {
  const [day, spring] = [20 * HOUR_SECONDS, [0, 600, 2] as const];

  it('that is over begins the next with what it was short of', () => {
    const { ledger, beyond } = lived({
      submitted: [spring],
      sent: [
        [0, 300, 2],
        [day, day + 300, 3],
      ],
      until: day + 600,
    });
    expect(ledger).toMatchObject({ since: MONDAY + day, submitted: 600, count: 900, known: 600, beyond: 0 });
    expect(beyond(day + 599)).toMatchObject({ count: 900, submitted: 600, over: 300 });
  });

  it('is held against nothing else when it comes after three days', () => {
    const late = 3 * DAY_SECONDS + HOUR_SECONDS;
    const { beyond } = lived({ submitted: [spring], sent: [[late, late + 300, 2]], until: late + 600 });
    expect(beyond(late + 599)).toMatchObject({ count: 600, submitted: 0 });
  });

  it('that goes on all day is ended after one, and forgotten what went beyond', () => {
    const seconds = DAY_SECONDS + 1_200;
    const { ledger, beyond } = lived({
      submitted: [[0, seconds, 1]],
      sent: [
        [0, seconds, 1],
        [600, 700, 5],
      ],
      until: seconds,
    });
    expect(ledger).toMatchObject({ known: DAY_SECONDS + 500, beyond: 500 });
    expect(beyond(seconds - 1)).toBeUndefined();
  });

  it('teaches nothing when an incident lies in it', () => {
    const { ledger } = lived({ submitted: [spring], sent: [spring], until: day, teaches: false });
    expect(ledger).toMatchObject({ known: 0, beyond: 0, count: 0 });
  });

  it('takes in what comes late into minutes that are booked, once', () => {
    const [sent, submitted] = [new Uint16Array(2_000).fill(2), new Uint16Array(2_000).fill(2)];
    const books = { counted: countsOf(MONDAY, sent), submitted: countsOf(MONDAY, submitted) };
    const ledger = newLedger(of, MONDAY - 1);
    bookLedger(ledger, books, MONDAY + 599);
    sent.fill(5, 100, 200);
    submitted.fill(3, 100, 200);
    const late = { counted: countsOf(MONDAY, sent), submitted: countsOf(MONDAY, submitted) };
    for (const to of [659, 659, 719]) bookLedger(ledger, late, MONDAY + to);
    expect([ledger.count, ledger.submitted]).toEqual([1_440 + 300, 1_440 + 100]);
    // The windows begin anew, and hold less than was booked: nothing of it is news when it is there again.
    bookLedger(ledger, { counted: countsOf(MONDAY, []), submitted: countsOf(MONDAY, []) }, MONDAY + 779);
    bookLedger(ledger, late, MONDAY + 779);
    expect([ledger.count, ledger.submitted]).toEqual([1_560 + 300, 1_560 + 100]);
  });

  it('is the same however often it is booked', () => {
    fc.assert(
      fc.property(fc.integer({ min: 60, max: 1_800 }), (every) => {
        const parts = { submitted: [[0, 900, 2]], sent: [[90, 1_700, 3]], until: 3_600 } as const;
        const once = lived(parts).ledger;
        expect(lived({ ...parts, every }).ledger).toMatchObject({
          submitted: once.submitted,
          count: once.count,
          since: once.since,
        });
      }),
      { numRuns: 20 },
    );
  });
});

describe('how well ledgers see', () => {
  const ledger = (known: number, beyond: number, more: Partial<CampaignLedger> = {}): CampaignLedger => ({
    ...newLedger(of, MONDAY),
    known,
    beyond,
    ...more,
  });
  it.each([
    ['blind before a thousand messages', [ledger(999, 0)], 'blind'],
    ['clear from then on', [ledger(600, 0), ledger(400, 20)], 'clear'],
    ['dim where some are not submitted', [ledger(1_000, 21)], 'dim'],
    ['blind where most are not', [ledger(1_000, 501)], 'blind'],
    ['blind by those of others', [ledger(5_000, 0, { provider: 'beta' })], 'blind'],
    ['blind by the reports', [ledger(5_000, 0, { said: 'reported' })], 'blind'],
  ])('%s', (_, ledgers, sight) => {
    expect(clarityOfLedgers(ledgers, of)).toBe(sight);
  });
});
