/**
 * Delays: how long after the fact each provider's reports come, by the clock of whoever reads them. A slow clock looks
 * the same. In: reports, each with the instant of its arrival. Out: a provider's delay of the last minutes, and the one
 * that is usual for it. Pure.
 *
 * A minute counts by its median, and of the minutes the median counts again, so that neither one odd report nor one
 * lump of old ones moves anything. What is usual follows slowly: it is known after half an hour of traffic, and a new
 * delay becomes it only once it has held for as long as the old one is remembered to have held.
 */
import type { Ms } from '../events/event.ts';

export interface ProviderDelay {
  /** In ms, of the last minutes; negative for a clock ahead of ours, undefined while too little came. */
  readonly present: number | undefined;
  /** In ms, of hours of traffic; undefined while it is not known. */
  readonly usual: number | undefined;
}

export interface Delays {
  /** Takes in `count` reports of a provider, which were dated so many seconds before `now`, when they arrived. */
  note(provider: string, seconds: number, count: number, now: Ms): void;
  of(provider: string, now: Ms): ProviderDelay;
  /** What is usual for a provider, in ms; undefined while it is not known. */
  usual(provider: string): number | undefined;
  providers(): readonly string[];
  /** The delays of the minutes that were full, oldest first, in seconds: what a restart goes on from. */
  minutesOf(provider: string): readonly number[];
  /** Goes on from another's minutes, where they reach further back than what is known here. */
  recall(provider: string, minutes: readonly number[]): void;
}

const MINUTE = 60_000;
/** A delay is another one than the usual when it is off by more than this, in ms, and by more than double. */
const CHANGED = 60_000;

/** Whether reports come much later, or dated further ahead, than they used to; coming sooner harms nobody. */
export const hasChanged = ({ present, usual }: ProviderDelay): boolean =>
  present !== undefined &&
  usual !== undefined &&
  Math.abs(present - usual) > CHANGED &&
  Math.abs(present) > 2 * Math.abs(usual);

/** The present delay is that of so many minutes, and of no fewer reports. */
const PRESENT_MINUTES = 5;
const FEW = 10;
/** The usual delay is that of so many minutes with traffic, at least and at most. */
const KNOWN_AFTER = 30;
const REMEMBERED = 180;
/** A delay beyond this, in seconds, counts as this. */
const LONGEST = 7_200;
/** Providers told apart; beyond it those known for the shortest go, which made-up names are. */
const PROVIDERS = 50;

interface MinuteOfReports {
  readonly minute: number;
  /** Reports by their delay in seconds. */
  readonly counts: Map<number, number>;
  reports: number;
}

interface Memory {
  /** The last minutes, the newest still filling. */
  recent: MinuteOfReports[];
  /** The median delay of each minute that is full and had traffic, oldest first, in seconds. */
  minutes: number[];
}

export const createDelays = (): Delays => {
  const known = new Map<string, Memory>();

  const memoryOf = (provider: string): Memory => {
    const memory = known.get(provider) ?? { recent: [], minutes: [] };
    known.set(provider, memory);
    if (known.size > PROVIDERS) known.delete(shortestKnown(known, provider));
    return memory;
  };

  const usual = (provider: string): number | undefined => {
    const { minutes = [] } = known.get(provider) ?? {};
    return minutes.length >= KNOWN_AFTER ? 1_000 * medianOf(minutes) : undefined;
  };

  return {
    note: (provider, seconds, count, now) => {
      const memory = memoryOf(provider);
      const minute = Math.floor(now / MINUTE);
      let open = memory.recent.at(-1);
      if (open === undefined || open.minute < minute) {
        if (open) memory.minutes = [...memory.minutes, medianOfCounts(open.counts)].slice(-REMEMBERED);
        open = { minute, counts: new Map(), reports: 0 };
        memory.recent = [...memory.recent, open].slice(-PRESENT_MINUTES);
      }
      const delay = Math.round(Math.min(LONGEST, Math.max(-LONGEST, seconds)));
      open.counts.set(delay, (open.counts.get(delay) ?? 0) + count);
      open.reports += count;
    },
    of: (provider, now) => {
      const { recent = [] } = known.get(provider) ?? {};
      const lately = recent.filter(({ minute }) => minute > Math.floor(now / MINUTE) - PRESENT_MINUTES);
      const isEnough = lately.reduce((sum, { reports }) => sum + reports, 0) >= FEW;
      return {
        present: isEnough ? 1_000 * medianOf(lately.map(({ counts }) => medianOfCounts(counts))) : undefined,
        usual: usual(provider),
      };
    },
    usual,
    providers: () => [...known.keys()],
    minutesOf: (provider) => known.get(provider)?.minutes ?? [],
    recall: (provider, minutes) => {
      const memory = memoryOf(provider);
      if (minutes.length > memory.minutes.length) memory.minutes = minutes.slice(-REMEMBERED);
    },
  };
};

/** Whoever came last stays: they are to be given a chance to be known. */
const shortestKnown = (known: ReadonlyMap<string, Memory>, last: string): string => {
  let [shortest, least] = [last, Number.POSITIVE_INFINITY];
  for (const [provider, { minutes }] of known) {
    if (provider === last || minutes.length >= least) continue;
    [shortest, least] = [provider, minutes.length];
  }
  return shortest;
};

/** The lower of the two in the middle of an even number: the smaller delay excuses less. */
const medianOf = (values: readonly number[]): number =>
  [...values].sort((a, b) => a - b)[Math.floor((values.length - 1) / 2)] ?? 0;

const medianOfCounts = (counts: ReadonlyMap<number, number>): number => {
  const sorted = [...counts].sort(([a], [b]) => a - b);
  const half = sorted.reduce((sum, [, count]) => sum + count, 0) / 2;
  let below = 0;
  for (const [delay, count] of sorted) {
    below += count;
    if (below >= half) return delay;
  }
  return 0;
};
