/**
 * One assigned partition: where the store says it stands, and how what is fetched moves it.
 * In: fetched stretches of the log, and its extent. Out: raw batches to `ingest`, without gaps and in order.
 * The store's offset is the truth; Kafka's own is for other tools to look at.
 */
import { type Clock, type Duration, duration, type Ms, ms } from '../../events/event.ts';
import { every } from '../../runtime/loop.ts';
import { realTimers, sleepOn, type Timers } from '../../runtime/timers.ts';
import type { Offset, PartitionId, WindowStore } from '../../windows/store/store.ts';
import { ASK_EVERY, type Backpressure } from '../backpressure.ts';
import type { Problems } from '../problems.ts';
import type { Ingest, Ingested, RawBatch, RawRecord } from '../source.ts';
import { createLogPosition, type Extent } from './log-position.ts';

/** The most records handed over at once, so that heartbeats go out between. */
const CHUNK = 2_000;
/** The first and the longest wait between two tries to store a batch, in ms. */
const FIRST_WAIT = 100;
const LONGEST_WAIT = 5_000;
/** How often a consumer shows that it lives while the store is awaited. */
const BEAT_EVERY = duration(1_000);
/** How long a partition ahead of the others holds its turn before it gives it up to them, in ms. */
const HELD_BACK = 200;

export interface FetchStretch {
  /** The offset where the fetch was to begin; after compaction its first record may come later. */
  readonly from: Offset;
  readonly next: Offset;
  readonly records: readonly RawRecord[];
}

/** How long work stays in touch with its consumer. */
export interface Pulse {
  /** Whether the work is still wanted. */
  running(): boolean;
  /** Keeps the membership of the group; rejects when the group is changing. */
  beat(): Promise<void>;
}

/**
 * What became of a stretch. advanced: all of it is counted. elsewhere: it is to be read again from `read()`. fenced:
 * another instance holds the partition. lost: the store stands before what it had counted, so claim again. early: the
 * rest is to be read again a little later. stopped: the work is not wanted any more.
 */
export type Taken = 'advanced' | 'elsewhere' | 'fenced' | 'lost' | 'early' | 'stopped';

export interface PartitionOptions {
  readonly id: PartitionId;
  readonly from: 'earliest' | 'latest';
  /** Whether the topic was read before: a partition that never was then came since, and is read from its beginning. */
  readonly isKnown: () => Promise<boolean>;
  readonly claim: WindowStore['claim'];
  readonly ingest: Ingest;
  readonly backpressure: Backpressure;
  readonly clock: Clock;
  readonly lateness: Duration;
  readonly problems: Problems;
  readonly timers?: Timers;
}

export type Partition = ReturnType<typeof createPartition>;

