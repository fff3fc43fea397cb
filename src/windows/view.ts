/**
 * The view: the windows as the evaluating instance has them in hand, provider by provider (provider-view.ts). In:
 * changes from the store. Out: which seconds of whom changed, sums over any stretch, and at what time each provider
 * stands: how far it trails the newest of all is measured, so that no clock but its own says when it is late.
 */
import { type Ms, ms, type Second, second } from '../events/event.ts';
import { type Feeds, feedOf } from './feeds.ts';
import { createProviderView, type FilledProviderView, type ProviderView } from './provider-view.ts';
import { HELD } from './ring.ts';
import type { SeriesKey } from './series.ts';
import type { Announcement, WindowChanges } from './store/store.ts';

export type { ProviderView, SeriesCounts } from './provider-view.ts';

/** The seconds of each provider in which anything changed, in order of time, each with the feeds that did. */
export type ChangedSeconds = ReadonlyMap<string, ReadonlyMap<Second, Feeds>>;

export interface TooLate {
  readonly events: number;
  readonly seconds: number;
}

export interface View
  extends Pick<ProviderView, 'count' | 'sum' | 'series' | 'of' | 'distinct' | 'tally' | 'announced'> {
  update(changes: WindowChanges): ChangedSeconds;
  /** One provider's; empty while nothing of it is held. */
  ofProvider(name: string): ProviderView;
  providers(): Iterable<string>;
  /** Grows when a series of anybody comes or goes. */
  readonly generation: number;
  /** The oldest second held, and the newest; undefined before the first count. One lone event ahead of all is not it. */
  readonly first: Second | undefined;
  readonly head: Second | undefined;
  /** How far a provider trails the newest second of all, by what came of it lately: 0 while that is in order. */
  behind(provider: string): number;
  /** Goes on from how far a provider trailed when the newest second of all was `at`; what is known here stands. */
  recallBehind(provider: string, seconds: number, at: number): void;
  /** Counts left out since the start because too many series are held: a campaign name that differs each time. */
  readonly untracked: number;
  /** The newest second of a provider whose windows hold `at` no more; undefined while they do. */
  beyond(provider: string, at: Second): Second | undefined;
  /** By provider, of what came too late for its windows: how many events lately, and how late at most, in seconds. */
  tooLate(): ReadonlyMap<string, TooLate>;
  /** The event time up to which every partition is complete, those long silent left out. */
  readonly watermark: Ms | undefined;
}

/** A partition of which nobody has counted anything for so long, in ms by the clock, holds nobody up. */
const SILENT = 60_000;
/** A series costs 16 KB. Campaigns leave room for the providers' own, which are what a pause rests on. */
const SERIES_LIMIT = 12_000;
const CAMPAIGN_LIMIT = 8_000;
/**
 * A lone event so many seconds ahead of all is a wrong date until another one is there; further ahead than any date
 * that intake lets in, it is time that has passed.
 */
const AHEAD = 60;
const AHEAD_MOST = 600;
/** Events a little out of order are not late, in seconds. */
const IN_ORDER = 2;
/** How late somebody is, is forgotten by half in so many seconds of order. */
const HALF_LIFE = 600;
const NAMES_KEPT = 20_000;

