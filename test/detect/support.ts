/** A view made of plain messages, with exact distinct counts, and a seeded source of Poisson counts. */
import type { Estimate, WindowsView } from '../../src/detect/engine.ts';
import { ms, second } from '../../src/events/event.ts';
import { type Series, type SeriesKey, seriesKey } from '../../src/windows/series.ts';
import { DISTINCT_SLOT, TALLY_SLOT, TALLY_TOP } from '../../src/windows/store.ts';

export const at = (text: string) => second(Date.parse(text) / 1000);
export const key = (series: Partial<Series> = {}): SeriesKey =>
  seriesKey({ metric: 'sent', provider: 'alpha', ...series });

export const marketing = key({ category: 'marketing' });
export const quiet = key({ category: 'marketing', hours: 'quiet' });
/** The series one marketing message of a campaign counts in. */
export const marketingOf = (campaign?: string): SeriesKey[] => [
  key(),
  marketing,
  ...(campaign === undefined ? [] : [key({ campaign })]),
];

/** The fake registers hold the exact number. */
export const estimate: Estimate = (registers) => new Uint32Array(registers.buffer)[0] ?? 0;

export const messageView = () => {
  const counts = new Map<SeriesKey, Map<number, number>>();
  const people = new Map<SeriesKey, Array<readonly [at: number, person: string]>>();
  const within = (series: SeriesKey, from: number, to: number) =>
    (people.get(series) ?? []).filter(([when]) => when >= from && when <= to).map(([, person]) => person);

  const view: WindowsView = {
    count: (series, when) => counts.get(series)?.get(when) ?? 0,
    sum: (series, from, to) => {
      let total = 0;
      for (const [when, count] of counts.get(series) ?? []) if (when >= from && when <= to) total += count;
      return total;
    },
    series: () => counts.keys(),
    distinct: (series, from, to) => {
      const start = Math.floor(from / DISTINCT_SLOT) * DISTINCT_SLOT;
      const end = Math.floor(to / DISTINCT_SLOT) * DISTINCT_SLOT + DISTINCT_SLOT - 1;
      return new Uint8Array(Uint32Array.of(new Set(within(series, start, end)).size).buffer);
    },
    tally: (series, when) => {
      const start = Math.floor(when / TALLY_SLOT) * TALLY_SLOT;
      const sums = new Map<string, number>();
      for (const person of within(series, start, start + TALLY_SLOT - 1)) {
        sums.set(person, (sums.get(person) ?? 0) + 1);
      }
      if (sums.size === 0) return undefined;
      const top = [...sums].sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1)).slice(0, TALLY_TOP);
      return { top, untracked: 0 };
    },
  };
  const send = (when: number, persons: readonly string[], series: readonly SeriesKey[] = marketingOf()) => {
    for (const one of series) {
      const bySecond = counts.get(one) ?? new Map<number, number>();
      counts.set(one, bySecond.set(when, (bySecond.get(when) ?? 0) + persons.length));
      const list = people.get(one) ?? [];
      for (const person of persons) list.push([ms(when * 1000), person]);
      people.set(one, list);
    }
  };
  return { view, send };
};

/** A long steady stretch of one series, with sums in constant time. */
export const countsView = (series: SeriesKey, first: number, counts: readonly number[]): WindowsView => {
  const sums = new Float64Array(counts.length + 1);
  for (const [index, count] of counts.entries()) sums[index + 1] = (sums[index] ?? 0) + count;
  const upTo = (when: number) => sums[Math.min(Math.max(when - first + 1, 0), counts.length)] ?? 0;
  return {
    count: (one, when) => (one === series ? (counts[when - first] ?? 0) : 0),
    sum: (one, from, to) => (one === series ? upTo(to) - upTo(from - 1) : 0),
    series: () => [series],
    distinct: () => new Uint8Array(4),
    tally: () => undefined,
  };
};

/** mulberry32 */
export const random = (seed: number) => {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
};

export const poisson = (mean: number, uniform: () => number): number => {
  const limit = Math.exp(-mean);
  let count = 0;
  for (let product = uniform(); product > limit; product *= uniform()) count++;
  return count;
};
