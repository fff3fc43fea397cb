/** A month with nothing wrong, and much that looks like it: clocks change, a public holiday, rushes, late queues. */
import { eveningQueueSource, launchSource, statementsSource } from './lookalikes.ts';
import { ordinarySources } from './ordinary-day.ts';
import { runSources, type Simulation } from './run.ts';
import { createWorld, type WorldOptions } from './world.ts';

/** When the scenario begins, on Thursday 15 October 2026 at midnight in Paris, and for how many hours it goes on. */
export const ORDINARY_MONTH = { start: '2026-10-15T00:00:00+02:00', hours: 720 } as const;

/** Simulates a month with nothing wrong. */
export const ordinaryMonth = (options: WorldOptions): Simulation => {
  const world = createWorld(options);
  return runSources(world, [
    ...ordinarySources(world),
    statementsSource(world),
    eveningQueueSource(world),
    launchSource(world),
  ]);
};
