/**
 * The fault: a provider sends by itself, the same text, in series, to part of the base, coming back all night.
 * Nobody ordered it, so its messages have no order, no campaign, and nothing submitted before them.
 */
import { type Address, type Ms, ms } from '../events/event.ts';
import { MARKETING_CODE, type MessageDraft, optOut, orderOfRunaway, sendUnasked } from './message.ts';
import type { Random } from './random.ts';
import type { Source } from './run.ts';
import { createTail } from './tally.ts';
import type { World } from './world.ts';

export const RUNAWAY_TEXT =
  "Profitez d'un soin offert lors de votre prochaine visite dans notre salon. STOP 36200";
/** The people who get a series at the same time. */
const GROUP = 8;
/** How often each of them gets it. */
const COPIES = { fewest: 3, most: 6 } as const;
/** How long after the fault began salons still answer the phone, in ms. */
const PHONES_STAFFED = 90 * 60_000;

export interface Runaway {
  readonly provider: string;
  readonly from: Ms;
  readonly until: Ms;
  /** About how many messages it sends a second. */
  readonly rate: number;
  /** How many people it sends to. */
  readonly people: number;
  /** How often one person gets it each time the series comes round; 3 to 6 times by default. */
  readonly copies?: { readonly fewest: number; readonly most: number };
  /** Whether we asked for every one of the messages, so that the fault is ours. */
  readonly ordered?: boolean;
}

interface Copy {
  readonly at: number;
  readonly to: Address;
}

/** The source of the fault; a pause of the provider stops it within two seconds. */
export function* runawaySource(world: World, runaway: Runaway): Source {
  const random = world.random.fork('runaway');
  const isHeld = createTail(world.brake, random);
  const caught = catchPeople(world, random, Math.round(runaway.people * world.scale));
  const nextGroup = groups(caught, random);
  const rate = fluctuating(runaway.rate * world.scale, random);
  const until = Math.min(runaway.until, world.end);
  // A simulation that starts within the night sees its rest.
  let begin: number = Math.max(runaway.from, world.start);
  while (begin < until) {
    const { sent, end } = series(nextGroup(), begin, {
      rate: rate(),
      random,
      copies: runaway.copies ?? COPIES,
    });
    for (const { at, to } of sent) {
      if (at >= until) return;
      yield at;
      if (isHeld(runaway.provider, ms(Math.floor(at)))) world.counter.spare(runaway.provider, to);
      else sendOne(world, random, { runaway, to, at });
    }
    begin = end;
  }
}

const sendOne = (
  world: World,
  random: Random,
  { runaway, to, at }: { runaway: Runaway; to: Address; at: number },
): void => {
  const { provider, ordered } = runaway;
  const draft: MessageDraft = {
    provider,
    to,
    from: MARKETING_CODE,
    category: 'marketing',
    text: RUNAWAY_TEXT,
  };
  if (ordered) orderOfRunaway(world, random, draft, at);
  else sendUnasked(world, random, draft, at);
  // STOP leads nowhere, so a few call their salon, which takes them off the base; the messages go on.
  if (at < runaway.from + PHONES_STAFFED && random.chance(0.0006))
    optOut(world, to, at + random.logNormal(600_000, 0.5));
};

/** A series to one group, of which everybody gets several copies within its few seconds. */
const series = (
  group: readonly Address[],
  begin: number,
  { rate, random, copies }: { rate: number; random: Random; copies: NonNullable<Runaway['copies']> },
): { sent: Copy[]; end: number } => {
  const counts = group.map(() => copies.fewest + random.below(copies.most - copies.fewest + 1));
  const total = counts.reduce((sum, count) => sum + count, 0);
  const lasting = (total / rate) * 1000;
  const sent = group.flatMap((to, i) =>
    Array.from({ length: counts[i] ?? 0 }, () => ({ to, at: begin + random.unit() * lasting })),
  );
  sent.sort((one, other) => one.at - other.at);
  return { sent, end: begin + lasting };
};

const catchPeople = (world: World, random: Random, count: number): Address[] => {
  const next = world.people.walk(random);
  const phones = new Set<Address>();
  const wanted = Math.max(1, Math.min(count, Math.floor(world.people.size / 2)));
  while (phones.size < wanted) phones.add(world.people.phone(next()));
  return [...phones];
};

/** Goes over everybody group by group, each time round in another order. */
const groups = (caught: Address[], random: Random): (() => readonly Address[]) => {
  let position = caught.length;
  return () => {
    if (position >= caught.length) {
      shuffle(caught, random);
      position = 0;
    }
    const group = caught.slice(position, position + GROUP);
    position += GROUP;
    return group;
  };
};

const shuffle = (list: Address[], random: Random): void => {
  for (let i = list.length - 1; i > 0; i--) {
    const j = random.below(i + 1);
    const [one, other] = [list[i], list[j]];
    if (one === undefined || other === undefined) continue;
    list[i] = other;
    list[j] = one;
  }
};

/** A rate that wanders around its mean from group to group. */
const fluctuating = (mean: number, random: Random): (() => number) => {
  let drift = 0;
  return () => {
    drift = 0.95 * drift + 0.08 * random.normal();
    return mean * Math.exp(drift);
  };
};
