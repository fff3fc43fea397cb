/**
 * What came in one second: the series with messages in it, by what they are watched for. A detector goes through these
 * and never through all series that are held, so that a look costs what is new.
 */
import { type Second, second } from '../../events/event.ts';
import type { SeriesKey } from '../../windows/series.ts';
import type { WatchedSeries } from './classify.ts';
import type { GroupedSeries, IndexedWindows } from './series-index.ts';
import type { WindowsView } from './view-port.ts';

export interface Came {
  /** All that had messages, also those that are watched for nothing. */
  readonly keys: readonly SeriesKey[];
  /** Those that are watched for something, each with its group. */
  readonly of: (scope: WatchedSeries['scope']) => readonly GroupedSeries[];
}

const NOTHING: readonly GroupedSeries[] = [];

/** Finds what came in a second, as it stands now: it may still fill. */
export const cameIn = ({ view, index }: IndexedWindows, at: Second): Came => {
  const keys = [...keysIn(view, at)];
  const byScope = new Map<WatchedSeries['scope'], GroupedSeries[]>();
  for (const key of keys) {
    const grouped = index.byKey.get(key);
    if (!grouped) continue;
    const { scope } = grouped.one;
    const known = byScope.get(scope);
    if (known) known.push(grouped);
    else byScope.set(scope, [grouped]);
  }
  return { keys, of: (scope) => byScope.get(scope) ?? NOTHING };
};

/** What came in each second of a stretch in which anything came, in order of time. */
export type CameBySecond = ReadonlyArray<readonly [at: Second, came: Came]>;

/** Finds what came in the seconds of [from, to]. */
export const cameWithin = (
  windows: IndexedWindows,
  { from, to }: { readonly from: Second; readonly to: Second },
): CameBySecond => {
  const whole = windows.index.groups.flatMap(({ all }) =>
    all && all.counts.sum(from, to) > 0 ? all.counts : [],
  );
  const found: Array<readonly [Second, Came]> = [];
  for (let at = second(from); at <= to && whole.length > 0; at = second(at + 1))
    if (whole.some((counts) => counts.count(at) > 0)) found.push([at, cameIn(windows, at)]);
  return found;
};

const keysIn = (view: WindowsView, at: Second): Iterable<SeriesKey> =>
  view.inSecond?.(at) ?? [...view.series()].filter((key) => view.count(key, at) > 0);
