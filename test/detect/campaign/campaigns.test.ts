import { describe, expect, it } from 'vitest';
import { explainedSpan, isOrdinary, judgeRun } from '../../../src/detect/campaign/campaigns.ts';
import { historyOf } from '../../../src/detect/campaign/histories.ts';
import { addToRun, GRACE, isRecurring, newRun, type Run } from '../../../src/detect/campaign/runs.ts';
import { DAY_SECONDS, HOUR_SECONDS } from '../../../src/events/time.ts';
import type { Announcement } from '../../../src/windows/store/store.ts';
import { MONDAY } from '../lives.ts';
import { key, plan } from '../support.ts';

const TEN = MONDAY + 10 * HOUR_SECONDS;
const spring = plan({ start: TEN, end: TEN + HOUR_SECONDS, audience: 1_000 });

const runOf = (campaign = 'spring', provider = 'alpha', at = TEN): Run =>
  newRun({ series: key({ campaign, provider }), metric: 'sent', campaign, provider }, at);
/** Sends `perSecond` for `seconds` from `from` on. */
const go = (run: Run, from: number, seconds: number, perSecond: number, to?: Announcement): Run => {
  for (let at = from; at < from + seconds; at++) addToRun(run, at, perSecond, to);
  return run;
};
const sent = (total: number, campaign: string, seconds = 100, at = TEN): Run =>
  go(runOf(campaign, 'alpha', at), at, seconds, total / seconds);
const judged = (run: Run, to: Announcement = spring) => judgeRun(run, to, () => historyOf('sent', []));
const unannounced = (run: Run, others: readonly Run[] = []) =>
  judgeRun(run, undefined, () => historyOf('sent', others));

describe('an announced campaign', () => {
  it('is as it should be within its time, its audience and a few retries', () => {
    expect(judged(go(runOf(), TEN - GRACE, 1_000, 1, spring))).toBeUndefined();
    expect(judged(go(runOf(), TEN + HOUR_SECONDS, GRACE, 1, spring))).toBeUndefined();
    expect(judged(go(runOf(), TEN, 1_060, 1, spring))).toBeUndefined();
  });

  it('is beyond its audience: a warning first, then strong', () => {
    const run = go(runOf(), TEN, 1_070 + 25, 1, spring);
    expect(judged(run)).toMatchObject({
      kind: 'over',
      strong: false,
      count: 25,
      since: TEN + 1_070,
      expected: 1_000,
    });
    go(run, TEN + 1_095, 100, 1, spring);
    expect(judged(run)).toMatchObject({ kind: 'over', strong: true, count: 125 });
  });

  it.each([
    ['early', TEN - 2 * HOUR_SECONDS, TEN - 2 * HOUR_SECONDS],
    ['late', TEN + 3 * HOUR_SECONDS, TEN + HOUR_SECONDS],
  ])('is %s', (kind, from, since) => {
    const run = go(runOf('spring', 'alpha', from), from, 300, 1, spring);
    expect(judged(run)).toMatchObject({ kind, strong: true, count: 300, since });
    expect(judged(go(runOf('spring', 'alpha', from), from, 19, 1, spring))).toBeUndefined();
  });

  it('goes through the wrong provider', () => {
    const run = go(runOf('spring', 'beta'), TEN, 200, 1, spring);
    expect(judged(run)).toMatchObject({ kind: 'wrong_provider', strong: true, count: 200 });
    expect(judged(run, { ...spring, provider: undefined })).toBeUndefined();
  });

  it('may rest overnight when it was announced for two days', () => {
    const long = plan({ start: TEN, end: TEN + DAY_SECONDS + 8 * HOUR_SECONDS, audience: 1_000 });
    const run = go(runOf(), TEN, 500, 1, long);
    expect(judged(go(run, TEN + DAY_SECONDS, 500, 1, long), long)).toBeUndefined();
  });

  it('may be announced and sent anew under its name', () => {
    const later = TEN + 30 * DAY_SECONDS;
    const again = plan({ id: 'april', start: later, end: later + HOUR_SECONDS, audience: 1_000 });
    const run = go(go(runOf(), TEN, 1_000, 1, spring), later, 1_000, 1, again);
    expect(judged(run, again)).toBeUndefined();
  });

  it('explains its messages anew when it is announced anew', () => {
    const later = TEN + 30 * DAY_SECONDS;
    const again = plan({ id: 'april', start: later, end: later + HOUR_SECONDS, audience: 1_000 });
    const run = go(go(runOf(), TEN, 1_000, 1, spring), later, 900, 1, again);
    expect(explainedSpan(again, run.usedUp).to).toBe(later + HOUR_SECONDS + GRACE);
  });
});

