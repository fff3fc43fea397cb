/**
 * The hosts: as many places as there are instances, in each of which a machine runs one until it dies, and another after
 * it. In: the plan, and the world. Out: the instances that live, and what befell them.
 */
import type { Random } from '../../src/simulate/random.ts';
import type { Calm } from './calm.ts';
import { type Instance, startInstance } from './instance.ts';
import { createMachine, type Machine } from './machine.ts';
import { createLine } from './network.ts';
import type { Plan } from './plan.ts';
import type { Trace } from './trace.ts';
import type { World } from './world.ts';

export interface Hosts {
  /** Those that have started and not died, frozen ones too. */
  readonly instances: () => readonly Instance[];
  readonly deaths: () => number;
  readonly freezes: () => number;
  readonly restarts: () => number;
}

/** A member that has died is missed after a session, and what it read is then claimed and caught up with. */
const RECOVERS = 25_000;
/** A stop that takes longer is cut short, as whoever deploys does. */
const STOPS_WITHIN = 10_000;

export const startHosts = (parts: {
  readonly plan: Plan;
  readonly world: World;
  readonly random: Random;
  readonly calm: Calm;
  readonly trace: Trace;
}): Hosts => {
  const { plan, world, random, calm, trace } = parts;
  const { time } = world;
  const running = new Map<number, Instance>();
  let [lives, deaths, freezes, restarts] = [0, 0, 0, 0];

  const isStorm = (): boolean => time.now() >= plan.start && time.now() < plan.until;

  const boot = (place: number): void => {
    lives += 1;
    const own = random.fork(`machine ${lives}`);
    const machine = createMachine(`m${place}-${lives}`, time, own.below(200) - 100);
    const strike = (_machine: Machine, what: string): 'before' | 'behind' | undefined => {
      if (!isStorm() || !machine.isAwake()) return undefined;
      if (own.chance(plan.freezes)) freeze(what);
      if (!own.chance(plan.deaths)) return undefined;
      die(what);
      return own.chance(0.5) ? 'before' : 'behind';
    };
    const die = (what: string): void => {
      deaths += 1;
      const back = own.below(20_000);
      trace.say(`${machine.name} dies at ${what}, back in ${back} ms`);
      calm.disturb(time.now(), time.now() + back + RECOVERS);
      machine.kill();
      running.delete(place);
      time.after(back, () => boot(place));
    };
    const freeze = (what: string): void => {
      freezes += 1;
      const length = Math.floor(own.logNormal(3_000, 1));
      trace.say(`${machine.name} freezes at ${what} for ${length} ms`);
      calm.disturb(time.now(), time.now() + length + RECOVERS);
      machine.freeze(length);
    };
    const line = (server: keyof Plan['weather'], usual: number) =>
      createLine({
        time,
        machine,
        random: own.fork(server),
        weather: plan.weather[server],
        usual,
        isNear: plan.isNear,
        strike,
      });
    const lines = {
      redis: line('redis', plan.latency),
      kafka: line('kafka', plan.latency),
      slack: line('slack', 20 * plan.latency),
    };
    startInstance(world, machine, lines, own.fork('instance')).then(
      (instance) => {
        trace.say(`${machine.name} runs`);
        running.set(place, instance);
      },
      (error: unknown) => {
        trace.say(`${machine.name} cannot start: ${error}`);
        machine.kill();
        time.after(1_000 + own.below(2_000), () => boot(place));
      },
    );
  };
  for (let place = 0; place < plan.instances; place++) boot(place);

  /** Stops one as a deployment does, and starts it again once it has ended, or was given up. */
  const restart = (): void => {
    time.after(random.exponential(plan.restarts), restart);
    const place = random.below(plan.instances);
    const instance = running.get(place);
    if (!isStorm() || instance === undefined) return;
    restarts += 1;
    trace.say(`${instance.name} is stopped`);
    calm.disturb(time.now(), time.now() + STOPS_WITHIN + RECOVERS);
    running.delete(place);
    let isEnded = false;
    const end = (): void => {
      if (isEnded) return;
      isEnded = true;
      if (!instance.machine.isUp()) return;
      instance.machine.kill();
      time.after(500, () => boot(place));
    };
    void instance.stop().then(end, end);
    time.after(STOPS_WITHIN, end);
  };
  if (plan.restarts > 0) time.after(random.exponential(plan.restarts), restart);

  return {
    instances: () => [...running.values()],
    deaths: () => deaths,
    freezes: () => freezes,
    restarts: () => restarts,
  };
};
