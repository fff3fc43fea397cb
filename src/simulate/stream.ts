/**
 * The stream: realistic SMS traffic of a chain of hair salons with two providers, made lazily from a seed.
 * In: a scenario, a seed, a stretch of time. Out: events in the order they happen, and a live tally.
 * The same seed gives the same events; the demo, the tests and the benches share it.
 */
import { type Ms, ms } from '../events/event.ts';
import { HOUR } from '../events/time.ts';
import { ORDINARY_DAY, ordinaryDay } from './ordinary-day.ts';
import { ORDINARY_MONTH, ordinaryMonth } from './ordinary-month.ts';
import type { Simulation } from './run.ts';
import { SALON_NIGHT, salonNight } from './salon-night.ts';
import { steady } from './steady.ts';
import type { Brake } from './tally.ts';

export type { Simulation } from './run.ts';
export type { Brake, SimulationTally, Spared } from './tally.ts';

export const SCENARIOS = ['ordinary-day', 'ordinary-month', 'salon-night', 'steady'] as const;
export type Scenario = (typeof SCENARIOS)[number];

export interface SimulateOptions {
  readonly seed: string | number;
  readonly scenario: Scenario;
  readonly start: Ms;
  readonly end: Ms;
  /** The factor on every rate and audience, for all scenarios but steady. */
  readonly scale?: number;
  /** Asked for each marketing message when its time has come; what it holds back counts in `tally.spared`. */
  readonly brake?: Brake;
  /** In salon-night, when alpha starts by itself; by default at 20:00 in Paris on the day of the start. */
  readonly runawayAt?: Ms;
  /** In salon-night, about how many messages alpha then sends a second. */
  readonly runawayRate?: number;
  /** In steady, the messages a second. */
  readonly rate?: number;
  /** In steady, the number of providers. */
  readonly providers?: number;
  /** In steady, the number of people. */
  readonly recipients?: number;
}

/** Begins a simulation. */
export const simulate = (options: SimulateOptions): Simulation => {
  switch (options.scenario) {
    case 'steady':
      return steady(options);
    case 'salon-night':
      return salonNight(options);
    case 'ordinary-month':
      return ordinaryMonth(options);
    case 'ordinary-day':
      return ordinaryDay(options);
  }
};

const SPANS = {
  'ordinary-day': ORDINARY_DAY,
  'ordinary-month': ORDINARY_MONTH,
  'salon-night': SALON_NIGHT,
  steady: { ...ORDINARY_DAY, hours: 1 },
} as const satisfies Record<Scenario, { start: string; hours: number }>;

/** The stretch of time that a scenario is about by default. */
export const defaultSpan = (scenario: Scenario): { start: Ms; end: Ms } => {
  const { start, hours } = SPANS[scenario];
  const from = Date.parse(start);
  return { start: ms(from), end: ms(from + hours * HOUR) };
};
