/**
 * A chaos run: faults one after the other, by a seed, and after each of them a verdict.
 * In: how many, which seed, which Redis. Out: what happened by kind, and everything that was found wrong.
 */
import { createRandom } from '../../../src/simulate/random.ts';
import { until } from '../../support/until.ts';
import { drawFaults, FAULTS } from './faults.ts';
import { faultsFound, settle } from './verdict.ts';
import { createWorld, type RedisKind, type World } from './world.ts';

const SETTLE_WITHIN = 90_000;

export interface Wrong {
  readonly fault: string;
  readonly number: number;
  readonly what: string;
}

export interface Outcome {
  readonly faults: ReadonlyMap<string, { readonly times: number; readonly settled: readonly number[] }>;
  readonly wrong: readonly Wrong[];
  /** Ms from the leader's end to the next one's beginning. */
  readonly takeovers: Readonly<Record<'killed' | 'frozen', readonly number[]>>;
  readonly messages: number;
  readonly lumps: number;
  /** Where the instances' logs are. */
  readonly dir: string;
}

export const runChaos = async (options: {
  readonly seed: number;
  readonly count: number;
  readonly redis: RedisKind;
  /** No new fault begins after so many ms. */
  readonly within: number;
  readonly say: (line: string) => void;
}): Promise<Outcome> => {
  const { seed, count, say } = options;
  const random = createRandom(seed);
  const world = await createWorld(options.redis);
  try {
    say(`logs in ${world.dir}`);
    const began = Date.now();
    const faults = new Map<string, { times: number; settled: number[] }>();
    const wrong: Wrong[] = [];
    const takeovers = { killed: [] as number[], frozen: [] as number[] };
    const told = new Set<string>();
    const first = await settle(world, world.stream.written(), SETTLE_WITHIN);
    if (first) throw new Error(`it does not settle before any fault: ${first}`);

    const judge = async (fault: string, number: number): Promise<void> => {
      const since = Date.now();
      const mark = world.stream.written();
      const unsettled = await settle(world, mark, SETTLE_WITHIN);
      const record = faults.get(fault) ?? { times: 0, settled: [] };
      faults.set(fault, { times: record.times + 1, settled: [...record.settled, Date.now() - since] });
      const found = [
        ...(unsettled ? [`not settled: ${unsettled}`] : []),
        ...(await faultsFound(world, mark)),
      ];
      // What was wrong once stays so: it is told once.
      const fresh = found.filter((what) => !told.has(what));
      for (const what of fresh) {
        told.add(what);
        wrong.push({ fault, number, what });
      }
      const seconds = ((Date.now() - since) / 1_000).toFixed(1);
      say(
        `${number} ${fault}: settled in ${seconds} s${fresh.map((what) => `\n    WRONG ${what}`).join('')}`,
      );
    };

    for (const [index, fault] of drawFaults(count, random).entries()) {
      if (Date.now() - began > options.within) break;
      const leader = await leaderOf(world);
      const lumpIn = random.below(3_000);
      setTimeout(world.stream.lump, lumpIn);
      const onLost = async (how: 'killed' | 'frozen') => {
        const since = Date.now();
        await until(async () => ((await leaderOf(world)) ?? leader) !== leader, {
          within: 30_000,
          every: 50,
        });
        takeovers[how].push(Date.now() - since);
      };
      await FAULTS[fault]?.happen({ world, random, leader, onLost });
      for (const instance of world.instances) instance.keepUp();
      await judge(fault, index + 1);
    }
    // The last one's lump may have come behind its verdict.
    await judge('nothing more', count + 1);
    faults.delete('nothing more');
    const { ends } = world.stream.written();
    const messages = ends.reduce((sum, end) => sum + end, 0);
    return { faults, wrong, takeovers, messages, lumps: world.stream.lumps().length, dir: world.dir };
  } finally {
    await world.stop();
  }
};

/** The index of the instance that says it leads. */
const leaderOf = async ({ instances }: World): Promise<number | undefined> => {
  const views = await Promise.all(
    instances.map((instance) => (instance.isUp() ? instance.view() : undefined)),
  );
  const index = views.findIndex((view) => view?.leading);
  return index < 0 ? undefined : index;
};
