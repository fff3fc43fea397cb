/**
 * The log: partitions of records in the order of their arrival, of which one may stall, and the group of those who read
 * it. In: records, and heartbeats. Out: stretches of the log, and to whom each partition belongs.
 */

import type { RawRecord } from '../../src/intake/source.ts';
import type { Random } from '../../src/simulate/random.ts';
import type { Time } from './time.ts';

/** A partition that gives nothing from `from` on, and all of it at once from `until` on. */
export interface Stall {
  readonly partition: number;
  readonly from: number;
  readonly until: number;
}

export interface Log {
  readonly partitions: number;
  append(partition: number, value: Buffer): void;
  /** Every record of a partition, readable or not. */
  records(partition: number): readonly RawRecord[];
  /** Some of what is readable from `offset` on. */
  fetch(partition: number, offset: number, most: number): Promise<readonly RawRecord[]>;
  extents(): Promise<ReadonlyMap<number, { readonly low: number; readonly high: number }>>;
  /** From when on a record that is appended now can be read. */
  readableAt(partition: number): number;
}

export const createLog = (time: Time, partitions: number, stalls: readonly Stall[]): Log => {
  const logs = Array.from({ length: partitions }, (): RawRecord[] => []);
  const readableAt = (partition: number): number => {
    const now = time.now();
    const stall = stalls.find((one) => one.partition === partition && one.from <= now && now < one.until);
    return stall?.until ?? now;
  };
  const records = (partition: number) => logs[partition] ?? [];
  return {
    partitions,
    append: (partition, value) => {
      const log = logs[partition];
      log?.push({ offset: log.length, value });
    },
    records,
    fetch: async (partition, offset, most) =>
      readableAt(partition) > time.now() ? [] : records(partition).slice(offset, offset + most),
    extents: async () => new Map(logs.map(({ length }, number) => [number, { low: 0, high: length }])),
    readableAt,
  };
};

/** What a member is told: which turn of the group it is, and which partitions are its own. */
export interface Membership {
  readonly turn: number;
  readonly numbers: readonly number[];
}

export interface Group {
  /** A member shows that it lives, and learns what it is to read. */
  beat(member: string): Promise<Membership>;
  leave(member: string): Promise<void>;
}

/** Who has not been heard for so long is out of the group, in ms, as kafka.ts has it. */
export const SESSION = 10_000;

export const createGroup = (time: Time, random: Random, partitions: number): Group => {
  const heard = new Map<string, number>();
  let owners: readonly string[] = [];
  let members = '';
  let turn = 0;

  const settle = (): void => {
    for (const [member, at] of heard) if (time.now() - at > SESSION) heard.delete(member);
    const living = [...heard.keys()].sort();
    if (living.join() === members) return;
    members = living.join();
    turn += 1;
    const [first, ...others] = living;
    owners = Array.from({ length: partitions }, () =>
      first === undefined ? '' : random.pick([first, ...others]),
    );
  };

  return {
    beat: async (member) => {
      heard.set(member, time.now());
      settle();
      const numbers = owners.flatMap((owner, number) => (owner === member ? [number] : []));
      return { turn, numbers };
    },
    leave: async (member) => {
      heard.delete(member);
      settle();
    },
  };
};
