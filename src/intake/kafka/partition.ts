/**
 * One assigned partition: where the store says it stands, and how what is fetched moves it.
 * In: fetched stretches of the log, and its extent. Out: raw batches to `accept`, without gaps and in order.
 * The store's offset is the truth; Kafka's own is for other tools to look at.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { type Clock, type Duration, type Ms, ms } from '../../events/event.ts';
import type { Offset, PartitionId, RecordFingerprint, WindowStore } from '../../windows/store/store.ts';
import { ASK_EVERY, type Backpressure } from '../backpressure.ts';
import type { Problems } from '../problems.ts';
import type { Ingest, Ingested, RawBatch, RawRecord } from '../source.ts';
import { contradicts } from './fingerprint.ts';

/** The most records handed over at once, so that heartbeats go out between. */
const CHUNK = 2_000;
const FIRST_WAIT = 100;
const LONGEST_WAIT = 5_000;
/** For how long a turn is held by a partition that is ahead of the others, in ms; they wait for it meanwhile. */
const HELD_BACK = 200;

export interface FetchStretch {
  /** Where the fetch was asked to begin; its first record may come later, after compaction. */
  readonly from: Offset;
  readonly next: Offset;
  readonly records: readonly RawRecord[];
}

/** What the log holds: [low, high). */
export interface Extent {
  readonly low: Offset;
  readonly high: Offset;
}

/** The consumer's side of a long piece of work. */
export interface Pulse {
  running(): boolean;
  /** Keeps the membership; rejects when the group is changing. */
  beat(): Promise<void>;
}

/**
 * advanced: all of it is counted. elsewhere: read again from `read()`. fenced: another holds it. lost: the store stands
 * before what it had counted; claim again. early: the rest is to be read again a little later. stopped: asked to.
 */
export type Taken = 'advanced' | 'elsewhere' | 'fenced' | 'lost' | 'early' | 'stopped';

export interface PartitionOptions {
  readonly id: PartitionId;
  readonly from: 'earliest' | 'latest';
  /** Whether the topic was read before: a partition never read then came since, and begins at its beginning. */
  readonly isKnown: () => Promise<boolean>;
  readonly claim: WindowStore['claim'];
  readonly ingest: Ingest;
  readonly backpressure: Backpressure;
  readonly clock: Clock;
  readonly lateness: Duration;
  readonly problems: Problems;
}

export type Partition = ReturnType<typeof createPartition>;

