/**
 * A stream lived through as it arrives: an instance that reads what has come every so often and looks, by the clock.
 * In: arrivals. Out: who was paused and when by the clock, and what was found strong.
 */
import { ledger } from '../../src/cli/replay/state.ts';
import { createSoleLease } from '../../src/cluster/lease.ts';
import { type Config, configSchema } from '../../src/config/schema.ts';
import { ms } from '../../src/events/event.ts';
import { isSame, look, noBlindness, openOf } from '../../src/health/blindness.ts';
import { symptomsOf } from '../../src/health/symptoms.ts';
import { createArrivals } from '../../src/intake/arrivals.ts';
import { createLocalGate, OPEN } from '../../src/respond/gate/memory.ts';
import type { ProviderDelay } from '../../src/windows/delays.ts';
import { createMemoryStore } from '../../src/windows/store/memory.ts';
import { alsoIn, createIncidents, createInstance, createMemory } from './instances.ts';
import type { Arrival } from './two-providers.ts';

export const ARMED: Config = configSchema.parse({
  mode: 'armed',
  providers: { alpha: { category: 'marketing' }, beta: { category: 'transactional' } },
});

export interface Lived {
  /** By provider, when it was first paused: by the clock. */
  readonly paused: ReadonlyMap<string, number>;
  /** "alpha repeats" for each strong finding, of all incidents. */
  readonly strong: ReadonlySet<string>;
  /** By provider, how late its reports came in the end, and usually did. */
  readonly delays: ReadonlyMap<string, ProviderDelay>;
  /** What is told of the watch's own blindness: "alpha delay" when it opens, "alpha sees" when it is over. */
  readonly told: readonly string[];
  /** "alpha too_old" for each pause that was held back. */
  readonly held: ReadonlySet<string>;
}

/**
 * `every`: how often it reads and looks, in ms. `source`: what the partitions are of, since only a log can be behind.
 * `partitionOf`: where a record lies; all in one by default.
 */
export const livedThrough = async (
  arrivals: readonly Arrival[],
  {
    config = ARMED,
    every = 250,
    source = 'kafka:sms',
    partitionOf = () => 0,
    partitions = 1,
  }: {
    readonly config?: Config;
    readonly every?: number;
    readonly source?: 'kafka:sms' | 'http:here';
    readonly partitionOf?: (arrival: Arrival, index: number) => number;
    readonly partitions?: number;
  } = {},
): Promise<Lived> => {
  let now = ms(arrivals[0]?.at ?? 0);
  const clock = () => now;
  const book = ledger();
  const instance = createInstance({
    config,
    book,
    clock,
    nowAt: clock,
    isLive: true,
    store: createMemoryStore(clock),
    memory: createMemory(),
    incidents: alsoIn(book, createIncidents()),
    gate: createLocalGate(OPEN, async () => {}),
    lease: createSoleLease(),
  });
  const claimed = await Promise.all(
    Array.from({ length: partitions }, async (_, n) => ({
      id: `${source}:${n}`,
      ...(await instance.claim(`${source}:${n}`)),
    })),
  );
  const paused = new Map<string, number>();
  const told: string[] = [];
  let blind = noBlindness(now);
  const lookAtHealth = () => {
    const { delays } = instance;
    const known = delays?.providers().map((name) => [name, delays.of(name, now)] as const);
    const readings = {
      problems: [],
      waiting: 0,
      arrived: createArrivals(config.blindness.clock).lately(now),
    };
    const before = openOf(blind);
    blind = look(
      blind,
      symptomsOf({ ...readings, delays: new Map(known) }, config.blindness),
      now,
      config.blindness,
    );
    const open = openOf(blind);
    for (const one of open)
      if (!before.some((other) => isSame(one, other))) told.push(`${one.provider} ${one.cause}`);
    for (const one of before)
      if (!open.some((other) => isSame(one, other))) told.push(`${one.provider} sees`);
  };
  for (let index = 0; index < arrivals.length; ) {
    now = ms(now + every);
    const waiting = claimed.map((): Buffer[] => []);
    for (let one = arrivals[index]; one && one.at <= now; one = arrivals[++index])
      waiting[partitionOf(one, index)]?.push(one.value);
    for (const [n, values] of waiting.entries()) {
      const partition = claimed[n];
      if (!partition || values.length === 0) continue;
      const { id, epoch, next: from } = partition;
      const records = values.map((value, at) => ({ offset: from + at, value }));
      await instance.ingest({ partition: id, epoch, from, next: from + records.length, records });
      partition.next = from + records.length;
    }
    await instance.look();
    lookAtHealth();
    for (const { provider } of book.pauses()) if (!paused.has(provider)) paused.set(provider, now);
  }
  await instance.save();
  const findings = book.all().flatMap((incident) => incident.findings.map(({ latest }) => latest));
  const strong = findings.flatMap((one) =>
    one.strength === 'strong' ? [`${one.provider} ${one.detector}`] : [],
  );
  const { delays } = instance;
  const late = delays?.providers().map((name) => [name, delays.of(name, now)] as const) ?? [];
  const held = book
    .all()
    .flatMap(({ provider, actions }) =>
      actions.flatMap((one) => (one.state === 'refused' ? [`${provider} ${one.code}`] : [])),
    );
  return { paused, strong: new Set(strong), delays: new Map(late), told, held: new Set(held) };
};
