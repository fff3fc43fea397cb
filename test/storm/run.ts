/**
 * One run: the whole of tocsin from one seed, in virtual time. In: the seed. Out: what was wrong, what was found and how
 * soon, and the trace. The same seed gives the same.
 */
import { configSchema } from '../../src/config/schema.ts';
import { targetKey } from '../../src/respond/target.ts';
import { createRandom } from '../../src/simulate/random.ts';
import { learnedBefore } from '../support/learned-before.ts';
import { type Bounds, createBounds, type Kept } from './bounds.ts';
import { createCalm } from './calm.ts';
import { createCountCheck } from './counts.ts';
import type { Fault } from './faults.ts';
import { type Hosts, startHosts } from './hosts.ts';
import { createInvariants, type Invariants } from './invariants.ts';
import { type People, startPeople } from './people.ts';
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
  const config = configOf(plan);
  const random = createRandom(`storm run ${seed}`);
  const time = createTime(plan.start, random.fork('time'));
  const trace = createTrace(time.now, options.onLine);
  const calm = createCalm();
  for (const spell of [...plan.weather.redis.spells, ...plan.weather.kafka.spells, ...plan.stalls])
    calm.disturb(spell.from, spell.until + RECOVERS);
  const rates = Object.fromEntries(plan.senders.map(({ name, rate }) => [name, rate]));
  let posted: (message: SlackMessage) => void = () => {};
  const bare = createWorld({
    config,
    time,
    random,
    partitions: plan.partitions,
    stalls: plan.stalls,
    learned: learnedBefore(plan.start, rates),
    onPost: (message) => posted(message),
  });
  const bounds = createBounds(plan.faults, calm, {
    rateOf: (provider) => rates[provider] ?? 0,
    hasStarted: () => hosts.deaths() + hosts.restarts() > 0,
  });
  const invariants = createInvariants({
    world: options.sabotage?.(bare) ?? bare,
    faults: plan.faults,
    bounds,
    calm,
    trace,
  });
  posted = invariants.posted;
  const world = invariants.watched;
  for (const fault of plan.faults)
    time.after(fault.from - time.now(), () => trace.say(`${fault.provider}: ${fault.kind.name}`));
  const hosts = startHosts({ plan, world, random: random.fork('hosts'), calm, trace });
  const people = startPeople({ world, hosts, random: random.fork('people'), trace, until: plan.until });
  let records = 0;
  const end = plan.until + AFTERMATH;
  startTraffic({
    time,
    random: random.fork('traffic'),
    senders: plan.senders,
    faults: plan.faults,
    campaigns: plan.campaigns,
    garbage: plan.garbage,
    partitions: plan.partitions,
    until: end - 30_000,
    goesOn: goingOn(bounds, time.now),
    append: (partition, value, fault) => {
      records += 1;
      world.log.append(partition, value);
      if (fault) bounds.readable(fault, world.log.readableAt(partition));
    },
  });
  const check = createCountCheck({ ...world, topic: TOPIC });
  const isOver = () => invariants.wrong.length > 0;
  for (let at = plan.start; at < end && !isOver(); at += CHECK_EVERY) {
    await time.run(at, isOver);
    if (hosts.instances().some((one) => one.problems().length > 0)) calm.disturb(at, at + CHECK_EVERY);
    for (const what of bounds.overdue(at)) invariants.fail(what);
    if ((at - plan.start) % COUNT_EVERY === 0) for (const what of await check()) invariants.fail(what);
  }
  await time.run(end, isOver);
  if (!isOver()) await settle({ world, hosts, invariants, check, people });
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
    records,
  };
};

/** A provider goes on with what is wrong until all that is due has come of it, and a little longer: what it has in hand still goes out. */
const goingOn = (bounds: Bounds, now: () => number): ((fault: Fault) => boolean) => {
  const ended = new Map<Fault, number>();
  return (fault) => {
    if (bounds.isDue(fault)) return true;
    const at = ended.get(fault) ?? now();
    ended.set(fault, at);
    return now() - at < REACTS;
  };
};

/** What must hold in the end, once nothing has been in the way for minutes. */
const settle = async (parts: {
  readonly world: World;
  readonly hosts: Hosts;
  readonly invariants: Invariants;
  readonly check: () => Promise<readonly string[]>;
  readonly people: People;
}): Promise<void> => {
  const { world, hosts, invariants, check, people } = parts;
  const { fail } = invariants;
  for (const what of await check()) fail(what);
  const stands = new Map(
    (await world.store.read({})).partitions.map(({ partition, next }) => [partition, next]),
  );
  for (const [number, { high }] of await world.log.extents()) {
    const next = stands.get(`kafka:${TOPIC}:${number}`) ?? 0;
    if (next < high) fail(`partition ${number} is counted up to ${next} of ${high}`);
  }
  const leading = hosts.instances().filter((one) => one.isLeading());
  if (leading.length !== 1) fail(`${leading.length} instances lead in the end`);
  for (const { name, problems } of hosts.instances())
    for (const problem of problems()) fail(`${name} says in the end: ${problem}`);
  for (const one of await world.incidents.load())
    if (people.hasTakenUp(one.id) && one.acknowledged === undefined)
      fail(`${one.id} was acknowledged, and nobody knows of it any more`);
  const stand = (await world.gate.list()).map(targetKey).sort().join('; ');
  const ordered = [...invariants.pauses].sort().join('; ');
  if (stand !== ordered) fail(`paused are "${stand}", and ordered was "${ordered}"`);
  const waiting = await world.outbox.size();
  if (waiting > 0) fail(`${waiting} alerts wait in the end`);
  const { messages } = world.slack;
  for (const incident of invariants.incidents) {
    const cards = messages.filter((one) => one.incident === incident && one.kind === 'card');
    if (cards.length !== 1) fail(`${incident} has ${cards.length} messages`);
  }
  for (const [incident, lines] of invariants.toTell) {
    const told = messages
      .filter((one) => one.incident === incident && one.kind === 'reply')
      .map(({ text }) => text);
    for (const line of lines) if (!told.includes(line)) fail(`never told of ${incident}: ${line}`);
  }
};
