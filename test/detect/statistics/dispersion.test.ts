import { describe, expect, it } from 'vitest';
import {
  dispersionAt,
  emptyDispersion,
  learnBlock,
  learnMinute,
  type Scatter,
  scatterOf,
} from '../../../src/detect/statistics/dispersion.ts';
import { clustered, poisson, random } from '../draws.ts';

const PRIOR = 3;

/** Learns minutes of `rate` a second, as the baseline does; `levelOf` bends the level of one hour off its forecast. */
const taught = (parts: {
  minutes: number;
  rate: number;
  draw: (mean: number, uniform: () => number) => number;
  levelOf?: (uniform: () => number) => number;
}) => {
  const { minutes, rate, draw, levelOf = () => 1 } = parts;
  const learned = emptyDispersion();
  const uniform = random(11);
  let level = 1;
  let [ten, hour, four] = [0, 0, 0];
  for (let minute = 0; minute < minutes; minute++) {
    if (minute % 60 === 0) level = levelOf(uniform);
    const counts = Array.from({ length: 60 }, () => draw(rate * level, uniform));
    const sum = counts.reduce((a, b) => a + b, 0);
    const tens = Array.from({ length: 6 }, (_, i) =>
      counts.slice(10 * i, 10 * i + 10).reduce((a, b) => a + b, 0),
    );
    const scatter = scatterOf(learned, PRIOR);
    const expected = 60 * rate;
    learnMinute(
      learned,
      {
        seconds: counts.reduce((a, n) => a + (n - rate) ** 2, 0),
        tens: tens.reduce((a, n) => a + (n - 10 * rate) ** 2, 0),
        expected,
      },
      scatter,
    );
    learnBlock(learned, 0, { count: sum, expected }, scatter);
    ten += sum;
    hour += sum;
    four += sum;
    if (minute % 10 === 9) learnBlock(learned, 1, { count: ten, expected: 10 * expected }, scatter);
    if (minute % 60 === 59) learnBlock(learned, 2, { count: hour, expected: 60 * expected }, scatter);
    if (minute % 240 === 239) learnBlock(learned, 3, { count: four, expected: 240 * expected }, scatter);
    if (minute % 10 === 9) ten = 0;
    if (minute % 60 === 59) hour = 0;
    if (minute % 240 === 239) four = 0;
  }
  return learned;
};

describe('the dispersion learned', () => {
  it.each([2, 6])('is that of counts that come in clusters: %d', (phi) => {
    const learned = taught({ minutes: 1_440, rate: 2, draw: (mean, u) => clustered(mean, phi, u) });
    const { phi: found, kappa } = scatterOf(learned, PRIOR);
    for (const one of found) expect(one / phi).toBeCloseTo(1, 0.8);
    for (const level of kappa) expect(level).toBeLessThan(0.02);
  });

  it('is one for plain Poisson counts, and never less', () => {
    const plain = scatterOf(taught({ minutes: 2_880, rate: 2, draw: poisson }), PRIOR);
    expect(plain.phi[0]).toBeLessThan(1.1);
    const regular = scatterOf(taught({ minutes: 2_880, rate: 2, draw: (mean) => mean }), 1);
    expect(regular.phi).toEqual([1, 1]);
  });

  it('is that of a level that wanders off its forecast, over minutes and hours', () => {
    const wandering = taught({
      minutes: 6_000,
      rate: 5,
      draw: poisson,
      levelOf: (uniform) => (uniform() < 0.5 ? 0.7 : 1.3),
    });
    const { kappa } = scatterOf(wandering, PRIOR);
    for (const level of kappa.slice(0, 3)) expect(level).toBeGreaterThan(0.07);
    for (const level of kappa.slice(0, 3)) expect(level).toBeLessThan(0.11);
    // Each hour has a level of its own: over four they make up for each other.
    expect(kappa[3]).toBeGreaterThan(0.01);
    expect(kappa[3]).toBeLessThan(0.04);
  });

  it('begins with the configured one, and a level off by a fifth', () => {
    expect(scatterOf(emptyDispersion(), PRIOR)).toEqual({
      phi: [PRIOR, PRIOR],
      kappa: [0.04, 0.04, 0.04, 0.04],
      least: 0,
    });
  });

  it('is hardly moved by one wild night', () => {
    const learned = taught({ minutes: 7_200, rate: 2, draw: poisson });
    const before = scatterOf(learned, PRIOR);
    const wild = { count: 500_000, expected: 7_200 };
    learnMinute(learned, { seconds: 1e9, tens: 1e10, expected: 120 }, before);
    learnBlock(learned, 2, wild, before);
    const after = scatterOf(learned, PRIOR);
    expect(after.phi[0]).toBeLessThan(1.02 * before.phi[0]);
    expect(after.kappa[2]).toBeLessThan(1.3 * before.kappa[2]);
    expect(after.kappa[2]).toBeGreaterThan(before.kappa[2]);
  });
});

describe('the dispersion of a window', () => {
  const scatter: Scatter = { phi: [2, 4], kappa: [0.01, 0.03, 0.1, 0.2], least: 0 };

  it.each([
    [1, 2],
    [10, 4],
    [60, 4 + 0.01 * 500],
    [600, 4 + 0.03 * 500],
    [3_600, 4 + 0.1 * 500],
    [14_400, 4 + 0.2 * 500],
  ])('of %d seconds is what was learned at that length', (seconds, dispersion) => {
    expect(dispersionAt(scatter, seconds, 500)).toBeCloseTo(dispersion, 9);
  });

  it('grows from one of these lengths to the next, without a jump', () => {
    let before = dispersionAt(scatter, 1, 500);
    for (let seconds = 2; seconds <= 3_600; seconds++) {
      const here = dispersionAt(scatter, seconds, 500);
      expect(here).toBeGreaterThanOrEqual(before - 1e-9);
      expect(here - before).toBeLessThan(3.5);
      before = here;
    }
  });

  it('is at least what is owed to a level hardly known, at every length', () => {
    const young = { ...scatter, least: 0.25 };
    expect(dispersionAt(young, 1, 100)).toBeCloseTo(2 + 25, 9);
    expect(dispersionAt(young, 10, 100)).toBeCloseTo(4 + 25, 9);
    expect(dispersionAt(young, 600, 100)).toBeCloseTo(4 + 25, 9);
  });
});
