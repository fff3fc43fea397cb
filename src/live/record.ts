/**
 * What is written down of the API's use: every order and what became of it, and everyone who was turned away.
 * In: visits as they end. Out: the log, and in the journal what nobody else writes there: what was refused at the door
 * or could not be understood. An order that was let in is written down by who carries it out.
 */
import type { Logger } from 'pino';
import type { Clock, Ms } from '../events/event.ts';
import type { Journal, JournalDraft } from '../incidents/audit/log.ts';
import { createLimit } from './limits.ts';

/** One use of the API. */
export interface AuditEntry {
  readonly at: Ms;
  /** The name of whose token it was, or "unknown". */
  readonly by: string;
  readonly address: string;
  /** The method and the path, as in "POST /v1/providers/alpha/pause". */
  readonly what: string;
  /** The HTTP status of the answer. */
  readonly status: number;
  /** Why it was refused; absent when it was done. */
  readonly refused?: string;
  /** How many requests turned away before this one were left out. */
  readonly leftOut?: number;
}

/** The path of a request's address without its query, which may have a token. */
export const pathOf = (url: string): string => (url.split('?')[0] ?? '').slice(0, 200);

/** Writes down one use of the API. */
export type Audit = (entry: AuditEntry) => void;

/** The most refusals written down a minute, over all addresses, so that strangers cannot fill the journal. */
const MOST_DENIED = 60;
/** The statuses of a request that was turned away. */
export const DENIED: ReadonlySet<number> = new Set([401, 403, 429]);

/** Leaves out refusals beyond so many a minute, and says with the next that is written how many they were. */
export const createThrift = (audit: Audit, clock: Clock, perMinute: number = MOST_DENIED): Audit => {
  const limit = createLimit(perMinute);
  let leftOut = 0;
  return (entry) => {
    if (!DENIED.has(entry.status)) return audit(entry);
    if (limit.take('all', clock()) > 0) {
      leftOut++;
      return;
    }
    audit(leftOut === 0 ? entry : { ...entry, leftOut });
    leftOut = 0;
  };
};

/** Writes the API's use into the log alone, where there is no journal. */
export const logAudit =
  (log: Logger): Audit =>
  (entry) =>
    log[entry.refused === undefined ? 'info' : 'warn'](entry, 'the HTTP API was used');

/** Writes every use into the log, and refusals into the journal but for 409, which the executor writes down itself. */
export const createAudit = (parts: { journal: Pick<Journal, 'append'>; log: Logger }): Audit => {
  const { journal, log } = parts;
  const logged = logAudit(log);
  return (entry) => {
    logged(entry);
    if (entry.refused === undefined || entry.status === 409) return;
    journal.append([entryOfVisit(entry, entry.refused)]).catch((error: unknown) => {
      log.error({ error: String(error), what: entry.what }, 'what was refused is not in the journal');
    });
  };
};

const entryOfVisit = (
  { at, by, address, what, status, leftOut }: AuditEntry,
  refused: string,
): JournalDraft => ({
  at,
  incident: null,
  kind: DENIED.has(status) ? 'access_denied' : 'refused',
  cause: `${what}: ${refused}`,
  by,
  evidence: { address, status, ...(leftOut === undefined ? {} : { leftOut }) },
});
