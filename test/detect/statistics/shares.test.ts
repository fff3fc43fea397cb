import { describe, expect, it } from 'vitest';
import {
  findExcess,
  isUpToDate,
  learnShare,
  newShare,
  type ShareSettings,
  type ShareState,
  shareOf,
} from '../../../src/detect/statistics/shares.ts';
import { thresholdFor } from '../../../src/detect/statistics/threshold.ts';
import { DAY_SECONDS, HOUR_SECONDS } from '../../../src/events/time.ts';
import { countsOf, poisson, random } from '../draws.ts';

/** On the edge of a block of ten minutes. */
const FIRST = 1_767_571_200;
const LINE = thresholdFor(4, 1);
const settings: ShareSettings = { prior: 0.05, weight: 200, lag: 60, kappa: 0.01 };

/** Reports of which `shareAt` fail, and a state that learned all but the last hour of them. */
const watched = (parts: {
  seconds: number;
  shareAt: (since: number) => number;
  rateAt?: (since: number) => number;
  exclusions?: (from: number, to: number) => boolean;
}) => {
  const { seconds, shareAt, rateAt = () => 1, exclusions = () => false } = parts;
  const uniform = random(5);
  const reports = Array.from({ length: seconds }, (_, since) => poisson(rateAt(since), uniform));
  const failures = reports.map(
    (n, i) => Array.from({ length: n }).filter(() => uniform() < shareAt(i)).length,
  );
  const [base, counted] = [countsOf(FIRST, reports), countsOf(FIRST, failures)];
  const state = newShare();
  const learnUpTo = (at: number) =>
    learnShare(state, {
      counted,
      base,
      at,
      settings,
      isLeftOut: (from, to) => exclusions(from - FIRST, to - FIRST),
    });
  for (let at = FIRST; at < FIRST + seconds; at += 60) learnUpTo(at);
  const excess = (at = FIRST + seconds - 1) => findExcess(state, { counted, base, at, settings });
  return { state, excess, learnUpTo };
};

describe('a share', () => {
  it('is the prior before anything is learned, and then what came', () => {
    expect(shareOf(newShare(), settings)).toBe(0.05);
    const { state } = watched({ seconds: DAY_SECONDS, shareAt: () => 0.2 });
    expect(shareOf(state, settings)).toBeCloseTo(0.2, 1);
    expect(state.base).toBeGreaterThan(settings.weight);
  });

  it('shows no excess in ordinary life', () => {
    const { excess } = watched({ seconds: DAY_SECONDS, shareAt: () => 0.1 });
    for (let at = FIRST + 22 * HOUR_SECONDS; at < FIRST + DAY_SECONDS; at += 7) {
      expect(excess(at)?.surprise ?? 0).toBeLessThan(LINE);
    }
  });

  it('shows an excess when more fail than did, within minutes', () => {
    const starts = DAY_SECONDS - 300;
    const { excess } = watched({ seconds: DAY_SECONDS, shareAt: (since) => (since >= starts ? 0.8 : 0.1) });
    const seen = excess();
    expect(seen?.surprise).toBeGreaterThan(LINE);
    expect(seen?.from).toBe(FIRST + starts);
    expect(seen?.count).toBeGreaterThan(4 * (seen?.expected ?? Number.POSITIVE_INFINITY));
  });

  it('shows none when ten times as many fail because ten times as much was sent', () => {
    const { excess } = watched({
      seconds: DAY_SECONDS,
      shareAt: () => 0.1,
      rateAt: (since) => (since > 23 * HOUR_SECONDS ? 10 : 1),
    });
    for (let at = FIRST + 23 * HOUR_SECONDS; at < FIRST + DAY_SECONDS; at += 7) {
      expect(excess(at)?.surprise ?? 0).toBeLessThan(LINE);
    }
  });

  it('gives what follows its time: what was counted before the window may fail in it', () => {
    const state: ShareState = { through: 0, count: 5_000, base: 10_000, errors: 0, blocks: 100 };
    const base = countsOf(FIRST, [...Array<number>(30).fill(20), ...Array<number>(120).fill(0)]);
    const counted = countsOf(FIRST, [...Array<number>(80).fill(0), ...Array<number>(70).fill(4)]);
    const surpriseWith = (lag: number) =>
      findExcess(state, { counted, base, at: FIRST + 149, settings: { ...settings, lag } })?.surprise ?? 0;
    expect(surpriseWith(0)).toBeGreaterThan(surpriseWith(140));
  });

  it('is not taught by what is left out', () => {
    const bad = (since: number) => since >= 20 * HOUR_SECONDS && since < 22 * HOUR_SECONDS;
    const shareAt = (since: number) => (bad(since) ? 0.9 : 0.1);
    const fed = watched({ seconds: DAY_SECONDS, shareAt });
    const spared = watched({ seconds: DAY_SECONDS, shareAt, exclusions: (from, to) => bad(from) || bad(to) });
    expect(shareOf(spared.state, settings)).toBeCloseTo(0.1, 1);
    expect(shareOf(fed.state, settings)).toBeGreaterThan(1.3 * shareOf(spared.state, settings));
  });

  it('teaches a block half an hour after its end, once, however often it is asked', () => {
    const { state, learnUpTo } = watched({ seconds: 3 * HOUR_SECONDS, shareAt: () => 0.1 });
    expect((state.through + 1) * 600).toBeLessThanOrEqual(FIRST + 3 * HOUR_SECONDS - 1_800);
    expect((state.through + 2) * 600).toBeGreaterThan(FIRST + 3 * HOUR_SECONDS - 60 - 1_800);
    const before = structuredClone(state);
    learnUpTo(FIRST + 3 * HOUR_SECONDS - 60);
    expect(state).toEqual(before);
  });

  it('grows wider where it scatters more', () => {
    const steady = watched({ seconds: DAY_SECONDS, shareAt: () => 0.2 });
    const wild = watched({
      seconds: DAY_SECONDS,
      shareAt: (since) => (Math.floor(since / 600) % 2 ? 0.38 : 0.02),
    });
    expect(wild.state.errors / wild.state.blocks).toBeGreaterThan(
      5 * (steady.state.errors / steady.state.blocks),
    );
  });
});

describe('a count that follows closely', () => {
  const { state } = watched({ seconds: 2 * DAY_SECONDS, shareAt: () => 0.1 });
  const at = FIRST + 2 * DAY_SECONDS;

  it('has nothing to make up', () => {
    expect(isUpToDate(state, at)).toBe(true);
    expect(
      isUpToDate(watched({ seconds: HOUR_SECONDS, shareAt: () => 0.1 }).state, FIRST + HOUR_SECONDS),
    ).toBe(false);
  });

  it('may have it for a day after it was behind, found or not', () => {
    const stopped = (since: number) => (since >= 40 * HOUR_SECONDS && since < 41 * HOUR_SECONDS ? 0 : 0.1);
    for (const exclusions of [undefined, (from: number) => from >= 40 * HOUR_SECONDS]) {
      const { state: behind } = watched({ seconds: 2 * DAY_SECONDS, shareAt: stopped, exclusions });
      expect(isUpToDate(behind, at)).toBe(false);
      expect(isUpToDate(behind, FIRST + 41 * HOUR_SECONDS + DAY_SECONDS)).toBe(false);
      expect(isUpToDate(behind, FIRST + 41 * HOUR_SECONDS + DAY_SECONDS + 1)).toBe(true);
    }
  });
});
