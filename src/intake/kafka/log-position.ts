/**
 * Where the reading of a partition stands in its log: up to where it is counted, what to fetch next, and whether the log
 * is still the one that was counted. In: claims, counted stretches, the log's extent. Out: offsets, and problems for
 * people. It reads and stores nothing itself.
 */
import type { Offset, PartitionId, RecordFingerprint } from '../../windows/store/store.ts';
import type { Problems } from '../problems.ts';
import type { RawRecord } from '../source.ts';
import { contradicts } from './fingerprint.ts';

/** The offsets that a log holds, [low, high). */
export interface Extent {
  readonly low: Offset;
  readonly high: Offset;
}

/** The position in a partition that is not claimed yet. */
export const createLogPosition = (id: PartitionId, problems: Problems) => {
  /** The offset below which everything is counted, as the store says. */
  let position: Offset = 0;
  /** The next offset to fetch, beyond `position` where the log has nothing (deleted, or never ours to read). */
  let read: Offset = 0;
  /** The end of the log when it was last asked for; only another log, or one that lost its end, has a lower one. */
  let lastEnd: Offset = 0;
  /** The last record that was counted, as far as is known. */
  let fingerprint: RecordFingerprint | undefined;
  /** Whether that record is still to be found in the log, since another log may have the topic's name now. */
  let doubted = false;
  /** The offset up to which what the store has lost is to be counted again. */
  let regain: Offset = 0;

  /** Stands at `next`, both to count and to fetch. */
  const to = (next: Offset) => {
    position = next;
    read = next;
    if (next >= regain) problems.clear(`forgotten ${id}`);
  };

  /** Reads what was counted last again, to be compared. */
  const doubt = () => {
    doubted = fingerprint !== undefined;
    read = fingerprint?.offset ?? read;
  };

  /** Takes the log for the one that was counted, and goes on behind what is. */
  const trust = () => {
    doubted = false;
    read = Math.max(read, position);
  };

  /** Compares what is read with what was counted there, tells when it differs, and goes on to watch what comes. */
  const compare = (records: readonly RawRecord[]) => {
    if (fingerprint && contradicts(records, fingerprint))
      problems.recall(
        `another ${id}`,
        `${id} has another record at ${fingerprint.offset} than was counted there: was the topic made anew? ` +
          `What it has before ${position} is not counted, what comes is; read it under another topic name to count all`,
      );
    trust();
  };

  /** Notes that the store stands at `next`, before what it had counted, and tells of it. */
  const lost = (next: Offset): 'lost' => {
    regain = Math.max(regain, position);
    problems.raise(
      `forgotten ${id}`,
      `Redis has lost what was counted of ${id} from ${next} to ${position - 1}: it is read again. ` +
        'Let Redis keep its data (appendonly yes), or give it a replica',
    );
    return 'lost';
  };

  /**
   * Compares with what the log holds, and skips what is gone, saying how much that was. ahead: the log ends before what
   * was counted. moved: `read()` is another than before.
   */
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

  /** Passes a stretch without any record for us (control records, aborted transactions). */
  const pass = (first: Offset, next: Offset): void => {
    if (first <= read && next > read) read = next;
  };

  return {
    /** The offset below which everything is counted. */
    position: () => position,
    /** The next offset to fetch. */
    read: () => read,
    /** Begins where a claim says; what was counted last is read again. */
    claimed: (next: Offset, last: RecordFingerprint | undefined): void => {
      to(next);
      fingerprint = last;
      doubt();
    },
    /** Fetches from `offset` on, since nothing was ever counted. */
    beginAt: (offset: Offset): void => {
      read = offset;
    },
    /** Notes that what lies below `next` is counted, up to the record of `last`. */
    counted: (next: Offset, last?: RecordFingerprint): void => {
      fingerprint = last ?? fingerprint;
      to(next);
    },
    /** Compares records with what was counted, where that is in doubt. */
    check: (records: readonly RawRecord[]): void => {
      if (doubted && records.length > 0) compare(records);
    },
    lost,
    fit,
    pass,
  };
};
