/**
 * One short evening of two providers, and the ways in which it may arrive: each report late by its provider and its
 * type, out of order, cut into any batches, in any number of partitions, one of which may stand still. In: what really
 * happened, and a way. Out: what an instance finds, counts and pauses when it lives through that.
 */

import { ledger } from '../../src/cli/replay/state.ts';
import { createSoleLease } from '../../src/cluster/lease.ts';
import { configSchema } from '../../src/config/schema.ts';
import { type Ms, ms } from '../../src/events/event.ts';
import { createLocalGate, OPEN } from '../../src/respond/gate/memory.ts';
import { createRandom } from '../../src/simulate/random.ts';
import { createMemoryStore } from '../../src/windows/store/memory.ts';
import { countsIn } from './cut-stream.ts';
import { alsoIn, createIncidents, createInstance, createMemory } from './instances.ts';
import { learnedBefore } from './learned-before.ts';
import { type Fact, lifeOf, person } from './two-providers.ts';

const SECOND = 1_000;
/** How long the fault lasts, in ms. */
const LASTS = 60 * SECOND;

export type Fault = 'same people' | 'new people' | 'same reminder' | 'broken text' | 'none';
export const FAULTS: readonly Fault[] = ['same people', 'new people', 'same reminder', 'broken text', 'none'];
export const BAD = 'alpha';

export interface Evening {
  readonly seed: number;
  readonly fault: Fault;
  /** When the fault begins, in epoch ms. */
  readonly start: number;
  /** How long before it the stream begins, in ms. */
  readonly before: number;
}

/** Reminders through both providers, and in the last minute four messages a second that `BAD` should not have sent. */
export const eveningOf = ({ seed, fault, start, before }: Evening): Fact[] => {
  const random = createRandom(seed);
  const facts: Fact[] = [];
  for (let at = start - before, n = 0; at < start + LASTS; at += 300 + random.below(1_500), n++) {
    const text = `Rendez-vous confirmé à ${9 + (n % 9)} h ${n}`;
    const message = { at, id: `r${n}`, provider: n % 3 === 0 ? BAD : 'beta', to: person(1_000 + n), text };
    facts.push(...lifeOf({ ...message, category: 'transactional', order: `o${n}` }, true));
  }
  if (fault === 'none') return facts;
  for (let n = 0; n < LASTS / 250; n++) {
    const message = { at: start + n * 250, id: `x${n}`, provider: BAD, ...faulty(fault, n) };
    facts.push(...lifeOf(message, false));
  }
  return facts;
};

const faulty = (fault: Fault, n: number): Pick<Fact, 'to' | 'text' | 'category' | 'campaign'> => {
  const marketing = { category: 'marketing', campaign: 'soin' } as const;
  const SOAP = 'Profitez d’un soin offert lors de votre prochaine visite. STOP 36200';
  switch (fault) {
    case 'same reminder':
      return { to: person(n % 20), text: 'Rendez-vous confirmé à 9 h', category: 'transactional' };
    case 'broken text':
      return { to: person(n), text: 'Bonjour {{prenom}}, votre soin offert. STOP 36200', ...marketing };
    case 'new people':
      return { to: person(n), text: SOAP, ...marketing };
    default:
      return { to: person(n % 60), text: SOAP, ...marketing };
  }
};

/** How reports arrive. Delays in ms, by provider and type. */
export interface Way {
  readonly delays: Readonly<Record<string, Readonly<Record<string, number>>>>;
  /** Each record comes up to so many ms later still. */
  readonly jitter: number;
  readonly seed: number;
  /** How often it is read and looked at, in ms, and how many records at most are read before a look. */
  readonly every: number;
  readonly most: number;
  readonly partitions: number;
  /** A partition that stands still for so long from the second on that is so far behind the first one. */
  readonly stall: { readonly partition: number; readonly after: number; readonly lasts: number };
}

interface Told {
  readonly at: number;
  readonly partition: number;
  readonly value: Buffer;
}

