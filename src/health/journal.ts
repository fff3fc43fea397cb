/**
 * When tocsin could not see, for the journal. In: what is open, look by look. Out: an entry when it began and one when
 * it was over, each once, however often and by however many instances it is written: see `revision` in incidents/audit/log.ts.
 * That the store was away can be written only when it is back, with the times that held.
 */
import { type Ms, ms } from '../events/event.ts';
import type { Journal, JournalDraft } from '../incidents/audit/log.ts';
import type { Blindness, Cause } from './blindness.ts';

/** Instances that lose the store within so much of each other, in ms, write of the same loss. */
const SAME = 10_000;

type Begun = Pick<Blindness, 'cause' | 'provider' | 'since' | 'says'>;

/** "tocsin-blind-store-20261028T190000Z": the name of its message, and of nothing else. */
export const blindId = (cause: Cause, since: Ms, provider?: string): string =>
  `tocsin-blind-${cause}-${provider === undefined ? '' : `${encodeURIComponent(provider)}-`}${new Date(since).toISOString().slice(0, 19).replace(/[-:]/g, '')}Z`;

const awayId = (since: Ms): string => blindId('store', ms(since - (since % SAME)));

/** Journals have it since the first version: a reader that looks for it finds all of them. */
const BY = 'sight';

export const entryOfBlind = ({ cause, since, says }: Begun, id: string): JournalDraft => ({
  ...{ at: since, incident: id, kind: 'blind', cause: says, by: BY },
  evidence: { blind: cause, since },
  revision: 1,
});

/** `at`: when it was over. */
export const entryOfSeeing = ({ cause, since }: Omit<Begun, 'says'>, id: string, at: Ms): JournalDraft => ({
  ...{ at, incident: id, kind: 'sees', by: BY },
  cause: `it sees again, and did not since ${new Date(since).toISOString()}`,
  evidence: { blind: cause, since },
  revision: 2,
});

export interface AwayLog {
  /** `store`: that it is away, while that is open. `answers`: whether it did just now. Does not wait for the journal. */
  look(store: Blindness | undefined, answers: boolean, now: Ms): void;
  /** Resolves once what is being written is written. */
  settle(): Promise<void>;
}

/** `failed`: told when the journal could not be written; it is tried again at the next look. */
export const createAwayLog = (
  journal: Pick<Journal, 'append'>,
  failed: (error: unknown) => void,
): AwayLog => {
  let open: (Begun & { readonly until: Ms }) | undefined;
  let unwritten: readonly JournalDraft[] = [];
  let writing: Promise<void> | undefined;

  const write = async (): Promise<void> => {
    const drafts = unwritten;
    await journal.append(drafts);
    unwritten = unwritten.slice(drafts.length);
  };

  return {
    look: (store, answers, now) => {
      if (store) {
        const until = answers ? (open?.until ?? now) : now;
        open = { cause: store.cause, since: store.since, says: store.says, until };
      } else if (open) {
        const id = awayId(open.since);
        unwritten = [...unwritten, entryOfBlind(open, id), entryOfSeeing(open, id, open.until)];
        open = undefined;
      }
      if (!answers || unwritten.length === 0) return;
      writing ??= write()
        .catch(failed)
        .finally(() => {
          writing = undefined;
        });
    },
    settle: async () => writing,
  };
};
