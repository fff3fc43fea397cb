/** A month with nothing wrong, and much that looks like it: clocks change, a public holiday, rushes, late queues. */
import { eveningQueueSource, launchSource, statementsSource } from './lookalikes.ts';
import { ordinarySources } from './ordinary-day.ts';
import { runSources, type Simulation } from './run.ts';
import { createWorld, type WorldOptions } from './world.ts';

/** From Thursday 15 October 2026, midnight in Paris, for thirty days. */
export const ORDINARY_MONTH = { start: '2026-10-15T00:00:00+02:00', hours: 720 } as const;

export const ordinaryMonth = (options: WorldOptions): Simulation => {
  const world = createWorld(options);
  return runSources(world, [
    ...ordinarySources(world),
    statementsSource(world),
    eveningQueueSource(world),
    launchSource(world),
  ]);
};
