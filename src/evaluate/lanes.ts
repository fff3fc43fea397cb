/**
 * Lanes: where the watch stands with each provider, by that provider's own time. In: the seconds that changed, and what
 * an earlier watch has left. Out: which seconds are to be looked at, in order of time, and what the next one goes on
 * from.
 */
import { type Second, second } from '../events/event.ts';
import { type Feeds, SCANNED_FEEDS } from '../windows/feeds.ts';
import type { ChangedSeconds, ProviderView, View } from '../windows/view.ts';
import type { WatchState } from './checkpoint.ts';

/** Where one provider stands, by its own time, in epoch seconds. */
export interface Lane {
  /** The newest second that was looked at. */
  looked: number | undefined;
  /** Everything up to here was learned from. */
  sealed: number;
  /** The last second up to which time has passed for it. */
  passed: number;
  /** Before this second is complete nobody can be missing. */
  absentAtSoonest: number;
  /** Behind a restart or a takeover everything from here on is looked at, whoever may have looked at it before. */
  resumed: boolean;
}

export interface Lanes {
  /** A provider's lane, begun when it is first asked for. */
  of(provider: string): Lane;
  providers(): Iterable<string>;
  forget(provider: string): void;
  /**
   * The seconds to look at, of whom, in order of time: those that changed, and with each the later ones that were looked
   * at without it. `reopened` is told from where on what was learned of a provider has changed.
   */
  toLookAt(
    changed: ChangedSeconds,
    reopened: (own: ProviderView, from: Second) => void,
  ): ReadonlyArray<readonly [at: Second, providers: readonly string[]]>;
  /** Whoever led meanwhile may have looked at a little less than what is held here, and is gone without a state. */
  resume(): void;
  save(): Pick<WatchState, 'detected' | 'sealed' | 'lanes'>;
  load(state: Pick<WatchState, 'detected' | 'sealed' | 'lanes'>): void;
}

/** Without its state, after a loss, a watch looks again at so much of what it has seen: others may have looked at less. */
const LOOKED_AGAIN = 10;
const UNCHANGED: ReadonlyMap<Second, Feeds> = new Map();

export const createLanes = (view: View): Lanes => {
  let lanes = new Map<string, Lane>();
  /** Where those begin of whom nothing is known yet. */
  let begin: Pick<Lane, 'looked' | 'sealed'> = { looked: undefined, sealed: 0 };
  /** Behind a restart or a takeover all are looked at, though nothing of them is new: nobody may have done so before. */
  let isResuming = false;

  const of = (provider: string): Lane => {
    const known = lanes.get(provider) ?? newLane({ ...begin, resumed: begin.looked !== undefined });
    lanes.set(provider, known);
    return known;
  };

  const furthest = (where: (lane: Lane) => number | undefined): number | null => {
    const all = [...lanes.values()].flatMap((lane) => where(lane) ?? []);
    return all.length > 0 ? Math.max(...all) : null;
  };

  return {
    of,
    providers: () => lanes.keys(),
    forget: (provider) => void lanes.delete(provider),
    toLookAt: (changed, reopened) => {
      const found = new Map<Second, string[]>();
      const whom = isResuming ? new Set([...changed.keys(), ...view.providers()]) : changed.keys();
      isResuming = false;
      for (const provider of whom) {
        if (provider === '') continue;
        const own = view.ofProvider(provider);
        const lane = of(provider);
        for (const at of secondsOf(own, lane, { changed: changed.get(provider) ?? UNCHANGED, reopened }))
          found.set(at, [...(found.get(at) ?? []), provider]);
        lane.resumed = false;
      }
      return [...found].sort(([a], [b]) => a - b);
    },
    resume: () => {
      isResuming = true;
      for (const provider of view.providers()) {
        const { head } = view.ofProvider(provider);
        if (head === undefined) continue;
        const lane = of(provider);
        lane.looked = Math.max(lane.looked ?? 0, head - LOOKED_AGAIN);
        lane.resumed = true;
      }
    },
    save: () => ({
      detected: furthest(({ looked }) => looked) ?? begin.looked ?? null,
      sealed: furthest(({ sealed }) => (sealed > 0 ? sealed : undefined)) ?? (begin.sealed || null),
      lanes: [...lanes].flatMap(([provider, { looked, sealed }]) =>
        looked === undefined ? [] : [[provider, looked, sealed, view.behind(provider)] as const],
      ),
    }),
    load: ({ detected, sealed: learned, lanes: saved }) => {
      isResuming = true;
      // Whoever is not among them had not been seen when it was saved: all that is held of them is to be looked at.
      begin = saved
        ? { looked: undefined, sealed: 0 }
        : { looked: detected ?? undefined, sealed: learned ?? 0 };
      lanes = new Map(
        (saved ?? []).map(([provider, looked, sealed]) => [
          provider,
          newLane({ looked, sealed, resumed: true }),
        ]),
      );
      for (const [provider, looked, , behind = 0] of saved ?? [])
        view.recallBehind(provider, behind, looked + behind);
    },
  };
};

const newLane = (at: Pick<Lane, 'looked' | 'sealed' | 'resumed'>): Lane => ({
  ...at,
  passed: 0,
  absentAtSoonest: 0,
});

/** Which of a provider's seconds are to be looked at, in order of time. */
function* secondsOf(
  own: ProviderView,
  { looked, resumed, sealed }: Lane,
  parts: {
    readonly changed: ReadonlyMap<Second, Feeds>;
    readonly reopened: (own: ProviderView, from: Second) => void;
  },
): Generator<Second> {
  const { changed } = parts;
  const resumedAt = resumed ? looked : undefined;
  const [first = own.first ?? second(0)] = changed.keys();
  const oldest = second(Math.max(own.first ?? 0, resumedAt ?? first));
  const isAll = changed.size === 0 || resumedAt !== undefined;
  const reopened = isAll ? oldest : firstScanned(changed);
  if (reopened !== undefined && reopened <= sealed) parts.reopened(own, reopened);
  let feeds: Feeds = 0;
  for (let at = oldest; at <= (own.head ?? oldest); at = second(at + 1)) {
    const here = changed.get(at);
    feeds |= here ?? 0;
    if (isAll ? own.active(at) : here !== undefined || own.active(at, feeds)) yield at;
  }
}

/** The first second in which what is scanned for bursts changed. */
const firstScanned = (changed: ReadonlyMap<Second, Feeds>): Second | undefined => {
  for (const [at, feeds] of changed) if ((feeds & SCANNED_FEEDS) !== 0) return at;
  return undefined;
};
