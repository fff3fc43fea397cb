/** The night of the salons: an ordinary evening, then alpha starts by itself and goes on for six hours. */
import { type Ms, ms } from '../events/event.ts';
import { HOUR } from '../events/time.ts';
import { createLocalTime } from './local-time.ts';
import { ordinarySources } from './ordinary-day.ts';
import { runSources, type Simulation } from './run.ts';
import { type Runaway, runawaySource } from './runaway.ts';
import { createWorld, type WorldOptions } from './world.ts';

/** When the scenario begins, on Wednesday 28 October 2026 at 19:45 in Paris, and for how many hours it goes on. */
export const SALON_NIGHT = { start: '2026-10-28T19:45:00+01:00', hours: 6.75 } as const;
const FAULT_HOUR = 20;
const LASTS = 6 * HOUR;

export interface SalonNightOptions extends WorldOptions {
  /** When alpha starts by itself; by default at 20:00 in Paris on the day of the start. */
  readonly runawayAt?: Ms;
  /** About how many messages alpha then sends a second. */
  readonly runawayRate?: number;
  /** How many people alpha then sends to. */
  readonly runawayPeople?: number;
  /** Whether alpha sends nothing else meanwhile, so that there are no more messages than usual. */
  readonly runawayInstead?: boolean;
  readonly runawayCopies?: Runaway['copies'];
  readonly runawayOrdered?: boolean;
}

/** Simulates the night of the salons, on which STOP does not work either. */
export const salonNight = (options: SalonNightOptions): Simulation => {
  const { runawayRate = 9, runawayPeople = 4_200, runawayInstead = false } = options;
  const paris = createLocalTime('Europe/Paris');
  const from = options.runawayAt ?? ms(paris.instant(paris.day(options.start), FAULT_HOUR));
  const until = ms(from + LASTS);
  const isBusy = (provider: string, at: number) =>
    runawayInstead && provider === 'alpha' && at >= from && at < until;
  const world = createWorld({ ...options, stopWorks: false, isBusy });
  const runaway: Runaway = {
    provider: 'alpha',
    from,
    until,
    rate: runawayRate,
    people: runawayPeople,
    copies: options.runawayCopies,
    ordered: options.runawayOrdered,
  };
  return runSources(world, [...ordinarySources(world), runawaySource(world, runaway)]);
};
