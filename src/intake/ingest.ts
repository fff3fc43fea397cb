/**
 * From raw records to counted batches: parse, set the bad aside, fold, apply.
 * The dead letters are durable before the offset moves past them, so that none is lost; a crash in between writes
 * one twice.
 */
import { setImmediate as breathe } from 'node:timers/promises';
import type { Logger } from 'pino';
import { type Clock, type Duration, type Ms, ms, type SmsEvent } from '../events/event.ts';
import { type ParseOptions, parseRecord } from '../events/parse.ts';
import type { Fold } from '../fold/fold-input.ts';
import type { Offset, PartitionId, WindowStore } from '../windows/store/store.ts';
import { add } from '../windows/sums.ts';
import { fingerprintOfLast } from './kafka/fingerprint.ts';
import type { Counted, DeadLetter, DeadLetters, Ingest, RawBatch } from './source.ts';

export interface IngestOptions {
  readonly fold: Fold;
  readonly store: Pick<WindowStore, 'apply'>;
  readonly deadLetters: Pick<DeadLetters, 'put'>;
  readonly parse: Omit<ParseOptions, 'latest'>;
  readonly clock: Clock;
  /** How far ahead of the clock an event may be dated; absent in a replay, where none is too far. */
  readonly maxAhead?: Duration;
  /** Told once of each batch that was counted: its events, and how many records were rejected. */
  readonly onBatch?: (events: readonly SmsEvent[], rejected: number) => void;
  readonly log: Logger;
}

/** A batch's records, parsed and told apart. */
interface Sorted {
  /** The offset before which every record is here. */
  readonly next: Offset;
  /** The time of the event that is too early to count, where the batch was cut. */
  readonly early?: Ms;
  readonly good: ReadonlyArray<{ readonly offset: Offset; readonly event: SmsEvent }>;
  readonly bad: readonly DeadLetter[];
}

/** The records parsed in one turn of a few ms, so that the evaluation, which may have to pause somebody, has its own. */
const AT_ONCE = 250;
/** How long the log is silent about set-aside records of a partition after it has spoken of some. */
const QUIET = 60_000;

/** The one way from raw records into the store; see `Ingest`. */
export const createIngest = (options: IngestOptions): Ingest => {
  const { fold, store, deadLetters, parse, clock, maxAhead, onBatch, log } = options;
  /** The batches whose dead letters are written, so that one tried again while the store is away repeats none. */
  const setAside = new WeakMap<RawBatch, Sorted>();
  const lastSaid = new Map<PartitionId, Ms>();

  const sort = async (batch: RawBatch): Promise<Sorted> => {
    const now = clock();
    const latest = maxAhead === undefined ? undefined : ms(now + maxAhead);
    const settings = { ...parse, latest };
    const good: Array<{ offset: Offset; event: SmsEvent }> = [];
    const bad: DeadLetter[] = [];
    let upTo = batch.upTo ? undefined : ms(Number.POSITIVE_INFINITY);
    let read = 0;
    for (const { offset, value, parsed: known } of batch.records) {
      if (++read % AT_ONCE === 0) await breathe();
      const parsed = known ?? parseRecord(value, settings);
      if (parsed.ok) {
        upTo ??= batch.upTo?.(parsed.event.at);
        if (upTo === undefined || parsed.event.at > upTo)
          return { good, bad, next: offset, early: parsed.event.at };
        good.push({ offset, event: parsed.event });
      } else {
        const { reason, detail } = parsed;
        const kept = (value ?? Buffer.alloc(0)).subarray(0, parse.maxRecord);
        bad.push({ partition: batch.partition, offset, reason, detail, at: now, value: kept });
      }
    }
    return { good, bad, next: batch.next };
  };

  const say = (partition: PartitionId, bad: readonly DeadLetter[]): void => {
    const now = clock();
    if (now - (lastSaid.get(partition) ?? Number.NEGATIVE_INFINITY) < QUIET) return;
    lastSaid.set(partition, now);
    const reasons = Object.fromEntries(byReason(bad));
    log.warn({ partition, reasons, detail: bad[0]?.detail }, 'records set aside as dead letters');
  };

  const prepare = async (batch: RawBatch): Promise<Sorted> => {
    const known = setAside.get(batch);
    if (known) return known;
    const sorted = await sort(batch);
    if (sorted.bad.length === 0) return sorted;
    await deadLetters.put(sorted.bad);
    setAside.set(batch, sorted);
    say(batch.partition, sorted.bad);
    return sorted;
  };

  /** Counts a batch; where the store has part of it already, the rest. */
  const count = async (
    batch: RawBatch,
    { good, bad, next }: Sorted,
  ): Promise<{ result: Counted; counted: Sorted }> => {
    const { partition, epoch, idleUntil } = batch;
    const fingerprint = fingerprintOfLast(batch.records, next);
    for (let from = batch.from; ; ) {
      const counted = { good: since(good, from), bad: since(bad, from), next };
      const rejected = byReason(counted.bad);
      const folded = fold({ partition, epoch, from, next, events: counted.good, rejected, idleUntil });
      const result = await store.apply({ ...folded, fingerprint });
      if (result.kind === 'applied')
        return { result: { kind: 'applied', next, newest: folded.watermark, fingerprint }, counted };
      if (result.kind !== 'overlap' || result.next <= from) return { result, counted };
      from = result.next;
    }
  };

  return async (batch) => {
    const sorted = await prepare(batch);
    if (sorted.early !== undefined && sorted.good.length + sorted.bad.length === 0)
      return { kind: 'early', first: sorted.early };
    const { result, counted } = await count(batch, sorted);
    const { good, bad } = counted;
    if (result.kind === 'applied') {
      const events = good.map((one) => one.event);
      if (events.length + bad.length > 0) onBatch?.(events, bad.length);
    }
    // Redelivered: an earlier try of this batch was counted, though its answer was lost.
    if (result.kind === 'applied' || result.kind === 'redelivered') batch.onRejected?.(bad);
    return result;
  };
};

/** What lies at or after `from`, which as a rule is the list itself. */
const since = <T extends { readonly offset: Offset }>(list: readonly T[], from: Offset): readonly T[] =>
  (list[0]?.offset ?? from) >= from ? list : list.filter((one) => one.offset >= from);

const byReason = (letters: readonly DeadLetter[]): ReadonlyMap<string, number> => {
  const sums = new Map<string, number>();
  for (const { reason } of letters) add(sums, reason, 1);
  return sums;
};
