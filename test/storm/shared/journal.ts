/** The journal of several machines, in one memory. */
import { Fenced } from '../../../src/cluster/lease.ts';
import {
  chained,
  entryOf,
  fresh,
  type Journal,
  type JournalEntry,
  START,
} from '../../../src/incidents/audit/log.ts';
import { createFence, type Fence } from './fence.ts';

export interface SharedJournal extends Journal {
  /** All that was written, oldest first. */
  readonly entries: () => readonly JournalEntry[];
}

export const createSharedJournal = (fence: Fence = createFence()): SharedJournal => {
  const lines: string[] = [];
  const revisions = new Map<string, number>();
  let head = START;
  return {
    append: async (drafts, token) => {
      try {
        fence(token);
      } catch (error) {
        if (error instanceof Fenced) return 'fenced';
        throw error;
      }
      const wanted = fresh(drafts, revisions);
      const next = chained(wanted, head);
      lines.push(...next.lines);
      head = next.head;
      for (const { incident, revision } of wanted)
        if (incident !== null && revision !== undefined) revisions.set(incident, revision);
      return 'written';
    },
    read: async (after, limit) => lines.slice(after, after + limit),
    head: async () => head,
    close: async () => {},
    entries: () => lines.flatMap((line) => entryOf(line) ?? []),
  };
};
