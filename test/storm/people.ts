/**
 * People: somebody takes up an incident, at whichever instance the load balancer chooses. In: the incidents. Out: which
 * of them were taken up as far as that instance has answered, and must stay so.
 */
import type { Random } from '../../src/simulate/random.ts';
import type { Hosts } from './hosts.ts';
import type { Trace } from './trace.ts';
import type { World } from './world.ts';

export interface People {
  /** Whether somebody was told that their word for this incident was taken. */
  hasTakenUp(incident: string): boolean;
}

/** How often somebody looks, in ms. */
const LOOKS_EVERY = 20_000;

export const startPeople = (parts: {
  readonly world: World;
  readonly hosts: Hosts;
  readonly random: Random;
  readonly trace: Trace;
  readonly until: number;
}): People => {
  const { world, hosts, random, trace } = parts;
  const taken = new Set<string>();
  const look = async (): Promise<void> => {
    const open = (await world.incidents.load()).filter(
      ({ id, status }) => status !== 'resolved' && !taken.has(id),
    );
    const instances = hosts.instances();
    const [one, where] = [open[random.below(open.length)], instances[random.below(instances.length)]];
    if (one === undefined || where === undefined || !random.chance(0.2)) return;
    await where.acknowledge(one.id, 'ana').then(
      () => {
        trace.say(`ana has taken up ${one.id} at ${where.name}`);
        taken.add(one.id);
      },
      () => undefined,
    );
  };
  const again = (): void => {
    if (world.time.now() >= parts.until) return;
    void look();
    world.time.after(LOOKS_EVERY, again);
  };
  world.time.after(LOOKS_EVERY, again);
  return { hasTakenUp: (incident) => taken.has(incident) };
};