/** A partition that is not claimed yet: `open` it first. */
export const createPartition = (options: PartitionOptions) => {
  const { id, from, claim, ingest, backpressure, clock, lateness, problems, timers = realTimers } = options;
  const log = createLogPosition(id, problems);
  let epoch = 0;
  /** The newest event time counted since the partition was claimed. */
  let newest = ms(0);
  let busy = false;

  const alone = async <T>(work: () => Promise<T>): Promise<T> => {
    busy = true;
    try {
      return await work();
    } finally {
      busy = false;
    }
  };

  const raw = (next: Offset, records: readonly RawRecord[], idleUntil?: Ms): RawBatch => ({
    partition: id,
    epoch,
    from: log.position(),
    next,
    records,
    ...(idleUntil === undefined ? {} : { idleUntil }),
  });

  /** Hands a batch over until the store takes it; undefined when the work stopped being wanted before. */
  const persist = async (batch: RawBatch, pulse: Pulse): Promise<Ingested | undefined> => {
    for (let wait = FIRST_WAIT; ; wait = Math.min(2 * wait, LONGEST_WAIT)) {
      // A refused heartbeat is heard again after this: the one that counts is awaited by `take`.
      const beating = every(BEAT_EVERY, () => pulse.beat().catch(() => undefined), timers);
      try {
        const result = await ingest(batch);
        problems.clear('store');
        return result;
      } catch (error) {
        if (!pulse.running()) return undefined;
        problems.raise('store', 'Events cannot be stored; reading waits for the store to come back', error);
      } finally {
        void beating.stop();
      }
      for (let left = wait; left > 0; left -= 500) {
        if (!pulse.running()) return undefined;
        await sleepOn(timers, Math.min(left, 500));
        await pulse.beat();
      }
    }
  };

  /** Waits a moment for the evaluation to come closer; answers whether it has. */
  const isDue = async (first: Ms, pulse: Pulse): Promise<boolean> => {
    for (let waited = 0; waited < HELD_BACK && pulse.running(); waited += ASK_EVERY) {
      await sleepOn(timers, ASK_EVERY);
      if (backpressure({ newest, first }) !== undefined) return true;
    }
    return false;
  };

  /** Counts a piece up to `next`, again and again until it is counted or somebody else must act. */
  const chunk = async (next: Offset, records: readonly RawRecord[], pulse: Pulse): Promise<Taken> => {
    while (log.position() < next) {
      if (!pulse.running()) return 'stopped';
      const fresh = records.filter((record) => record.offset >= log.position());
      const upTo = (first: Ms) => backpressure({ newest, first });
      const result = await persist({ ...raw(next, fresh), upTo }, pulse);
      if (result === undefined) return 'stopped';
      if (result.kind === 'fenced') return 'fenced';
      if (result.kind === 'gap') return log.lost(result.next);
      if (result.kind === 'early') {
        if (!(await isDue(result.first, pulse))) return 'early';
      } else if (result.kind === 'applied') {
        newest = ms(Math.max(newest, result.newest));
        log.counted(result.next, result.fingerprint);
      } else {
        const known = result.next > log.position();
        log.counted(result.next);
        if (!known) return 'elsewhere';
      }
    }
    return 'advanced';
  };

  /** Claims the partition, so that others are fenced off. Rejects when the store cannot be reached. */
  const open = async (extent: Extent): Promise<void> => {
    const at = clock();
    const claimed = await claim(id);
    epoch = claimed.epoch;
    log.claimed(claimed.next, claimed.fingerprint);
    if (claimed.next > 0) return;
    const atEnd = from === 'latest' && !(await options.isKnown());
    log.beginAt(atEnd ? extent.high : extent.low);
    // Written down at once: whoever takes over must not begin at a later end of the log.
    if (atEnd && log.read() > 0) await settle(raw(log.read(), [], ms(at - lateness)));
  };

  /** Hands over a batch without records once; rejects when the store cannot be reached. */
  const settle = async (batch: RawBatch): Promise<Taken> => {
    const result = await ingest(batch);
    if (result.kind === 'fenced') return 'fenced';
    if (result.kind === 'gap') return log.lost(result.next);
    if (result.kind !== 'early') log.counted(result.next);
    return 'advanced';
  };

  /** Counts a fetched stretch in pieces, between which heartbeats go out. */
  const take = ({ from: start, next, records }: FetchStretch, pulse: Pulse): Promise<Taken> =>
    alone(async () => {
      if (start > log.read() || next <= log.read()) return 'elsewhere';
      log.check(records);
      for (let i = 0; i < records.length; i += CHUNK) {
        const part = records.slice(i, i + CHUNK);
        const last = part.at(-1)?.offset ?? 0;
        const end = i + CHUNK >= records.length ? next : last + 1;
        const taken = await chunk(end, part, pulse);
        if (taken !== 'advanced') return taken;
        await pulse.beat();
      }
      return 'advanced';
    });

  /** Notes that nothing is left to read as of `at`, so that the watermark may follow the clock. */
  const idle = (at: Ms): Promise<Taken> => alone(() => settle(raw(log.read(), [], ms(at - lateness))));

  return {
    id,
    open,
    take,
    idle,
    fit: log.fit,
    pass: log.pass,
    busy: () => busy,
    read: log.read,
    position: log.position,
  };
};