export const createView = (): View => {
  const views = new Map<string, FilledProviderView>();
  const trailing = new Map<string, { seconds: number; at: number }>();
  const providerOf = createProviderOf();
  let announced: ReadonlyMap<string, Announcement> = new Map();
  let oldest: number | undefined;
  let head: number | undefined;
  /** A lone second far ahead of all the others. */
  let ahead: number | undefined;
  let watermark: Ms | undefined;
  let untracked = 0;
  const latest = new Map<string, number>();
  /** What providers that are held no more had added to the generation, and more: it must never come back to a number. */
  let gone = 0;

  const hasRoom = (series: SeriesKey): boolean => {
    let size = 0;
    for (const one of views.values()) size += one.size;
    return size < (series.includes('campaign=') ? CAMPAIGN_LIMIT : SERIES_LIMIT);
  };
  function* beside(provider: string): Generator<ProviderView> {
    for (const [name, one] of views) if (name !== provider) yield one;
  }
  const viewOf = (provider: string): FilledProviderView => {
    const known = views.get(provider);
    if (known) return known;
    const made = createProviderView(provider, {
      announced: () => announced.values(),
      beside,
      hasRoom,
      oldest: () => oldest,
    });
    views.set(provider, made);
    return made;
  };
  const of = (series: SeriesKey): FilledProviderView => viewOf(providerOf(series));

  /** Moves the newest second on; one lone event far ahead waits until another is there, or time has come to it. */
  const advance = (counts: WindowChanges['counts']): void => {
    const newest = Math.max(...counts.keys());
    if (!Number.isFinite(newest)) return;
    if (head === undefined || newest <= head + AHEAD) head = Math.max(head ?? newest, newest);
    else {
      const edge = head + AHEAD;
      const beyond = [...counts].filter(([at]) => at > edge);
      const isLone =
        newest <= head + AHEAD_MOST &&
        beyond.length === 1 &&
        (ahead === undefined || ahead === newest) &&
        [...(beyond[0]?.[1].values() ?? [])].every((count) => count === 1);
      if (isLone) {
        ahead = newest;
        const within = [...counts.keys()].filter((at) => at <= edge);
        head = Math.max(head, ...within);
      } else head = newest;
    }
    if (ahead !== undefined && ahead <= head + AHEAD) {
      head = Math.max(head, ahead);
      ahead = undefined;
    }
  };

  const behindOf = (provider: string): number => {
    const known = trailing.get(provider);
    if (!known || head === undefined) return 0;
    return Math.floor(known.seconds * 2 ** (-Math.max(0, head - known.at) / HALF_LIFE));
  };

  /** `before`: the newest second of all before this update; without one, nobody is known to be late. */
  const measure = (changed: ChangedSeconds, before: number | undefined): void => {
    if (before === undefined || head === undefined) return;
    for (const [provider, seconds] of changed) {
      const [oldest = head] = seconds.keys();
      // What lies beyond all that had been seen is in order, however much of it comes at once.
      const late = before - oldest > IN_ORDER ? head - oldest : 0;
      const known = behindOf(provider);
      // What was recalled is of a time to which the windows, read anew, have not come yet.
      const at = Math.max(head, trailing.get(provider)?.at ?? head);
      if (late > 0 || known > 0) trailing.set(provider, { seconds: Math.max(late, known), at });
    }
  };

  const beyond = (provider: string, at: Second): Second | undefined => {
    const newest = views.get(provider)?.head;
    return newest !== undefined && at <= newest - HELD ? newest : undefined;
  };

  const tooLate = (): ReadonlyMap<string, TooLate> => {
    const found = new Map<string, TooLate>();
    for (const [provider, seconds] of latest) {
      const own = viewOf(provider);
      let events = 0;
      for (const series of own.series())
        if (isTooLate(series)) events += own.sum(series, second(0), own.head ?? second(0));
      if (events > 0) found.set(provider, { events, seconds });
    }
    return found;
  };

  const update = (changes: WindowChanges): ChangedSeconds => {
    const before = head;
    for (const at of changes.counts.keys()) oldest = Math.min(oldest ?? at, at);
    announced = changes.announced;
    const changed = new Map<string, Map<Second, Feeds>>();
    // In order of time: a ring grows at its end.
    for (const [at, counts] of [...changes.counts].sort(([a], [b]) => a - b)) {
      for (const [series, count] of counts) {
        const one = of(series);
        const news = one.put(series, at, count);
        if (news === undefined) {
          const newest = beyond(one.provider, at);
          if (newest === undefined) untracked += 1;
          else latest.set(one.provider, Math.max(latest.get(one.provider) ?? 0, newest - at));
        } else if (news) {
          const seconds = changed.get(one.provider) ?? new Map<Second, Feeds>();
          changed.set(one.provider, seconds.set(at, (seconds.get(at) ?? 0) | feedOf(series)));
        }
      }
    }
    for (const [slot, registers] of changes.distinct) of(seriesIn(slot)).putDistinct(slot, registers);
    for (const [slot, tally] of changes.tallies) of(seriesIn(slot)).putTally(slot, tally);
    advance(changes.counts);
    measure(changed, before);
    const lowest = lowestOf(changes);
    if (lowest !== undefined) watermark = lowest;
    for (const [name, one] of views) {
      one.forget(Math.max(one.head ?? 0, (head ?? 0) - behindOf(name)));
      if (one.size > 0) continue;
      gone += one.generation + 2;
      views.delete(name);
      trailing.delete(name);
      latest.delete(name);
    }
    return changed;
  };

  return {
    update,
    ofProvider: viewOf,
    providers: () => views.keys(),
    count: (series, at) => of(series).count(series, at),
    sum: (series, from, to) => of(series).sum(series, from, to),
    of: (series) => of(series).of(series),
    distinct: (series, from, to) => of(series).distinct(series, from, to),
    tally: (series, at) => of(series).tally(series, at),
    announced: () => announced.values(),
    series: function* () {
      for (const one of views.values()) yield* one.series();
    },
    behind: behindOf,
    beyond,
    tooLate,
    recallBehind: (provider, seconds, at) => {
      if (seconds > 0 && !trailing.has(provider)) trailing.set(provider, { seconds, at });
    },
    get generation() {
      let sum = gone + views.size;
      for (const one of views.values()) sum += one.generation;
      return sum;
    },
    get first() {
      const first = Math.min(...[...views.values()].flatMap((one) => one.first ?? []));
      return Number.isFinite(first) ? second(first) : undefined;
    },
    get head() {
      return head === undefined ? undefined : second(head);
    },
    get untracked() {
      return untracked;
    },
    get watermark() {
      // A partition may be complete up to a date that nobody else has reached: that is only that one event's word.
      if (ahead === undefined || head === undefined || watermark === undefined) return watermark;
      return ms(Math.min(watermark, head * 1_000 + 999));
    },
  };
};

