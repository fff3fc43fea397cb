/** The embedded windows on disk: written every so often and at the end, taken up by the next start. */
import { existsSync, readFileSync, renameSync } from 'node:fs';
import type { Logger } from 'pino';
import writeFileAtomic from 'write-file-atomic';
import { z } from 'zod';
import { type Duration, ms } from '../../events/event.ts';
import { messageOf } from '../../runtime/errors.ts';
import { every } from '../../runtime/loop.ts';
import { REGISTERS } from '../distinct.ts';
import type { SeriesKey } from '../series.ts';
import type { MemoryStore } from './memory.ts';
import { emptyPartition, type PartitionWindows } from './memory-partition.ts';
import type { SlotKey, Withdrawal } from './store.ts';

const pairs = <T extends z.ZodType>(value: T) => z.array(z.tuple([z.string(), value]));
const instant = z.number().transform(ms);
const announcement = z.object({
  id: z.string(),
  campaign: z.string(),
  provider: z.string().optional(),
  at: instant,
  start: instant,
  end: instant,
  audience: z.number(),
});
const partitionSchema = z.object({
  epoch: z.number(),
  next: z.number().nullable(),
  mark: z.object({ offset: z.number(), crc: z.number() }).optional(),
  watermark: z.number(),
  seq: z.number(),
  seconds: z.array(z.tuple([z.number(), pairs(z.number())])),
  distinct: pairs(z.base64().length(4 * Math.ceil(REGISTERS / 3))),
  tallies: pairs(z.object({ counts: pairs(z.number()), untracked: z.number() })),
  touched: pairs(z.number()),
  samples: pairs(z.string()),
  // Absent in what earlier versions wrote.
  announced: z.array(announcement).default([]),
  withdrawn: z.array(z.tuple([z.string(), instant, z.string().optional()])).default([]),
  returned: pairs(instant).default([]),
});
const snapshotSchema = z.object({ version: z.literal(1), partitions: pairs(partitionSchema) });

/** Everything the store holds, as JSON. */
export const snapshotOf = (store: MemoryStore): string =>
  JSON.stringify({
    version: 1,
    partitions: [...store.partitions].map(([id, partition]) => [id, plain(partition)]),
  });

/** Puts back what `snapshotOf` wrote. Throws when the text is not a snapshot; the store is then unchanged. */
export const restoreInto = (store: MemoryStore, text: string): void => {
  const { partitions } = snapshotSchema.parse(JSON.parse(text));
  for (const [id, partition] of partitions) store.partitions.set(id, alive(partition));
};

const plain = (partition: PartitionWindows): z.input<typeof partitionSchema> => ({
  epoch: partition.epoch,
  next: partition.next ?? null,
  mark: partition.fingerprint,
  watermark: partition.watermark,
  seq: partition.seq,
  seconds: [...partition.seconds].map(([at, counts]) => [at, [...counts]]),
  distinct: [...partition.distinct].map(([slot, registers]) => [
    slot,
    Buffer.from(registers).toString('base64'),
  ]),
  tallies: [...partition.tallies].map(([slot, { counts, untracked }]) => [
    slot,
    { counts: [...counts], untracked },
  ]),
  touched: [...partition.touched],
  samples: [...partition.samples],
  announced: [...partition.announced.values()],
  withdrawn: [...partition.withdrawn].map(([person, { at, asked }]) =>
    asked === undefined ? [person, at] : [person, at, asked],
  ),
  returned: [...partition.returned],
});

const alive = (from: z.output<typeof partitionSchema>): PartitionWindows => ({
  ...emptyPartition(),
  epoch: from.epoch,
  next: from.next ?? undefined,
  fingerprint: from.mark,
  watermark: from.watermark,
  seq: from.seq,
  seconds: new Map(from.seconds.map(([at, counts]) => [at, new Map(counts as [SeriesKey, number][])])),
  distinct: new Map(
    from.distinct.map(([slot, text]) => [slot as SlotKey, new Uint8Array(Buffer.from(text, 'base64'))]),
  ),
  tallies: new Map(
    from.tallies.map(([slot, { counts, untracked }]) => [
      slot as SlotKey,
      { counts: new Map(counts), untracked },
    ]),
  ),
  touched: new Map(from.touched),
  samples: new Map(from.samples),
  announced: new Map(from.announced.map((one) => [one.id, one])),
  withdrawn: new Map(
    from.withdrawn.map(([person, at, asked]): [string, Withdrawal] => [
      person,
      asked === undefined ? { at } : { at, asked },
    ]),
  ),
  returned: new Map(from.returned),
});

export interface Snapshot {
  /** Writes a last time. Rejects when it cannot be written. */
  stop(): Promise<void>;
}

/**
 * Takes up the snapshot at `path` when there is one, then writes it anew every `every`. One that cannot be read is kept
 * beside as `.broken` and told of in the log, and windows begin empty.
 */
export const openSnapshot = async (parts: {
  store: MemoryStore;
  path: string;
  every: Duration;
  log: Logger;
}): Promise<Snapshot> => {
  const { store, path, log } = parts;
  if (existsSync(path)) {
    try {
      restoreInto(store, readFileSync(path, 'utf8'));
    } catch (error) {
      renameSync(path, `${path}.broken`);
      const why = messageOf(error).slice(0, 200);
      log.error(
        { path: `${path}.broken`, why },
        'the snapshot cannot be read: windows begin empty and fill again within two hours; it is kept aside, delete it or send it with a bug report',
      );
    }
  }
  const write = async (): Promise<void> => {
    await writeFileAtomic(path, snapshotOf(store));
  };
  const writing = every(parts.every, () =>
    write().catch((error: unknown) =>
      log.error(
        { path, why: messageOf(error) },
        'the snapshot cannot be written: a restart would begin from the last one; free the disk',
      ),
    ),
  );
  return {
    stop: async () => {
      await writing.stop();
      await write();
    },
  };
};
