/**
 * A consumer of the simulated log, in the place of kafkajs': it asks the group what is its own, and hands what it
 * fetches to the real assignment, which claims, counts and gives up partitions. In: the log and the group, as this
 * machine reaches them. Out: batches.
 */
import type { EachBatchPayload } from 'kafkajs';
import { duration } from '../../src/events/event.ts';
import { type AssignmentOptions, createAssignment } from '../../src/intake/kafka/assignment.ts';
import type { RawRecord } from '../../src/intake/source.ts';
import { every } from '../../src/runtime/loop.ts';
import { sleepOn, type Timers } from '../../src/runtime/timers.ts';
import type { Group, Log } from './log.ts';

const BEAT_EVERY = duration(2_000);
const TICK_EVERY = duration(1_000);
/** A stretch is no longer than what ingest.ts parses in one turn. */
const MOST = 200;

interface Reading {
  position: number | undefined;
  isPaused: boolean;
  seeks: number;
}

export const createConsumer = (
  parts: Omit<AssignmentOptions, 'consumer' | 'extents' | 'stableEnds' | 'isKnown' | 'timers'> & {
    readonly name: string;
    readonly log: Pick<Log, 'fetch' | 'extents'>;
    readonly group: Group;
    readonly timers: Timers;
    /** How often the log is asked for more, in ms. */
    readonly poll: number;
  },
) => {
  const { log, group, timers, problems, clock, poll } = parts;
  let reading = new Map<number, Reading>();
  let turn = 0;
  let lag = 0;
  let isStopped = false;
  const of = (partitions: ReadonlyArray<{ partitions?: number[] }>) =>
    partitions.flatMap(({ partitions: numbers = [] }) =>
      numbers.flatMap((number) => reading.get(number) ?? []),
    );

  const extents = () => log.extents();
  const assignment = createAssignment({
    ...parts,
    extents,
    stableEnds: async () => new Map([...(await extents())].map(([number, { high }]) => [number, high])),
    isKnown: async () => true,
    consumer: {
      seek: ({ partition, offset }) => {
        const one = reading.get(partition);
        if (!one) return;
        one.position = Number(offset);
        one.seeks += 1;
      },
      pause: (topics) => {
        for (const one of of(topics)) one.isPaused = true;
      },
      resume: (topics) => {
        for (const one of of(topics)) one.isPaused = false;
      },
    },
  });

  /** Learns what is its own, and begins anew when that has changed. */
  const beat = async (): Promise<void> => {
    const given = await group.beat(parts.name);
    if (isStopped || given.turn === turn) return;
    turn = given.turn;
    reading = new Map(
      given.numbers.map((number) => [number, { position: undefined, isPaused: false, seeks: 0 }]),
    );
    assignment.assign(given.numbers);
    for (const [number, one] of reading) void pump(number, one);
  };

  const isOwn = (number: number, one: Reading) => !isStopped && reading.get(number) === one;

  const pump = async (number: number, one: Reading): Promise<void> => {
    while (isOwn(number, one)) {
      const from = one.position;
      const records =
        from === undefined || one.isPaused ? [] : await log.fetch(number, from, MOST).catch(() => []);
      if (!isOwn(number, one)) return;
      if (from !== undefined && records.length > 0 && one.position === from)
        // A heartbeat that fails ends the batch, as in kafkajs: it is fetched again.
        await assignment.eachBatch(payload(number, one, { from, records })).catch(() => undefined);
      if (one.position === from) await sleepOn(timers, poll);
    }
  };

  const payload = (
    partition: number,
    one: Reading,
    { from, records }: { from: number; records: readonly RawRecord[] },
  ): EachBatchPayload => {
    const { seeks } = one;
    const batch = {
      partition,
      messages: records.map(({ offset, value }) => ({ offset: String(offset), value })),
      fetchedOffset: String(from),
      firstOffset: () => String(records[0]?.offset ?? from),
      lastOffset: () => String(records.at(-1)?.offset ?? from - 1),
    };
    // The rest of what kafkajs hands over is never looked at.
    return {
      batch,
      heartbeat: beat,
      isRunning: () => isOwn(partition, one),
      isStale: () => one.seeks !== seeks,
      resolveOffset: (offset: string) => {
        if (one.seeks === seeks) one.position = Number(offset) + 1;
      },
    } as unknown as EachBatchPayload;
  };

  const tick = async (): Promise<void> => {
    try {
      lag = await assignment.tick(clock());
      problems.clear('lag');
    } catch (error) {
      problems.raise('lag', 'the log does not say how long it is', error);
    }
  };

  return {
    start: () => {
      const loops = [
        every(BEAT_EVERY, () => beat().catch(() => undefined), timers),
        every(TICK_EVERY, tick, timers),
      ];
      void beat().catch(() => undefined);
      return {
        stop: async () => {
          isStopped = true;
          assignment.drop();
          await Promise.all(loops.map((loop) => loop.stop()));
          await group.leave(parts.name).catch(() => undefined);
        },
      };
    },
    lag: () => lag,
    waiting: assignment.waiting,
  };
};
