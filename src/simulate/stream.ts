/**
 * The stream: realistic SMS traffic of a chain of hair salons with two providers, made lazily from a seed.
 * In: a scenario, a seed, a stretch of time. Out: events in the order they happen, and a live tally.
 * The same seed gives the same events; the demo, the tests and the benches share it.
 */
import { type Ms, ms } from '../events/event.ts';
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
  /** Factor on every rate and audience. Not for steady. */
  readonly scale?: number;
  /** Asked for each marketing message when its time has come; paused ones are counted in `tally.spared`. */
  readonly brake?: Brake;
  /** salon-night: when alpha starts by itself; default 20:00 in Paris on the day of the start. */
  readonly runawayAt?: Ms;
  /** salon-night: messages a second it sends then, about. */
  readonly runawayRate?: number;
  /** steady: messages a second. */
  readonly rate?: number;
  /** steady: how many providers. */
  readonly providers?: number;
  /** steady: how many people. */
  readonly recipients?: number;
}

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

/** The stretch of time a scenario is about when nobody says otherwise. */
export const defaultSpan = (scenario: Scenario): { start: Ms; end: Ms } => {
  const { start, hours } = SPANS[scenario];
  const from = Date.parse(start);
  return { start: ms(from), end: ms(from + hours * 3_600_000) };
};
