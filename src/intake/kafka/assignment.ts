/**
 * The partitions this instance has been given: each is claimed from the store, read, and watched over.
 * In: assignments, batches and the log's extents. Out: records to `ingest`, and orders to the consumer.
 */
import type { Batch, Consumer, EachBatchPayload } from 'kafkajs';
import type { Clock, Duration, Ms } from '../../events/event.ts';
import { realTimers, sleepOn, type Timers } from '../../runtime/timers.ts';
import type { Offset, WindowStore } from '../../windows/store/store.ts';
import type { Backpressure } from '../backpressure.ts';
import type { Problems } from '../problems.ts';
import type { Ingest } from '../source.ts';
import { behindOf, behindSays, createLagWatch, isStill, type Lagging, REASONS } from './behind.ts';
import type { KafkaSettings } from './client.ts';
import { createKafkaLag, type KafkaLag } from './lag.ts';
import type { Extent } from './log-position.ts';
import { createPartition, type Partition } from './partition.ts';

/** The ticks after which a fenced partition that is still ours is claimed again. */
const FENCED_TICKS = 10;
const NOT_ASKED: ReadonlyMap<number, Offset> = new Map();
const STORE_AWAY = 'Events cannot be stored; reading waits for the store to come back';

export interface AssignmentOptions {
  readonly config: KafkaSettings;
  readonly claim: WindowStore['claim'];
  readonly ingest: Ingest;
  readonly backpressure: Backpressure;
  readonly clock: Clock;
  readonly lateness: Duration;
  /** A partition whose oldest unread record has waited for longer than this is told of. */
  readonly patience: Duration;
  readonly problems: Problems;
  readonly consumer: Pick<Consumer, 'seek' | 'pause' | 'resume'>;
  /** Whether the group has read the topic before. */
  readonly isKnown: () => Promise<boolean>;
  /** What the topic's partitions hold now, hidden by an open transaction or not. */
  readonly extents: () => Promise<ReadonlyMap<number, Extent>>;
  /** Up to where the topic's partitions can be read now. */
  readonly stableEnds: () => Promise<ReadonlyMap<number, Offset>>;
  readonly timers?: Timers;
}

interface HeldPartition {
  readonly partition: Partition;
  readonly number: number;
  readonly lag: KafkaLag;
  readonly watch: ReturnType<typeof createLagWatch>;
  /** For how long its oldest unread record has waited, in ms. */
  waiting: number;
  state: 'opening' | 'open' | 'fenced' | 'ahead';
  fencedTicks: number;
  committed: Offset;
}

export type Assignment = ReturnType<typeof createAssignment>;

/** A fetched batch as the stretch of the log that it covers. */
const stretch = (batch: Batch) => ({
  // kafkajs has it, its types do not.
  from: Number((batch as { fetchedOffset?: string }).fetchedOffset ?? batch.firstOffset()),
  next: Number(batch.lastOffset()) + 1,
  records: batch.messages.map(({ offset, value }) => ({ offset: Number(offset), value })),
});