export const IN_ORDER: Way = {
  delays: {},
  jitter: 0,
  seed: 1,
  every: 1_000,
  most: 10_000,
  partitions: 1,
  stall: { partition: 0, after: 0, lasts: 0 },
};

/** The records in the order of their arrival. Those of one person lie in one partition. */
const arriving = (facts: readonly Fact[], way: Way): Told[] => {
  const random = createRandom(way.seed);
  const first = Math.min(...facts.map(({ at }) => at));
  const { stall } = way;
  return facts
    .map(({ at, ...fact }) => {
      const delay = way.delays[fact.provider]?.[fact.type] ?? 0;
      const partition = Number(fact.to.slice(-4)) % way.partitions;
      const told = at + delay + random.below(way.jitter + 1);
      const stands = partition === stall.partition && told >= first + stall.after;
      const value = Buffer.from(JSON.stringify({ ...fact, at: new Date(at).toISOString() }));
      return { at: stands ? Math.max(told, first + stall.after + stall.lasts) : told, partition, value };
    })
    .sort((a, b) => a.at - b.at);
};

const CONFIG = configSchema.parse({
  mode: 'armed',
  providers: { alpha: { category: 'marketing' }, beta: { category: 'transactional' } },
});

export interface Outcome {
  /** "alpha repeats strong": by provider and detector, the most that was found of it. */
  readonly found: readonly string[];
  /** Whose incidents are critical. */
  readonly critical: readonly string[];
  readonly paused: readonly string[];
  readonly counts: Readonly<Record<string, number>>;
}

/** Lives through an evening as it arrives. */
export const livedThrough = async (facts: readonly Fact[], way: Way): Promise<Outcome> => {
  const records = arriving(facts, way);
  let now: Ms = ms(records[0]?.at ?? 0);
  const clock = () => now;
  const book = ledger();
  const store = createMemoryStore(clock);
  const found = new Map<string, 'warn' | 'strong'>();
  const memory = createMemory();
  const first = Math.min(...facts.map(({ at }) => at));
  await memory.save({
    detected: null,
    sealed: null,
    learned: learnedBefore(first, { [BAD]: 0.32, beta: 0.64 }),
  });
  const instance = createInstance({
    config: CONFIG,
    book,
    clock,
    nowAt: clock,
    store,
    memory,
    incidents: alsoIn(book, createIncidents()),
    gate: createLocalGate(OPEN, async () => {}),
    lease: createSoleLease(),
    onMoment: ({ findings }) => {
      for (const { provider, detector, strength } of findings) {
        const name = `${provider} ${detector}`;
        if (found.get(name) !== 'strong') found.set(name, strength);
      }
    },
  });
  const claimed = await Promise.all(
    Array.from({ length: way.partitions }, async (_, n) => ({
      id: `kafka:sms:${n}`,
      ...(await instance.claim(`kafka:sms:${n}`)),
    })),
  );
  for (let index = 0; index < records.length; ) {
    now = ms(Math.max(now + way.every, records[index]?.at ?? 0));
    const due = records.findIndex(({ at }, n) => n >= index && at > now);
    const until = Math.min(due < 0 ? records.length : due, index + way.most);
    const read = records.slice(index, until);
    index = until;
    for (const [n, partition] of claimed.entries()) {
      const values = read.filter((one) => one.partition === n);
      if (values.length === 0) continue;
      const { id, epoch, next: from } = partition;
      const next = from + values.length;
      const batch = values.map(({ value }, at) => ({ offset: from + at, value }));
      const { kind } = await instance.ingest({ partition: id, epoch, from, next, records: batch });
      if (kind !== 'applied') throw new Error(`a batch that had to be applied was ${kind}`);
      partition.next = next;
    }
    await instance.look();
  }
  await instance.save();
  return {
    found: [...found].map(([name, strength]) => `${name} ${strength}`).sort(),
    critical: namesOf(book.all().filter(({ severity }) => severity === 'critical')),
    paused: namesOf(book.pauses()),
    counts: await countsIn(store),
  };
};

const namesOf = (of: ReadonlyArray<{ readonly provider: string }>): string[] =>
  [...new Set(of.map(({ provider }) => provider))].sort();
