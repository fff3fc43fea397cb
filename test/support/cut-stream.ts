/**
 * A stream cut up: its partitions in batches of any length, in any order of partitions, some twice, some by a reader
 * that lost its claim, read by several instances of which one evaluates. In: a log, and how it is cut. Out: what was
 * written down and what is counted. The evaluation looks where `tocsin replay` does: at the end of every second.
 */
import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ledger } from '../../src/cli/replay/state.ts';
import type { Lease } from '../../src/cluster/lease.ts';
import type { Config } from '../../src/config/schema.ts';
import { type Ms, ms, type Second, type SmsEvent } from '../../src/events/event.ts';
import type { RawBatch, RawRecord } from '../../src/intake/source.ts';
import { createRandom, type Random } from '../../src/simulate/random.ts';
import { keyOf } from '../../src/simulate/write-kafka.ts';
import type { WindowStore } from '../../src/windows/store/store.ts';
import { alsoIn, createInstance, type Instance, type Shared } from './instances.ts';

/** A line of the log: with its second, and the partition it is in. */
export interface Line {
  readonly at: Second;
  readonly partition: number;
  readonly value: Buffer;
}

export interface Cut {
  readonly seed: number;
  readonly instances: number;
  /** Records in a batch. */
  readonly most: number;
  /** Chances, each batch: to begin where something was counted before, and to come once more; */
  readonly again: number;
  /** of its partition to be claimed anew by who has it, and to be claimed by any. */
  readonly reclaimed: number;
  readonly moved: number;
  /** Chances, each second: of the lease to go to any; and that who had it has saved nothing for it. */
  readonly handedOn: number;
  readonly crashed: number;
  /** Chance, each second, of a partition to come a second late. */
  readonly late: number;
}

/** Where the instances keep what they share. `leases`: one an instance; `give` lets the next one have it. */
export interface Place extends Omit<Shared, 'config' | 'book' | 'clock'> {
  readonly leases: readonly Lease[];
  /** From now on only this one can hold the lease. */
  give(instance: number): Promise<void>;
  close(): Promise<void>;
}

const PARTITIONS = 3;

export const partitionOf = (event: SmsEvent): number => {
  let hash = 7;
  for (const character of keyOf(event)) hash = (31 * hash + character.charCodeAt(0)) % 1_000_003;
  return hash % PARTITIONS;
};

interface Partition {
  readonly id: string;
  readonly log: RawRecord[];
  owner: Instance;
  epoch: number;
  next: number;
}

/** Reads the whole log as `cut` says. Answers the two files as a replay writes them, and the store. */
export const readCut = async (lines: readonly Line[], cut: Cut, parts: { config: Config; place: Place }) => {
  const { config, place } = parts;
  const random = createRandom(cut.seed);
  const book = ledger();
  let now: Ms = ms(0);
  const shared = { ...place, incidents: alsoIn(book, place.incidents), config, book, clock: () => now };
  const instances = place.leases.map((lease) => createInstance({ ...shared, lease }));
  const any = () => pick(instances, random);
  const partitions = await Promise.all(
    Array.from({ length: PARTITIONS }, async (_, n): Promise<Partition> => {
      const [id, owner] = [`kafka:sms:${n}`, any()];
      return { id, owner, log: [], ...(await owner.claim(id)) };
    }),
  );
  let leader = 0;
  await place.give(leader);

  const readSome = async (partition: Partition): Promise<void> => {
    const batch = (from: number, next: number, epoch = partition.epoch): RawBatch => {
      const records = partition.log.slice(from, next);
      return { partition: partition.id, epoch, from, next, records };
    };
    const upTo = Math.min(partition.log.length, partition.next + 1 + random.below(cut.most));
    const before = { ...partition };
    const moves = random.chance(cut.moved);
    if (moves || random.chance(cut.reclaimed)) {
      partition.owner = moves ? any() : partition.owner;
      Object.assign(partition, await partition.owner.claim(partition.id));
      await must('fenced', before.owner.ingest(batch(before.next, upTo, before.epoch)));
    }
    const back = random.chance(cut.again) ? random.below(Math.min(cut.most, partition.next) + 1) : 0;
    const from = partition.next - back;
    await must('applied', partition.owner.ingest(batch(from, upTo)));
    partition.next = upTo;
    if (random.chance(cut.again)) await must('redelivered', partition.owner.ingest(batch(from, upTo)));
  };

  const readAll = async (which: readonly Partition[]): Promise<void> => {
    for (;;) {
      const waiting = which.filter(({ log, next }) => next < log.length);
      if (waiting.length === 0) return;
      await readSome(pick(waiting, random));
    }
  };

  const look = async (): Promise<void> => {
    const crashes = random.chance(cut.crashed);
    if (crashes || random.chance(cut.handedOn)) {
      if (!crashes) await instances[leader]?.save();
      leader = random.below(instances.length);
      await place.give(leader);
    }
    for (const [n, instance] of instances.entries())
      if (n === leader || random.chance(0.1)) await instance.look();
  };

  let late: readonly Partition[] = [];
  for (const [at, inSecond] of bySecond(lines)) {
    now = ms(at * 1000);
    await readAll(late);
    for (const { partition, value } of inSecond) {
      const log = partitions[partition]?.log;
      log?.push({ offset: log.length, value });
    }
    late = partitions.filter(() => random.chance(cut.late));
    await readAll(partitions.filter((one) => !late.includes(one)));
    await look();
  }
  await readAll(partitions);
  const idleUntil = ms(now + config.windows.lateness + 3_000);
  for (const { id, owner, epoch, next } of partitions)
    await must('applied', owner.ingest({ partition: id, epoch, from: next, next, records: [], idleUntil }));
  await instances[leader]?.look();
  await instances[leader]?.save();

  const dir = mkdtempSync(join(tmpdir(), 'tocsin-cut-'));
  await book.writeTo(dir);
  return { ...writtenIn(dir), counts: await countsIn(place.store) };
};

/** As a replay, too, leaves them. */
export const writtenIn = (dir: string) => ({
  incidents: readFileSync(join(dir, 'incidents.ndjson'), 'utf8'),
  actions: readFileSync(join(dir, 'actions.ndjson'), 'utf8'),
});

/** Each line of a file, as it was before. */
export const linesOf = <T>(text: string): T[] =>
  text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as T);

/** All that is counted of each series. */
export const countsIn = async (store: Pick<WindowStore, 'read'>): Promise<Record<string, number>> => {
  const sums: Record<string, number> = {};
  for (const counts of (await store.read()).counts.values())
    for (const [series, n] of counts) sums[series] = (sums[series] ?? 0) + n;
  return sums;
};

const bySecond = (lines: readonly Line[]): Map<Second, Line[]> => {
  const seconds = new Map<Second, Line[]>();
  for (const line of lines) seconds.set(line.at, [...(seconds.get(line.at) ?? []), line]);
  return seconds;
};

const pick = <T>(from: readonly T[], random: Random): T => {
  const one = from[random.below(from.length)];
  if (one === undefined) throw new RangeError('nothing to pick from');
  return one;
};

const must = async (kind: string, answer: Promise<{ readonly kind: string }>): Promise<void> => {
  const { kind: answered } = await answer;
  if (answered !== kind) throw new Error(`a batch that had to be ${kind} was ${answered}`);
};
