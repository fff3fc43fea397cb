/**
 * Report delays: each provider's delay as the windows fill. In: what changed in the store, and the clock. Out: how late
 * each provider's reports are, and usually are; kept with what the watch learned.
 *
 * Every instance reads all windows, so that each knows every provider's delay, whoever reads its partitions, and nothing
 * more is counted in the store. A report has arrived when its count is seen here, which is some hundred ms after it was
 * read. A replay has no arrivals, and does not make one of these.
 */
import { z } from 'zod';
import { type Ms, type Second, startOf } from '../events/event.ts';
import { createDelays, type Delays } from '../windows/delays.ts';
import type { SeriesKey } from '../windows/series.ts';
import type { WindowChanges } from '../windows/store/store.ts';
import type { View } from '../windows/view.ts';
import type { WatchState } from './checkpoint.ts';

type Learned = WatchState['learned'];

export interface ReportDelays extends Pick<Delays, 'of' | 'usual' | 'providers'> {
  /** Notes what is new in `changes`; call it before the view takes them in. */
  note(changes: WindowChanges, now: Ms): void;
  /** What is known, by name, among what the watch learned. */
  save(): Learned;
  /** Goes on from what was saved. Answers the rest of it. */
  load(learned: Learned): Learned;
}

/** What a provider says itself; what we submit through it is dated by our own clock. */
const REPORTS = /^(?:sent|delivered|failed)\{provider=([^,}]+)\}$/;
const NAME = 'delay ';
const minutesSchema = z.array(z.number());

/** `isCurrent`: whether the stream is read as it comes; a backlog says nothing about who sent it. */
export const createReportDelays = (parts: {
  readonly view: Pick<View, 'head' | 'count'>;
  readonly isCurrent: () => boolean;
}): ReportDelays => {
  const { view } = parts;
  const delays = createDelays();
  let saved: readonly string[] = [];

  const noteSecond = (at: Second, counts: ReadonlyMap<SeriesKey, number>, now: Ms): void => {
    for (const [series, count] of counts) {
      if (series.includes(',')) continue;
      const name = REPORTS.exec(series)?.[1];
      if (name === undefined) continue;
      const arrived = count - view.count(series, at);
      if (arrived > 0) delays.note(decodeURIComponent(name), (now - startOf(at)) / 1_000, arrived, now);
    }
  };

  return {
    of: delays.of,
    usual: delays.usual,
    providers: delays.providers,
    note: ({ counts }, now) => {
      // The first read brings hours at once: when they arrived is not known.
      if (view.head === undefined || !parts.isCurrent()) return;
      for (const [at, one] of counts) noteSecond(at, one, now);
    },
    save: () => {
      const providers = delays.providers();
      const gone = saved.filter((name) => !providers.includes(name)).map((name) => [NAME + name, '']);
      saved = providers;
      const kept = providers.map((name) => [NAME + name, JSON.stringify(delays.minutesOf(name))]);
      return Object.fromEntries([...gone, ...kept]);
    },
    load: (learned) => {
      const isOurs = ([name]: readonly [string, string]) => name.startsWith(NAME);
      const all = Object.entries(learned);
      for (const [name, text] of all.filter(isOurs)) {
        const minutes = minutesSchema.safeParse(JSON.parse(text));
        if (minutes.success) delays.recall(name.slice(NAME.length), minutes.data);
      }
      saved = delays.providers();
      return Object.fromEntries(all.filter((one) => !isOurs(one)));
    },
  };
};
