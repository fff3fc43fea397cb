/** What may break, and how. Each fault ends with everything mended; what follows from it is judged by verdict.ts. */
import type { Random } from '../../../src/simulate/random.ts';
import type { Mood } from '../../support/moody-proxy.ts';
import type { Instance } from './instance.ts';
import type { World } from './world.ts';

/** Told when an instance stopped leading at this moment, so that the takeover can be timed. */
export type OnLost = (how: 'killed' | 'frozen') => Promise<void>;

interface Circumstances {
  readonly world: World;
  readonly random: Random;
  /** The instance that leads, if one does. */
  readonly leader: number | undefined;
  readonly onLost: OnLost;
}
type Fault = (of: Circumstances) => Promise<void>;

const sleep = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));
const between = (random: Random, low: number, high: number) => low + random.below(high - low);

const pick = ({ world, random, leader }: Circumstances, who: 'leader' | 'another'): Instance | undefined => {
  const others = world.instances.filter((_, n) => n !== leader);
  if (who === 'leader' && leader !== undefined) return world.instances[leader];
  return others[between(random, 0, others.length)];
};

const kill =
  (who: 'leader' | 'another'): Fault =>
  async (of) => {
    const instance = pick(of, who);
    await instance?.kill();
    if (who === 'leader' && of.leader !== undefined) await of.onLost('killed');
    await sleep(between(of.random, 0, 2_000));
    await instance?.launch();
  };

const freeze =
  (who: 'leader' | 'another'): Fault =>
  async (of) => {
    const instance = pick(of, who);
    instance?.freeze();
    try {
      // Thawed within two seconds, it may still lead.
      await sleep(between(of.random, 500, 14_000));
    } finally {
      instance?.thaw();
    }
  };

const frozenLeader: Fault = async (of) => {
  const instance = pick(of, 'leader');
  instance?.freeze();
  try {
    if (of.leader !== undefined) await of.onLost('frozen');
    await sleep(between(of.random, 0, 10_000));
  } finally {
    instance?.thaw();
  }
};

/** Before Redis: one of the proxies, or all. */
const redisIs =
  (mood: (random: Random) => Mood): Fault =>
  async ({ world, random }) => {
    const { proxies } = world.redis;
    const one = random.below(proxies.length);
    const chosen = random.chance(0.5) ? proxies : proxies.filter((_, n) => n === one);
    const what = mood(random);
    for (const proxy of chosen) proxy.set(what);
    await sleep(between(random, 200, 6_000));
    for (const proxy of chosen) proxy.set('well');
  };

const kafkaIs =
  (mood: (random: Random) => Mood): Fault =>
  async ({ world, random }) => {
    world.kafka.set(mood(random));
    await sleep(between(random, 200, 6_000));
    world.kafka.set('well');
  };

const late = (random: Random) => between(random, 20, 800);

/** By name, each with how often it comes beside the others. */
export const FAULTS: Readonly<Record<string, { readonly weight: number; readonly happen: Fault }>> = {
  'kill -9 of the leader': { weight: 4, happen: kill('leader') },
  'kill -9 of another': { weight: 3, happen: kill('another') },
  'the leader frozen': { weight: 3, happen: frozenLeader },
  'another frozen': { weight: 2, happen: freeze('another') },
  'the leader frozen for a moment': { weight: 2, happen: freeze('leader') },
  'Redis restarted': {
    weight: 3,
    happen: ({ world, random }) => world.redis.restart(false, between(random, 0, 3)),
  },
  'Redis restarted without its memory': {
    weight: 2,
    happen: async ({ world, random }) => {
      await world.redis.restart(true, between(random, 0, 3));
      world.forgotten.push(world.slack.messages.length);
    },
  },
  'the broker restarted': { weight: 2, happen: ({ world }) => world.kafka.restart() },
  'Redis cut off': { weight: 3, happen: redisIs(() => 'cut') },
  'Redis slow': { weight: 2, happen: redisIs(late) },
  'Redis in a black hole': { weight: 3, happen: redisIs(() => 'hole') },
  'Kafka cut off': { weight: 2, happen: kafkaIs(() => 'cut') },
  'Kafka slow': { weight: 2, happen: kafkaIs(late) },
  'Kafka in a black hole': { weight: 2, happen: kafkaIs(() => 'hole') },
};

/** Every kind once, in a random order, before any comes again by its weight. */
export const drawFaults = (count: number, random: Random): string[] => {
  const names = Object.keys(FAULTS);
  const shuffled = names.map((name) => ({ name, at: random.unit() })).sort((a, b) => a.at - b.at);
  const weighted = names.flatMap((name) => Array.from({ length: FAULTS[name]?.weight ?? 0 }, () => name));
  return Array.from(
    { length: count },
    (_, n) => shuffled[n]?.name ?? weighted[random.below(weighted.length)] ?? '',
  );
};