/** Whether a series counts all events of a type and a provider that came too late. */
const isTooLate = (series: SeriesKey): boolean =>
  series.endsWith(',arrival=late}') && !series.includes('campaign=');

const seriesIn = (slot: string): SeriesKey => slot.slice(0, slot.lastIndexOf('@')) as SeriesKey;

/** Whose a series is, '' when nobody's; each key is read once. */
const createProviderOf = () => {
  const known = new Map<SeriesKey, string>();
  return (series: SeriesKey): string => {
    const found = known.get(series);
    if (found !== undefined) return found;
    if (known.size >= NAMES_KEPT) known.clear();
    const provider = decodeURIComponent(/[{,]provider=([^,}]*)/.exec(series)?.[1] ?? '');
    known.set(series, provider);
    return provider;
  };
};

/**
 * Only a log can be behind: what files and HTTP brought last says nothing about what is still to come. A partition that
 * is claimed and not read yet is complete up to nothing.
 */
const lowestOf = ({ partitions }: WindowChanges): Ms | undefined => {
  const logs = partitions.filter(({ partition }) => partition.startsWith('kafka:'));
  const mark = logs.length > 0 ? slowest(logs) : Math.max(0, ...partitions.map(({ watermark }) => watermark));
  return mark > 0 ? ms(mark) : undefined;
};

const slowest = (logs: WindowChanges['partitions']): number => {
  const latest = Math.max(...logs.map(({ countedAt }) => countedAt));
  const read = logs.filter(({ countedAt }) => countedAt >= latest - SILENT);
  return Math.min(...read.map(({ watermark }) => watermark));
};