describe('what an announcement explains', () => {
  it('is its time with a little grace', () => {
    expect(explainedSpan(spring, undefined)).toEqual({ from: TEN - GRACE, to: TEN + HOUR_SECONDS + GRACE });
    expect(explainedSpan(spring, null)).toEqual(explainedSpan(spring, undefined));
  });

  it('ends before the second in which the audience is used up', () => {
    const run = go(runOf(), TEN, 700, 2, spring);
    expect(run.usedUp).toBe(TEN + 535);
    expect(explainedSpan(spring, run.usedUp).to).toBe(TEN + 534);
  });
});

describe('a campaign sent again', () => {
  it('is strong once it is a tenth of what it was', () => {
    const run = go(sent(1_000, 'spring'), TEN + DAY_SECONDS, 19, 1);
    expect(unannounced(run)).toBeUndefined();
    go(run, TEN + DAY_SECONDS + 19, 21, 1);
    expect(unannounced(run)).toMatchObject({
      kind: 'again',
      strong: false,
      count: 40,
      since: TEN + DAY_SECONDS,
    });
    go(run, TEN + DAY_SECONDS + 40, 60, 1);
    expect(unannounced(run)).toMatchObject({ kind: 'again', strong: true, count: 100, expected: 1_000 });
  });

  it('is none of one that trickles all day: it may do so every day', () => {
    const run = runOf();
    for (const day of [0, 1])
      for (let hour = 0; hour < 10; hour++) go(run, TEN + day * DAY_SECONDS + hour * HOUR_SECONDS, 30, 1);
    expect(unannounced(run)).toBeUndefined();
  });

  it('is not what merely paused for a few hours', () => {
    const run = go(sent(1_000, 'spring'), TEN + 5 * HOUR_SECONDS, 500, 1);
    expect(unannounced(run)).toBeUndefined();
  });
});

describe('a campaign that nobody announced', () => {
  const history = [sent(300, 'a'), sent(500, 'b'), sent(400, 'c')];
  const twice = sent(900, 'd', 200);

  it('is unusual beyond twice the largest before it, or the fastest', () => {
    expect(unannounced(sent(1_200, 'new', 400), history)).toMatchObject({
      kind: 'unusual',
      strong: true,
      count: 1_200,
      expected: 500,
    });
    expect(unannounced(sent(700, 'new', 1), history)).toMatchObject({ kind: 'unusual' });
    expect(unannounced(twice, history)).toBeUndefined();
  });

  it('is never unusual without a history', () => {
    expect(unannounced(sent(90_000, 'new'), history.slice(1))).toBeUndefined();
    const standing = go(go(sent(300, 'birthdays'), TEN + DAY_SECONDS, 30, 1), TEN + 2 * DAY_SECONDS, 30, 1);
    expect(unannounced(sent(90_000, 'new'), [...history.slice(1), standing])).toBeUndefined();
  });

  it('is ordinary when it is like those before it, and not sent again', () => {
    expect(isOrdinary(twice, historyOf('sent', [...history, twice]))).toBe(true);
    expect(isOrdinary(twice, historyOf('sent', history.slice(1)))).toBe(false);
    expect(isOrdinary(sent(1_200, 'new'), historyOf('sent', history))).toBe(false);
    expect(isOrdinary(go(sent(300, 'old'), TEN + DAY_SECONDS, 30, 1), historyOf('sent', history))).toBe(
      false,
    );
    const standing = sent(300, 'wishes');
    expect(isOrdinary(standing, historyOf('sent', history))).toBe(true);
    expect(isOrdinary({ ...standing, days: 3 }, historyOf('sent', history))).toBe(false);
  });
});

describe('a standing campaign', () => {
  it('is one seen on three days, and left to its baseline', () => {
    const run = sent(300, 'birthdays');
    go(run, TEN + DAY_SECONDS, 100, 3);
    expect(isRecurring(run)).toBe(false);
    expect(unannounced(run)).toMatchObject({ kind: 'again' });
    go(run, TEN + 2 * DAY_SECONDS, 100, 3);
    expect(isRecurring(run)).toBe(true);
    expect(unannounced(run)).toBeUndefined();
  });
});