/** The partitions of one consumer, none at first. */
export const createAssignment = (options: AssignmentOptions) => {
  const { config, claim, ingest, backpressure, clock, lateness, problems, consumer, isKnown } = options;
  const { extents, stableEnds, patience, timers = realTimers } = options;
  const { topic } = config;
  let held = new Map<number, HeldPartition>();

  const current = (one: HeldPartition) => held.get(one.number) === one;
  const only = (one: HeldPartition) => [{ topic, partitions: [one.number] }];
  const seek = (one: HeldPartition) =>
    consumer.seek({ topic, partition: one.number, offset: String(one.partition.read()) });

  /** Stops fetching a partition that another instance has claimed, until the group says whose it is. */
  const setAside = (one: HeldPartition) => {
    one.state = 'fenced';
    one.fencedTicks = 0;
    consumer.pause(only(one));
    const text = `${one.partition.id} was claimed by another instance; waiting for the group to settle`;
    problems.raise(`fenced ${one.partition.id}`, text);
  };

  const waitAhead = (one: HeldPartition, high: Offset) => {
    const { id, read } = one.partition;
    if (one.state !== 'ahead') consumer.pause(only(one));
    one.state = 'ahead';
    problems.raise(
      `ahead ${id}`,
      `${id} ends at ${high}, before ${read()}, up to which it was counted: was the topic made anew? ` +
        'Nothing of it is counted until it is that long again; if it was, read it under another topic name',
    );
  };

  /** Reads on where a partition and what its log holds agree, or waits where the log is too short. */
  const fitTo = (one: HeldPartition, extent: Extent) => {
    const fit = one.partition.fit(extent);
    if (fit === 'ahead') return waitAhead(one, extent.high);
    if (one.state === 'ahead') {
      consumer.resume(only(one));
      problems.clear(`ahead ${one.partition.id}`);
    }
    if (one.state !== 'open' || fit === 'moved') seek(one);
    one.state = 'open';
  };

  /** Claims a partition, again and again, until it succeeds or the assignment is another one. */
  const open = async (one: HeldPartition): Promise<void> => {
    while (current(one)) {
      try {
        // Asked first, so that it is not beyond the end.
        const stable = (await stableEnds()).get(one.number);
        const extent = (await extents()).get(one.number);
        if (!extent || stable === undefined) throw new Error('Kafka does not say how long it is');
        if (!current(one)) return;
        // Who begins at the end begins before what an open transaction hides, since that comes to be read later.
        await one.partition.open({ low: extent.low, high: stable });
        problems.clear('store');
        problems.clear(`fenced ${one.partition.id}`);
        if (!current(one)) return;
        consumer.resume(only(one));
        return fitTo(one, extent);
      } catch (error) {
        if (!current(one)) return;
        problems.raise('store', `${one.partition.id} cannot be claimed yet; trying again`, error);
        await sleepOn(timers, 500);
      }
    }
  };

  const reopen = (one: HeldPartition): void => {
    one.state = 'opening';
    void open(one);
  };

  /** Says which partitions are behind and why, or that none is any more. */
  const tell = (lagging: readonly Lagging[], stable: ReadonlyMap<number, Offset>): void => {
    const all = lagging.map((one) => behindOf(one, patience, stable.get(one.partition)));
    for (const reason of REASONS) {
      const text = behindSays(topic, all, reason);
      if (text === undefined) problems.clear(`behind ${reason}`);
      else problems.raise(`behind ${reason}`, text);
    }
  };

  const assign = (numbers: readonly number[]): void => {
    // Who has nothing to read any more finds out no more whether the store is back; who has tells of it anew.
    problems.clear('store');
    for (const one of held.values())
      for (const kind of ['fenced', 'ahead', 'forgotten']) problems.clear(`${kind} ${one.partition.id}`);
    held = new Map(
      numbers.map((number) => {
        const id = `kafka:${topic}:${number}`;
        const partition = createPartition({
          id,
          from: config.from,
          isKnown,
          claim,
          ingest,
          backpressure,
          clock,
          lateness,
          problems,
          timers,
        });
        const fresh = { state: 'opening', waiting: 0, fencedTicks: 0, committed: 0 } as const;
        const watch = createLagWatch(number, patience);
        return [number, { partition, number, lag: createKafkaLag(), watch, ...fresh }];
      }),
    );
    tell([], NOT_ASKED);
    for (const one of held.values()) void open(one);
  };

  const eachBatch = async (payload: EachBatchPayload): Promise<void> => {
    const { batch, heartbeat } = payload;
    const one = held.get(batch.partition);
    if (!one) return;
    const running = () => payload.isRunning() && current(one);
    while (one.state === 'opening' || one.partition.busy()) {
      if (!running()) return;
      await heartbeat();
      await sleepOn(timers, 10);
    }
    if (one.state !== 'open' || !running() || payload.isStale()) return;
    const taken = await one.partition.take(stretch(batch), { running, beat: heartbeat });
    if (!current(one)) return;
    const last = batch.messages.at(-1);
    if (taken === 'advanced' && last) payload.resolveOffset(last.offset);
    if (taken === 'fenced') setAside(one);
    if (taken === 'lost') reopen(one);
    if (taken === 'early') seek(one);
    if (taken === 'elsewhere') {
      const extent = (await extents()).get(one.number);
      if (extent && current(one)) fitTo(one, extent);
      seek(one);
    }
  };

  /** Notes that the client skipped a stretch that held no record for us. */
  const passed = (number: number, first: Offset, next: Offset): void => {
    const one = held.get(number);
    if (one && !one.partition.busy()) one.partition.pass(first, next);
  };

  /** Looks after one partition; `stood` is how far it was read when the log was asked for its extent. */
  const look = async (
    one: HeldPartition,
    extent: Extent,
    { at, stood }: { at: Ms; stood: Offset },
  ): Promise<void> => {
    // It is still ours after a session's length: whoever claimed it has left the group, or never was in it.
    if (one.state === 'fenced' && ++one.fencedTicks >= FENCED_TICKS) reopen(one);
    if (one.state === 'opening' || one.state === 'fenced' || one.partition.busy()) return;
    // It was read on since, so that the extent says nothing of it any more.
    if (one.partition.read() !== stood) return;
    fitTo(one, extent);
    if (one.state !== 'open' || one.partition.read() !== extent.high) return;
    const taken = await one.partition.idle(at);
    if (!current(one)) return;
    if (taken === 'fenced') setAside(one);
    if (taken === 'lost') reopen(one);
  };

  /** Measures the lag, which it answers in records, and moves the watermark of what is fully read, once a second. */
  const tick = async (at: Ms): Promise<number> => {
    if (held.size === 0) return 0;
    const looked = held;
    const stood = [...looked.values()].map((one) => [one, one.partition.read()] as const);
    const ends = await extents();
    const lagging: Lagging[] = [];
    let lag = 0;
    for (const [one, read] of stood) {
      if (!current(one)) continue;
      const extent = ends.get(one.number);
      if (!extent) continue;
      const { high } = extent;
      const now = one.partition.read();
      lag += Math.max(0, high - now);
      one.waiting = one.lag.look(at, high, now);
      const behind = one.watch({ at, waiting: one.waiting, read: now, high });
      if (behind) lagging.push(behind);
      await look(one, extent, { at, stood: read }).catch((error: unknown) => {
        if (current(one)) problems.raise('store', STORE_AWAY, error);
      });
    }
    const stable = lagging.some(isStill) ? await stableEnds() : NOT_ASKED;
    if (held === looked) tell(lagging, stable);
    return lag;
  };

  /** For how long (ms) the oldest unread record had waited at the last tick, over all partitions. */
  const waiting = (): number => Math.max(0, ...[...held.values()].map((one) => one.waiting));

  /** The positions that moved since the last call, as kafkajs commits them. */
  const moved = () =>
    [...held.values()].flatMap((one) => {
      const position = one.partition.position();
      if (one.state !== 'open' || position <= one.committed) return [];
      one.committed = position;
      return [{ topic, partition: one.number, offset: String(position) }];
    });

  return { assign, eachBatch, passed, tick, waiting, moved, drop: () => assign([]) };
};
