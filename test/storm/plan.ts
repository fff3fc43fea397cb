/** The plan of a run: everything that is decided before it begins, drawn from its seed. */
import type { AtEnd } from '../../src/respond/gate/gate.ts';
import { createRandom, type Random } from '../../src/simulate/random.ts';
import { CAMPAIGN, FAULT_KINDS, type Fault } from './faults.ts';
import type { Stall } from './log.ts';
import type { Campaign, Sender } from './traffic.ts';
import { drawWeather, FAIR, type Weather } from './weather.ts';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
/** So long nothing happens at first: whoever begins to watch pauses nobody in its first minute. */
const SETTLES = 2 * MINUTE;
/** Behind the last hazard so long is left for everything to come right. */
export const AFTERMATH = 3 * MINUTE;

export interface Plan {
  readonly seed: number;
  /** The first and the last instant of traffic and hazards, in epoch ms. */
  readonly start: number;
  readonly until: number;
  readonly instances: number;
  readonly partitions: number;
  readonly senders: readonly Sender[];
  readonly faults: readonly Fault[];
  readonly campaigns: readonly Campaign[];
  readonly stalls: readonly Stall[];
  readonly weather: Readonly<Record<'redis' | 'kafka' | 'slack', Weather>>;
  /** How likely each call is the one at which its machine dies, and at which it freezes. */
  readonly deaths: number;
  readonly freezes: number;
  /** How long, in ms, between two instances that are stopped and started as in a deployment; 0: none is. */
  readonly restarts: number;
  /** The share of records that cannot be read. */
  readonly garbage: number;
  /** How long a pause lasts, in ms, and what is done at its end; without it, one outlasts the run. */
  readonly pause: { readonly lasts: number; readonly atEnd: AtEnd } | undefined;
  /** How long one way to a server takes as a rule, in ms. */
  readonly latency: number;
  /** Whether requests arrive at once in fair weather. */
  readonly isNear: boolean;
}

/** 28 October 2026, at three in the afternoon, and at half past nine in the evening, in Paris. */
const DAY = Date.UTC(2026, 9, 28, 14);
const NIGHT = Date.UTC(2026, 9, 28, 20, 30);

export const drawPlan = (seed: number): Plan => {
  const random = createRandom(`storm ${seed}`);
  const isNight = random.chance(0.6);
  const start = (isNight ? NIGHT : DAY) + random.below(10 * MINUTE);
  const until = start + SETTLES + 5 * MINUTE + random.below(8 * MINUTE);
  const span = { from: start + SETTLES, until };
  const partitions = 1 + random.below(4);
  const faults = faultsOf(random, { isNight, start, until });
  const senders = sendersOf(random, faults);
  const isStormy = random.chance(0.85);
  const weather = (mean: number, ...moods: Parameters<typeof drawWeather>[2]['moods']): Weather =>
    isStormy && random.chance(0.6) ? drawWeather(random, span, { mean, moods }) : FAIR;
  return {
    seed,
    start,
    until,
    instances: 1 + random.below(3),
    partitions,
    senders,
    faults,
    // Who is at fault meanwhile is judged by what it sends of that alone.
    campaigns: (isNight ? [] : campaignsOf(random, start, span)).filter(
      (one) => !faults.some(({ provider }) => provider === one.provider),
    ),
    stalls: isStormy ? stallsOf(random, span, partitions) : [],
    weather: {
      redis: weather(3 * MINUTE, 'cut', 'hole', 'lossy', 'slow'),
      kafka: weather(4 * MINUTE, 'cut', 'hole', 'lossy', 'slow'),
      slack: weather(3 * MINUTE, 'cut', 'hole', 'lossy', 'slow', 'limited'),
    },
    deaths: isStormy && random.chance(0.6) ? 1 / (2_000 + random.below(8_000)) : 0,
    freezes: isStormy && random.chance(0.6) ? 1 / (2_000 + random.below(8_000)) : 0,
    restarts: isStormy && random.chance(0.3) ? 3 * MINUTE : 0,
    garbage: random.chance(0.3) ? 0.01 : 0,
    pause: random.chance(0.4)
      ? { lasts: MINUTE + random.below(4 * MINUTE), atEnd: random.pick(['stay', 'probe', 'resume']) }
      : undefined,
    latency: random.pick([0.5, 2, 5, 20]),
    isNear: random.chance(0.7),
  };
};

const NAMES = ['alpha', 'beta', 'gamma'] as const;

/** Whose silence is to be missed within minutes sends more. */
const sendersOf = (random: Random, faults: readonly Fault[]): Sender[] =>
  NAMES.map((name) => ({
    name,
    rate: faults.some(({ kind, provider }) => provider === name && kind.isSilent)
      ? 0.6
      : 0.08 + 0.25 * random.unit(),
    clock: random.chance(0.3) ? random.below(4 * SECOND) - 2 * SECOND : 0,
    delays: {
      sent: random.chance(0.3) ? random.below(10 * SECOND) : random.below(500),
      delivered: random.below(5 * SECOND),
    },
    jitter: random.pick([0, 200, 2 * SECOND]),
  }));

const faultsOf = (
  random: Random,
  { isNight, start, until }: { isNight: boolean; start: number; until: number },
): Fault[] => {
  if (random.chance(0.1)) return [];
  const kinds = FAULT_KINDS.filter(({ when }) => when === 'any' || when === (isNight ? 'night' : 'day'));
  const kind = kinds[random.below(kinds.length)];
  const from = start + SETTLES + SECOND * random.below(120);
  return kind === undefined ? [] : [{ kind, provider: random.pick(NAMES), from, until: until + AFTERMATH }];
};

/** It is announced before anything is in the way, so that nobody can know less of it than of its messages. */
const campaignsOf = (random: Random, start: number, span: { from: number; until: number }): Campaign[] => {
  if (!random.chance(0.3)) return [];
  const from = span.from + random.below(Math.max(1, span.until - span.from - CAMPAIGN * SECOND));
  return [{ provider: random.pick(NAMES), announcedAt: start + random.below(MINUTE), from }];
};

const stallsOf = (random: Random, span: { from: number; until: number }, partitions: number): Stall[] =>
  Array.from({ length: partitions }, (_, partition) => ({ partition })).flatMap(({ partition }) => {
    if (!random.chance(0.3)) return [];
    const from = span.from + random.below(span.until - span.from);
    return [{ partition, from, until: from + random.below(2 * MINUTE) }];
  });
