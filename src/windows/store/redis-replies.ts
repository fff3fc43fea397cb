/** What Redis answers, as the window store's values. In: replies of ioredis. Out: counts, registers, tallies. */
import { ms } from '../../events/event.ts';
import { REGISTERS } from '../distinct.ts';
import type { SeriesKey } from '../series.ts';
import { type Announcement, type Consent, slotStart, type Tally } from './store.ts';
import type { Value } from './totals.ts';

/** The top of the tally at `index`; empty where there is none. */
export const topAt = (values: readonly Value[], index: number): Tally['top'] => {
  const value = values[index];
  return value?.kind === 't' ? (value.tally?.top ?? []) : [];
};

/** The epoch second at which a name that changed begins: "b|1793214000", or a slot "d|sent{...}@1793214000000". */
export const secondOfName = (name: string): number =>
  name.startsWith('b|') ? Number(name.slice(2)) : slotStart(name) / 1000;

/** The counts of a second, from its hash. */
export const countsOf = (reply: Record<string, string>): Map<SeriesKey, number> =>
  new Map(Object.entries(reply).map(([series, count]) => [series as SeriesKey, Number(count)]));

/** The announced campaigns, from a hash of id to JSON. */
export const announcedOf = (reply: Record<string, string>): Announcement[] =>
  Object.values(reply).map((json) => JSON.parse(json) as Announcement);

/** The registers of a sketch, which Redis keeps only up to the last that is not empty; undefined where it has none. */
export const registersOf = (reply: Buffer | null): Uint8Array | undefined => {
  if (reply === null) return undefined;
  const registers = new Uint8Array(REGISTERS);
  registers.set(reply.subarray(0, REGISTERS));
  return registers;
};

/** Members and scores, from a reply WITHSCORES that has them in turn. */
export const pairsOf = (reply: readonly string[]): [string, number][] =>
  Array.from({ length: reply.length / 2 }, (_, index) => [
    reply[index * 2] ?? '',
    Number(reply[index * 2 + 1]),
  ]);

/** Who opted out and in, from sorted sets scored by when; `asked` has the provider of those who still wait. */
export const consentOf = ({
  withdrawn,
  asked,
  returned,
}: {
  readonly withdrawn: readonly string[];
  readonly asked: Readonly<Record<string, string>>;
  readonly returned: readonly string[];
}): Consent => ({
  withdrawn: new Map(
    pairsOf(withdrawn).map(([person, at]) => {
      const provider = asked[person];
      return [person, provider === undefined ? { at: ms(at) } : { at: ms(at), asked: provider }];
    }),
  ),
  returned: new Map(pairsOf(returned).map(([person, at]) => [person, ms(at)])),
});
