/** Ordinary days: all flows and the two daily campaigns, and nothing wrong. What must never raise an alarm. */
import { CAMPAIGNS, campaignSource } from './campaigns.ts';
import { FLOWS, flowSource } from './flows.ts';
import { runSources, type Simulation, type Source } from './run.ts';
import { createWorld, type World, type WorldOptions } from './world.ts';

/** When the scenario begins, on Tuesday 27 October 2026 at midnight in Paris, and for how many hours it goes on. */
export const ORDINARY_DAY = { start: '2026-10-27T00:00:00+01:00', hours: 24 } as const;

/** The sources of ordinary traffic. */
export const ordinarySources = (world: World): Source[] => [
  ...FLOWS.map((flow) => flowSource(world, flow)),
  ...CAMPAIGNS.map((plan) => campaignSource(world, plan)),
];

/** Simulates ordinary days. */
export const ordinaryDay = (options: WorldOptions): Simulation => {
  const world = createWorld(options);
  return runSources(world, ordinarySources(world));
};