export const createPartition = (options: PartitionOptions) => {
  const { id, from, claim, ingest, backpressure, clock, lateness, problems } = options;
  let epoch = 0;
  /** The store's next: everything below is counted. */
  let position: Offset = 0;
  /** The next offset to fetch; beyond `position` where the log has nothing (deleted, or never ours to read). */
  let read: Offset = 0;
  /** The end of the log when it was last asked for. It never falls, save of another log, or one that lost its end. */
  let lastEnd: Offset = 0;
  /** A record that was counted, the last as far as is known. */
  let fingerprint: RecordFingerprint | undefined;
  /** Whether it is to be found in the log again: another one may have the topic's name now. */
  let doubted = false;
  /** The newest event counted since it was claimed. */
  let newest = ms(0);
  let busy = false;
  /** What was counted, lost, and is to be counted again ends here. */
  let regain: Offset = 0;

  const to = (next: Offset) => {
    position = next;
    read = next;
    if (next >= regain) problems.clear(`forgotten ${id}`);
  };

  /** What was counted last is read again, and compared. */
  const doubt = () => {
    doubted = fingerprint !== undefined;
    read = fingerprint?.offset ?? read;
  };

  const trust = () => {
    doubted = false;
    read = Math.max(read, position);
  };

  /** Goes on all the same: what comes now is to be watched. */
  const compare = (records: readonly RawRecord[]) => {
    if (fingerprint && contradicts(records, fingerprint))
      problems.recall(
        `another ${id}`,
        `${id} has another record at ${fingerprint.offset} than was counted there: was the topic made anew? ` +
          `What it has before ${position} is not counted, what comes is; read it under another topic name to count all`,
      );
    trust();
  };

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
    from: position,
    next,
    records,
    ...(idleUntil === undefined ? {} : { idleUntil }),
  });

  /** Hands over until the store takes it; undefined when asked to stop before. */
  const persist = async (batch: RawBatch, pulse: Pulse): Promise<Ingested | undefined> => {
    for (let wait = FIRST_WAIT; ; wait = Math.min(2 * wait, LONGEST_WAIT)) {
      // A refused heartbeat is heard again after this: the one that counts is awaited by `take`.
      const timer = setInterval(() => void pulse.beat().catch(() => undefined), 1_000);
      try {
        const result = await ingest(batch);
        problems.clear('store');
        return result;
      } catch (error) {
        problems.raise('store', 'Events cannot be stored; reading waits for the store to come back', error);
      } finally {
        clearInterval(timer);
      }
      for (let left = wait; left > 0; left -= 500) {
        if (!pulse.running()) return undefined;
        await sleep(Math.min(left, 500));
        await pulse.beat();
      }
    }
  };

  const lost = (next: Offset): 'lost' => {
    regain = Math.max(regain, position);
    problems.raise(
      `forgotten ${id}`,
      `Redis has lost what was counted of ${id} from ${next} to ${position - 1}: it is read again. ` +
        'Let Redis keep its data (appendonly yes), or give it a replica',
    );
    return 'lost';
  };

  /** Waits a moment for the evaluation to come closer. */
  const isDue = async (first: Ms, pulse: Pulse): Promise<boolean> => {
    for (let waited = 0; waited < HELD_BACK && pulse.running(); waited += ASK_EVERY) {
      await sleep(ASK_EVERY);
      if (backpressure({ newest, first }) !== undefined) return true;
    }
    return false;
  };

  const chunk = async (next: Offset, records: readonly RawRecord[], pulse: Pulse): Promise<Taken> => {
    while (position < next) {
      if (!pulse.running()) return 'stopped';
      const fresh = records.filter((record) => record.offset >= position);
      const upTo = (first: Ms) => backpressure({ newest, first });
      const result = await persist({ ...raw(next, fresh), upTo }, pulse);
      if (result === undefined) return 'stopped';
      if (result.kind === 'fenced') return 'fenced';
      if (result.kind === 'gap') return lost(result.next);
      if (result.kind === 'early') {
        if (!(await isDue(result.first, pulse))) return 'early';
      } else if (result.kind === 'applied') {
        newest = ms(Math.max(newest, result.newest));
        fingerprint = result.fingerprint ?? fingerprint;
        to(result.next);
      } else {
        const known = result.next > position;
        to(result.next);
        if (!known) return 'elsewhere';
      }
    }
    return 'advanced';
  };

  /** Takes the partition: from now on others are fenced off. Rejects when the store cannot be reached. */
  const open = async (extent: Extent): Promise<void> => {
    const at = clock();
    const claimed = await claim(id);
    epoch = claimed.epoch;
    to(claimed.next);
    fingerprint = claimed.fingerprint;
    doubt();
    if (claimed.next > 0) return;
    const atEnd = from === 'latest' && !(await options.isKnown());
    read = atEnd ? extent.high : extent.low;
    // Written down at once: whoever takes over must not begin at a later end of the log.
    if (atEnd && read > 0) await settle(raw(read, [], (at - lateness) as Ms));
  };

  const settle = async (batch: RawBatch): Promise<Taken> => {
    const result = await ingest(batch);
    if (result.kind === 'fenced') return 'fenced';
    if (result.kind === 'gap') return lost(result.next);
    if (result.kind !== 'early') to(result.next);
    return 'advanced';
  };

  const take = ({ from: start, next, records }: FetchStretch, pulse: Pulse): Promise<Taken> =>
    alone(async () => {
      if (start > read || next <= read) return 'elsewhere';
      if (doubted && records.length > 0) compare(records);
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

  /** Nothing is left to read, as of `at`: the watermark may follow the clock. */
  const idle = (at: Ms): Promise<Taken> => alone(() => settle(raw(read, [], (at - lateness) as Ms)));

  /** Compares with what the log holds: skips what is gone, and says how much that was. moved: `read()` is another. */
  const fit = ({ low, high }: Extent): 'within' | 'ahead' | 'moved' => {
    const before = read;
    if (high < lastEnd) doubt();
    lastEnd = high;
    if (read > high) return 'ahead';
    if (doubted && read < low) trust();
    if (read >= low) return read === before ? 'within' : 'moved';
    if (position > 0)
      problems.recall(
        `lost ${id}`,
        `${low - read} records of ${id} were deleted before they were read: ${read} to ${low - 1}. ` +
          'Their messages are not counted; give the topic a longer retention',
      );
    read = low;
    return 'moved';
  };

  /** A stretch without any record for us (control records, aborted transactions). */
  const pass = (first: Offset, next: Offset): void => {
    if (first <= read && next > read) read = next;
  };

  return {
    id,
    open,
    take,
    idle,
    fit,
    pass,
    busy: () => busy,
    read: () => read,
    position: () => position,
  };
};
