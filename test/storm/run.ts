/**
 * One run: the whole of tocsin from one seed, in virtual time. In: the seed. Out: what was wrong, what was found and how
 * soon, and the trace. The same seed gives the same.
 */
import { configSchema } from '../../src/config/schema.ts';
import { createRandom } from '../../src/simulate/random.ts';
import { learnedBefore } from '../support/learned-before.ts';
import { judgeAftermath } from './aftermath.ts';
import { type Bounds, createBounds, type Kept } from './bounds.ts';
import { createCalm } from './calm.ts';
import { createCountCheck } from './counts.ts';
import type { Fault } from './faults.ts';
import { startHosts } from './hosts.ts';
import { createInvariants } from './invariants.ts';
import { startPeople } from './people.ts';
import { AFTERMATH, drawPlan, type Plan } from './plan.ts';
import type { SlackMessage } from './slack.ts';
import { createTime } from './time.ts';
import { createTrace } from './trace.ts';
import { startTraffic } from './traffic.ts';
import { createWorld, type World } from './world.ts';

export interface Outcome {
  readonly seed: number;
  readonly wrong: readonly string[];
  readonly trace: readonly string[];
  readonly kept: readonly Kept[];
  /** How long it was, in virtual ms. */
  readonly length: number;
  readonly steps: number;
  readonly deaths: number;
  readonly freezes: number;
  readonly restarts: number;
  readonly spells: number;
  readonly records: number;
}

const TOPIC = 'sms';
const CHECK_EVERY = 1_000;
const COUNT_EVERY = 300_000;
/** How long after a pause what a provider has in hand still goes out, in ms. */
const REACTS = 5_000;
/** The last message is sent so long before the end, in ms: what is told of it comes later. */
const LAST_ON_ITS_WAY = 30_000;
/** What was in the way is made up for so long behind its end, in ms. */
const RECOVERS = 25_000;

const configOf = ({ pause }: Plan) =>
  configSchema.parse({
    mode: 'armed',
    providers: { alpha: { category: 'marketing' }, beta: { category: 'transactional' } },
    intake: { kafka: { brokers: ['simulated:9092'], topic: TOPIC } },
    redis: {},
    detect: { every: '1s' },
    respond: pause
      ? { pause: { for: `${pause.lasts}ms`, atEnd: pause.atEnd, endNights: true, probe: { lasts: '90s' } } }
      : {},
    // Each incident has a message of its own, so that each can be looked for.
    notify: { slack: { channel: 'C0STORM' }, digest: { above: 10_000 } },
  });

export interface RunOptions {
  readonly onLine?: (line: string) => void;
  /** Breaks a part on purpose: the invariants must find it. */
  readonly sabotage?: (world: World) => World;
  readonly plan?: (plan: Plan) => Plan;
}

export const runSeed = async (seed: number, options: RunOptions = {}): Promise<Outcome> => {
  const plan = options.plan?.(drawPlan(seed)) ?? drawPlan(seed);
  const { time, calm, trace, bounds, invariants, world, hosts, people, check, records } = setStage(
    plan,
    options,
  );
  const end = plan.until + AFTERMATH;
  const isOver = () => invariants.wrong.length > 0;
  for (let at = plan.start; at < end && !isOver(); at += CHECK_EVERY) {
    await time.run(at, isOver);
    // Who says that it does not see is in nobody's debt; that it sees in the end is asked of it there.
    if (hosts.instances().some((one) => one.problems().length > 0)) calm.disturb(at, at + CHECK_EVERY);
    for (const what of bounds.overdue(at)) invariants.fail(what);
    if ((at - plan.start) % COUNT_EVERY === 0) for (const what of await check()) invariants.fail(what);
  }
  await time.run(end, isOver);
  if (!isOver()) await judgeAftermath({ world, topic: TOPIC, hosts, people, invariants, check });
  return {
    seed,
    wrong: invariants.wrong,
    trace: trace.lines,
    kept: bounds.kept,
    length: time.now() - plan.start,
    steps: time.steps(),
    deaths: hosts.deaths(),
    freezes: hosts.freezes(),
    restarts: hosts.restarts(),
    spells: Object.values(plan.weather).reduce((sum, { spells }) => sum + spells.length, 0),
    records: records(),
  };
};

/** Everything of a run, ready to begin: the world, who lives in it, and who watches. */
const setStage = (plan: Plan, { onLine, sabotage = (world) => world }: RunOptions) => {
  const config = configOf(plan);
  const random = createRandom(`storm run ${plan.seed}`);
  const time = createTime(plan.start, random.fork('time'));
  const trace = createTrace(time.now, onLine);
  const calm = createCalm();
  for (const spell of [...plan.weather.redis.spells, ...plan.weather.kafka.spells, ...plan.stalls])
    calm.disturb(spell.from, spell.until + RECOVERS);
  const rates = Object.fromEntries(plan.senders.map(({ name, rate }) => [name, rate]));
  const { partitions, stalls, faults } = plan;
  const learned = learnedBefore(plan.start, rates);
  const onPost = (message: SlackMessage) => invariants.posted(message);
  const bounds = createBounds(faults, calm, {
    rateOf: (provider) => rates[provider] ?? 0,
    hasStarted: () => hosts.deaths() + hosts.restarts() > 0,
  });
  const bare = sabotage(createWorld({ config, time, random, partitions, stalls, learned, onPost }));
  const invariants = createInvariants({ world: bare, faults, bounds, calm, trace });
  const world = invariants.watched;
  for (const { provider, kind, from } of faults)
    time.after(from - time.now(), () => trace.say(`${provider}: ${kind.name}`));
  const hosts = startHosts({ plan, world, random: random.fork('hosts'), calm, trace });
  const people = startPeople({ world, hosts, random: random.fork('people'), trace, until: plan.until });
  let records = 0;
  startTraffic({
    ...plan,
    time,
    random: random.fork('traffic'),
    until: plan.until + AFTERMATH - LAST_ON_ITS_WAY,
    goesOn: goingOn(bounds, time.now),
    append: (partition, value, fault) => {
      records += 1;
      world.log.append(partition, value);
      if (fault) bounds.readable(fault, world.log.readableAt(partition));
    },
  });
  const check = createCountCheck({ ...world, topic: TOPIC });
  return { time, calm, trace, bounds, invariants, world, hosts, people, check, records: () => records };
};

/** A provider goes on with what is wrong until all that is due has come of it, and with what it has in hand then. */
const goingOn = (bounds: Bounds, now: () => number): ((fault: Fault) => boolean) => {
  const ended = new Map<Fault, number>();
  return (fault) => {
    if (bounds.isDue(fault)) return true;
    const at = ended.get(fault) ?? now();
    ended.set(fault, at);
    return now() - at < REACTS;
  };
};
