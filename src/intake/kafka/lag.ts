/**
 * How long records have waited to be read. In: how far the log reached at an instant, and up to where it is read. Out:
 * the age of the oldest record still to be read, as long as it has been watched. No record's own time is asked, which
 * may be wrong.
 */
import type { Offset } from '../../windows/store/store.ts';

/** The most marks kept of one partition; beyond it every second one goes. */
const MARKS = 600;

/** Where a log was seen to end, and when. */
interface LagMark {
  readonly at: number;
  readonly high: Offset;
}

export interface KafkaLag {
  /**
   * Notes that at `at` (ms) the log ends before `high` and is read up to `read`. Answers for how long (ms) the record at
   * `read` has been there; 0 when there is none.
   */
  look(at: number, high: Offset, read: Offset): number;
}

/** The lag of one partition, watched from now on. */
export const createKafkaLag = (): KafkaLag => {
  /** Where the log ended, oldest first: each further than the one before. */
  let marks: LagMark[] = [];
  return {
    look: (at, high, read) => {
      const last = marks.at(-1);
      if (last && high < last.high) marks = [];
      if (high > (marks.at(-1)?.high ?? -1)) marks.push({ at, high });
      const unread = marks.findIndex((mark) => mark.high > read);
      marks = unread === -1 ? marks.slice(-1) : marks.slice(unread);
      if (marks.length > MARKS) marks = marks.filter((_, index) => index % 2 === 0);
      const first = marks[0];
      return first === undefined || first.high <= read ? 0 : at - first.at;
    },
  };
};
