/**
 * The way of a change: saved with its incident as pending, told, written into the journal, saved as done. Whatever
 * dies between two of these steps, the next one to load the incidents goes on from there: nothing is lost. Told or
 * written a second time, a change has the same incident and revision, by which it counts once.
 */
import { Fenced } from '../cluster/lease.ts';
import { entryOfChange } from './audit/entries.ts';
import type { Journal } from './audit/log.ts';
import type { Incident, IncidentChange } from './incident.ts';
import type { IncidentStore } from './store.ts';

export interface Publisher {
  /** Rejects when one of the steps fails, and goes on with what is left of it at the next call. */
  write(changes: readonly IncidentChange[], token?: number): Promise<void>;
  /** Saves incidents as they are, with what is pending of them. */
  keep(incidents: readonly Incident[], token?: number): Promise<void>;
  /**
   * Takes over incidents as loaded, whole: what was pending of them goes out with the next write. What this instance
   * had pending itself is forgotten: it is in them, or is found again.
   */
  recover(incidents: readonly Incident[]): void;
}

export const createPublisher = (parts: {
  store: Pick<IncidentStore, 'save'>;
  journal: Pick<Journal, 'append'>;
  /** Puts the changes where they cannot be lost. */
  tell: (changes: readonly IncidentChange[], token?: number) => Promise<void>;
}): Publisher => {
  const { store, journal, tell } = parts;
  let unwritten: readonly IncidentChange[] = [];
  /** The changes among the unwritten ones that nobody has been told of yet. */
  let untold: readonly IncidentChange[] = [];

  const marked = (incidents: readonly Incident[]): Incident[] =>
    settled(incidents).map((incident) => {
      const pending = unwritten.filter((change) => change.incident.id === incident.id);
      return pending.length === 0 ? incident : { ...incident, pending };
    });

  const write = async (changes: readonly IncidentChange[], token?: number): Promise<void> => {
    unwritten = [...unwritten, ...changes];
    untold = [...untold, ...changes];
    if (unwritten.length === 0) return;
    const incidents = [...new Map(unwritten.map(({ incident }) => [incident.id, incident])).values()];
    // An alert does not wait for a record that cannot be made.
    const failed = await store.save(marked(incidents), token).then(
      () => undefined,
      (error: unknown) => ({ error }),
    );
    if (failed?.error instanceof Fenced) throw failed.error;
    if (untold.length > 0) await tell(untold, token);
    untold = [];
    if (failed) throw failed.error;
    if ((await journal.append(unwritten.map(entryOfChange), token)) === 'fenced') throw new Fenced();
    unwritten = [];
    await store.save(incidents, token);
  };

  let turn: Promise<unknown> = Promise.resolve();
  /** Writes run one after the other, since people give orders while detection goes on. */
  const inTurn = (work: () => Promise<void>): Promise<void> => {
    const next = turn.then(work);
    turn = next.catch(() => undefined);
    return next;
  };

  return {
    write: async (changes, token) => {
      if (changes.length + unwritten.length > 0) await inTurn(() => write(changes, token));
    },
    keep: (incidents, token) => inTurn(() => store.save(marked(incidents), token)),
    recover: (incidents) => {
      unwritten = incidents.flatMap(({ pending = [] }) => pending);
      untold = unwritten;
    },
  };
};

/** Incidents without what is pending of them. */
export const settled = (incidents: readonly Incident[]): Incident[] =>
  incidents.map(({ pending, ...incident }) => incident);
