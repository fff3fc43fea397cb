/** A view made of plain messages, with exact distinct counts; series, plans and baselines in one line. */
import type { Estimate, WindowsView } from '../../src/detect/engine.ts';
import { LEARNED_VERSION } from '../../src/detect/learning/learned.ts';
import type { Counts } from '../../src/detect/series/view-port.ts';
import { type Baseline, newBaseline } from '../../src/detect/statistics/baseline.ts';
import { HOURS } from '../../src/detect/statistics/calendar.ts';
import type { ScanWanted } from '../../src/detect/statistics/scan.ts';
import { ms, second } from '../../src/events/event.ts';
import { createQuarters, type Quarters } from '../../src/windows/quarters.ts';
import { countIn, createRing, HELD, type Ring, setIn, sumIn } from '../../src/windows/ring.ts';
import { type Series, type SeriesKey, seriesKey } from '../../src/windows/series.ts';
import { type Announcement, DISTINCT_SLOT, TALLY_SLOT, TALLY_TOP } from '../../src/windows/store/store.ts';
import { packed } from '../support/quarters.ts';

export { random } from './draws.ts';

export const at = (text: string) => second(Date.parse(text) / 1000);
export const key = (series: Partial<Series> = {}): SeriesKey =>
  seriesKey({ metric: 'sent', provider: 'alpha', ...series });

export const marketing = key({ category: 'marketing' });
export const quiet = key({ category: 'marketing', hours: 'quiet' });
export const late = key({ category: 'marketing', hours: 'late' });
/** The series one marketing message of a campaign counts in. */
export const marketingOf = (campaign?: string, provider = 'alpha'): SeriesKey[] => [
  key({ provider }),
  key({ provider, category: 'marketing' }),
  ...(campaign === undefined ? [] : [key({ provider, campaign })]),
];

/** An announced campaign; its times in epoch seconds. */
export const plan = (
  fields: Partial<Omit<Announcement, 'start' | 'end'>> & { start: number; end: number },
): Announcement => ({
  id: 'plan',
  campaign: 'spring',
  provider: 'alpha',
  at: ms(0),
  audience: 1_000,
  ...fields,
  start: ms(fields.start * 1000),
  end: ms(fields.end * 1000),
});

/** The fake registers hold the exact number; several are taken to be of different people. */
export const estimate: Estimate = (...sketches) =>
  sketches.reduce((sum, { buffer }) => sum + (new Uint32Array(buffer)[0] ?? 0), 0);

/** Every window is wanted. */
export const ANY: ScanWanted = { least: 0, accepts: () => true };

/** Windows to fill by hand: `add` counts, each to somebody else, `send` to persons, `announce` plans. */
export const messageView = () => {
  const rings = new Map<SeriesKey, Ring>();
  const quarters = new Map<SeriesKey, Quarters>();
  const people = new Map<SeriesKey, Array<readonly [at: number, person: string]>>();
  const plans: Announcement[] = [];
  let oldest = Number.POSITIVE_INFINITY;
  let head = 0;
  const within = (series: SeriesKey, from: number, to: number) =>
    (people.get(series) ?? []).filter(([when]) => when >= from && when <= to).map(([, person]) => person);
  const countsIn = (ring: Ring, parts?: Quarters): Counts => ({
    count: (when) => countIn(ring, when),
    sum: (from, to) => sumIn(ring, from, to),
    firstQuarters: parts?.first,
  });

  const view: WindowsView = {
    of: (series) => {
      const ring = rings.get(series);
      return ring && countsIn(ring, quarters.get(series));
    },
    count: (series, when) => view.of(series)?.count(when) ?? 0,
    sum: (series, from, to) => view.of(series)?.sum(from, to) ?? 0,
    series: () => rings.keys(),
    get generation() {
      return rings.size + quarters.size;
    },
    get first() {
      return head === 0 ? undefined : second(Math.max(oldest, head - HELD + 1));
    },
    announced: () => plans,
    distinct: (series, from, to) => {
      const start = Math.floor(from / DISTINCT_SLOT) * DISTINCT_SLOT;
      const end = Math.floor(to / DISTINCT_SLOT) * DISTINCT_SLOT + DISTINCT_SLOT - 1;
      const named = within(series, start, end);
      const all = view.sum(series, second(start / 1000), second(Math.floor(end / 1000)));
      return new Uint8Array(Uint32Array.of(new Set(named).size + all - named.length).buffer);
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
  const add = (when: number, count: number, series: readonly SeriesKey[] = [key()]) => {
    if (count === 0) return;
    oldest = Math.min(oldest, when);
    head = Math.max(head, when);
    for (const one of series) {
      const ring = rings.get(one) ?? createRing(when);
      rings.set(one, ring);
      setIn(ring, when, countIn(ring, when) + count);
    }
  };
  /** A second as it came, quarter by quarter. */
  const addQuarters = (when: number, counts: readonly number[], series: SeriesKey = key()) => {
    const sum = counts.reduce((a, b) => a + b, 0);
    add(when, sum, [series]);
    const own = quarters.get(series) ?? createQuarters();
    quarters.set(series, own);
    own.set(when, packed(counts));
  };
  const send = (when: number, persons: readonly string[], series: readonly SeriesKey[] = marketingOf()) => {
    add(when, persons.length, series);
    for (const one of series) {
      const list = people.get(one) ?? [];
      for (const person of persons) list.push([ms(when * 1000), person]);
      people.set(one, list);
    }
  };
  const announce = (...made: readonly Announcement[]) => {
    plans.push(...made);
  };
  return { view, add, addQuarters, send, announce };
};
export type World = ReturnType<typeof messageView>;

const MANY = 1e6;
const settled = (blocks: number) => ({ blocks, excess: 0, squares: MANY });

/** A series watched for twenty days, each hour of the week at `rate`, its counts scattered as Poisson's. */
export const knownBaseline = (now: number, rate: number | ((hour: number) => number)): Baseline => {
  const minute = Math.floor(now / 60);
  const rateOf = typeof rate === 'number' ? () => rate : rate;
  return {
    ...newBaseline(minute - 20 * 1_440),
    through: minute - 62,
    hours: Array.from({ length: HOURS }, (_, hour) => rateOf(hour)),
    weeks: Array<number>(HOURS).fill(2),
    recent: { through: minute - 2, messages: 0, seconds: 0, related: 0 },
    dispersion: {
      seconds: MANY,
      tens: MANY,
      mean: MANY,
      levels: [settled(28_800), settled(2_880), settled(480), settled(120)],
    },
  };
};

/** What an engine that knows these series by heart would have saved; their countries are known ones. */
export const learnedOf = (now: number, rates: ReadonlyArray<readonly [SeriesKey, number]>) =>
  new Map(
    rates.map(([series, rate]) =>
      series.includes('country=')
        ? entry('destination', series, { first: now - 9 * 86_400, last: now - 86_400, days: 9 })
        : entry('baseline', series, knownBaseline(now, rate)),
    ),
  );
const entry = (kind: string, name: string, value: object) =>
  [`${kind} ${name}`, JSON.stringify({ version: LEARNED_VERSION, ...value })] as const;
