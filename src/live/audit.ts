/** The journal over HTTP: GET /v1/audit, in pages. The lines go out as they are kept, so that anyone can verify them. */
import type { FastifyInstance } from 'fastify';
import type { Journal, Link } from '../incidents/audit/log.ts';
import { read } from './inputs.ts';
import { at, ROUTES } from './routes.ts';

/** A page of the journal. */
export interface AuditPage {
  /** The entries as they are kept, one JSON object a line. */
  readonly lines: readonly string[];
  /** The newest link of the chain, against which the last page is verified. */
  readonly head: Link;
}

/** Adds GET /v1/audit, which answers an `AuditPage` of what comes after a sequence number, or 400. */
export const registerAudit = (app: FastifyInstance, journal: Pick<Journal, 'read' | 'head'>): void => {
  app.route({
    ...at(ROUTES.audit),
    handler: async (request) => {
      const { after, limit } = read(ROUTES.audit.query, request.query);
      // The head first: entries that come meanwhile are beyond it, never missing before it.
      const head = await journal.head();
      const lines = await journal.read(after, limit);
      return { lines, head } satisfies AuditPage;
    },
  });
};
