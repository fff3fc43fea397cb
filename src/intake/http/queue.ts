/**
 * Requests in line: one batch at a time, so that the offsets of the partition stay contiguous.
 * In: the values of one request. Out: what was set aside of it, or that the store is away.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Offset, PartitionId, WindowStore } from '../../windows/store/store.ts';
import type { DeadLetter, Ingest } from '../source.ts';

/** The most requests that wait; more are refused, so that memory is bounded and their senders keep the events. */
const MOST_WAITING = 64;
/** The waits between tries of one request, in ms; a try that landed unheard is found out by the next and counts once. */
const WAITS = [50, 200, 500];
/** When a refused sender should come again, in seconds. */
const RETRY_AFTER = 5;

/** A value that was set aside. */
export interface Rejected {
  /** Its place among the values of the request, from 0. */
  readonly position: number;
  readonly reason: string;
  readonly detail: string;
}

export type QueueOutcome =
  | { readonly kind: 'taken'; readonly rejected: readonly Rejected[] }
  | { readonly kind: 'unavailable'; readonly retryAfter: number; readonly detail: string };

/** Where the partition stands, while it is ours. */
interface QueuePlace {
  readonly epoch: number;
  next: Offset;
}

export interface HttpQueueOptions {
  readonly ingest: Ingest;
  readonly claim: WindowStore['claim'];
  readonly partition: PartitionId;
}

export interface HttpQueue {
  /** Counts values after those of all requests before. Never rejects. */
  send(values: readonly Buffer[]): Promise<QueueOutcome>;
  /** Refuses what comes from now on. Ends when what came before has been answered. */
  close(): Promise<void>;
}

/** The queue of a partition, which must have no other: two would take it from each other again and again. */
export const createHttpQueue = ({ ingest, claim, partition }: HttpQueueOptions): HttpQueue => {
  let place: QueuePlace | undefined;
  let waiting = 0;
  let isClosed = false;
  let last: Promise<unknown> = Promise.resolve();

  /** Counts values where the partition stands; undefined when it is not ours, or stands elsewhere: claim it again. */
  const tryOnce = async (values: readonly Buffer[]): Promise<readonly Rejected[] | undefined> => {
    place ??= { ...(await claim(partition)) };
    const { epoch, next: from } = place;
    let letters: readonly DeadLetter[] = [];
    const onRejected = (found: readonly DeadLetter[]) => {
      letters = found;
    };
    const records = values.map((value, index) => ({ offset: from + index, value }));
    const next = from + values.length;
    const batch = { partition, epoch, from, next, records, onRejected };
    for (const wait of [...WAITS, 0]) {
      try {
        const result = await ingest(batch);
        const counted = result.kind === 'applied' || (result.kind === 'redelivered' && result.next === next);
        if (!counted) return undefined;
        place.next = next;
        return letters.map(({ offset, reason, detail }) => ({ position: offset - from, reason, detail }));
      } catch (error) {
        if (wait === 0) throw error;
        await sleep(wait);
      }
    }
    return undefined;
  };

  const take = async (values: readonly Buffer[]): Promise<QueueOutcome> => {
    try {
      // Another instance may have claimed the partition since: take it back, a few times.
      for (let turn = 0; turn < 5; turn++) {
        const rejected = await tryOnce(values);
        if (rejected) return { kind: 'taken', rejected };
        place = undefined;
      }
      return unavailable('The events could not be counted in order; send them again.');
    } catch {
      // The sender is told, and keeps the events; what is wrong with the store is said by its own watch.
      place = undefined;
      return unavailable('The events cannot be stored at the moment; send them again.');
    }
  };

  const send = (values: readonly Buffer[]): Promise<QueueOutcome> => {
    if (values.length === 0) return Promise.resolve({ kind: 'taken', rejected: [] });
    if (isClosed) return Promise.resolve(unavailable('tocsin is stopping; send the events again.'));
    if (waiting >= MOST_WAITING)
      return Promise.resolve(unavailable('Too many requests are waiting; send it again.'));
    waiting++;
    const turn = last.then(() => take(values));
    last = turn.finally(() => waiting--);
    return turn;
  };

  return {
    send,
    close: async () => {
      isClosed = true;
      await last;
    },
  };
};

const unavailable = (detail: string): QueueOutcome => ({
  kind: 'unavailable',
  retryAfter: RETRY_AFTER,
  detail,
});
