/**
 * What a series of numbers is expected to bring next: level and rhythm, and how it lately stands to them. In: rows,
 * one after the other. Out: the forecast that did best lately. Part of scores.ts, where the whole is told.
 *
 * A rhythm is a level and what each slot of its cycle adds to it. Both learn by parts of each error; an error counts
 * for three deviations at most, save where errors have had one sign for long: then things are different now, and the
 * level follows quickly.
 */
import { DAY } from '../../events/time.ts';
import { weightOf, within } from './scan.ts';

/** Slots a day: half hours. */
const MOST_SLOTS = 48;
/** What a slot adds is a mean over about so many cycles. */
const CYCLES = 5;
const MOST_LEARNED = 3;
/** Errors of the first rows are all learned in full. */
const FIRST = 30;
/** Errors have one sign when their mean sign, over about a quarter of a day, is beyond this. */
const ONE_SIGN = 0.8;
const HASTE = 6;
/** A rhythm replaces a simpler one only when its errors are so much smaller. */
const BETTER = 0.85;

/** The part of the day, or of any length, that an instant lies in; negative instants too. */
const place = (at: number, cycle: number): number => (((at % cycle) + cycle) % cycle) / cycle;
export const hourOfDay = (at: number): number => Math.floor(24 * place(at, DAY));

interface Rhythm {
  /** What the rhythm expects at an instant; undefined while the slot it lies in is not known. */
  expect(at: number): number | undefined;
  /** The mean absolute error of late; Infinity before it can be told. */
  error(): number;
  learn(at: number, value: number, deviation: number): void;
}

/** A rhythm whose `cycle`, in ms, is cut into `slots`, for a series of so many `rows` a day. */
const createRhythm = (cycle: number, slots: number, rows: number): Rhythm => {
  const adds = new Float64Array(slots);
  const seen = new Float64Array(slots);
  /** The cycle in which each slot was first seen: in it, a slot knows only what came minutes ago. */
  const born = new Float64Array(slots).fill(Number.POSITIVE_INFINITY);
  const follow = weightOf(Math.max(12, rows));
  const signs = weightOf(Math.max(8, rows / 4));
  const errors = weightOf(Math.max(50, 2 * rows));
  const visit = (rows * cycle) / DAY / slots;
  const proven = slots === 1 ? 20 : Math.max(20, rows);
  let level = 0;
  let count = 0;
  let sign = 0;
  let error = 0;
  let told = 0;
  const slotOf = (at: number) => Math.min(slots - 1, Math.floor(place(at, cycle) * slots));
  const isKnown = (at: number, slot: number) =>
    slots === 1 ? count > 0 : Math.floor(at / cycle) > (born[slot] ?? 0);

  const learnSlot = (slot: number, off: number, learned: number): void => {
    const visits = seen[slot] ?? 0;
    seen[slot] = visits + 1;
    if (slots === 1) return;
    const part = Math.max(1 / (visits + 1), 1 / (CYCLES * Math.max(1, visit)));
    adds[slot] = visits === 0 ? off : (adds[slot] ?? 0) + part * learned;
  };

  return {
    expect: (at) => {
      const slot = slotOf(at);
      return isKnown(at, slot) ? level + (adds[slot] ?? 0) : undefined;
    },
    error: () => (told < proven ? Number.POSITIVE_INFINITY : error),
    learn: (at, value, deviation) => {
      const slot = slotOf(at);
      const known = isKnown(at, slot);
      born[slot] = Math.min(born[slot] ?? 0, Math.floor(at / cycle));
      if (count === 0) level = value;
      count += 1;
      const off = value - level - (adds[slot] ?? 0);
      if (known) {
        told += 1;
        error += Math.max(1 / told, errors) * (Math.min(Math.abs(off), 6 * deviation) - error);
        sign += signs * (Math.sign(off) - sign);
      }
      const changed = Math.abs(sign) > ONE_SIGN;
      const learned = changed || count < FIRST ? off : within(off, MOST_LEARNED * deviation);
      const quick = Math.min(0.5, changed ? HASTE * follow : follow);
      if (known) level += (slots === 1 ? Math.max(1 / count, quick) : quick) * learned;
      learnSlot(slot, off, learned);
    },
  };
};

/** How fast what is left over from level and rhythm is followed: not at all, ..., all of it from row to row. */
const SPEEDS = [0, 0.05, 0.2, 0.6, 1];
/** Over a gap, what was left over is forgotten: half of it in so many rows. */
const GAP_HALF = 5;

export interface Expectation {
  /** What level and rhythm alone expect. */
  readonly usual: number;
  /** What is expected when what came lately is followed. */
  readonly next: number;
}

export interface Expecting {
  /** `gap`: rows since the last one, 1 without a gap. */
  expect(at: number, value: number, gap: number): Expectation;
  /** Deviations of `next` and of `usual`, to tell what is an outlier. */
  learn(row: { at: number; value: number; usual: number }, next: number, usual: number): void;
}

/** Expectations for a series of so many `rows` a day. */
export const createExpecting = (rows: number): Expecting => {
  const slots = Math.max(1, Math.min(MOST_SLOTS, Math.round(rows)));
  const level = createRhythm(DAY, 1, rows);
  const rhythms = [
    level,
    ...(slots > 1 ? [createRhythm(DAY, slots, rows)] : []),
    createRhythm(7 * DAY, 7 * slots, rows),
  ];
  const lately = weightOf(Math.max(50, Math.min(1_000, rows)));
  const speeds = SPEEDS.map((speed) => ({ speed, ahead: 0, error: 0 }));
  let count = 0;

  return {
    expect: (at, value, gap) => {
      let asked = level;
      for (const one of rhythms) {
        if (one.error() < BETTER * asked.error() && one.expect(at) !== undefined) asked = one;
      }
      const usual = asked.expect(at) ?? value;
      if (gap > 1.5) for (const one of speeds) one.ahead *= 2 ** (-gap / GAP_HALF);
      const best = speeds.reduce((a, b) => (b.error < 0.97 * a.error ? b : a));
      return { usual, next: usual + best.ahead };
    },
    learn: ({ at, value, usual }, nextDeviation, usualDeviation) => {
      count += 1;
      for (const one of speeds) {
        const off = value - usual - one.ahead;
        one.error += Math.max(1 / count, lately) * (Math.min(Math.abs(off), 8 * nextDeviation) - one.error);
        one.ahead += one.speed * off;
      }
      for (const one of rhythms) one.learn(at, value, usualDeviation);
    },
  };
};
