/**
 * The weather of a server: when it fails, and how. In: a seed. Out: its mood at any instant.
 *
 * cut: what comes is refused, and answers on their way are lost. hole: nothing comes back; what was sent may arrive when
 * it is over, long after whoever sent it has given up. lossy: some requests and some answers are lost. slow: all of it
 * takes long. limited: it asks to be left alone for a while.
 */
import type { Random } from '../../src/simulate/random.ts';

export const MOODS = ['cut', 'hole', 'lossy', 'slow', 'limited'] as const;
export type Mood = (typeof MOODS)[number];

export interface Spell {
  readonly from: number;
  readonly until: number;
  readonly mood: Mood;
}

export interface Weather {
  /** The spell at an instant; undefined while all is well. */
  at(instant: number): Spell | undefined;
  readonly spells: readonly Spell[];
}

export const FAIR: Weather = { at: () => undefined, spells: [] };

/** Spells with `mean` ms of fair weather between them, of some seconds as a rule, and rarely of more than a minute. */
export const drawWeather = (
  random: Random,
  span: { readonly from: number; readonly until: number },
  { mean, moods }: { readonly mean: number; readonly moods: readonly [Mood, ...Mood[]] },
): Weather => {
  const spells: Spell[] = [];
  for (let from = span.from + random.exponential(mean); from < span.until; ) {
    const length = Math.min(90_000, random.logNormal(4_000, 1));
    spells.push({ from, until: Math.min(from + length, span.until), mood: random.pick(moods) });
    from += length + random.exponential(mean);
  }
  return { spells, at: (instant) => spells.find(({ from, until }) => from <= instant && instant < until) };
};
