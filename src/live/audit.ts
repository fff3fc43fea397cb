/** The journal over HTTP: GET /v1/audit, in pages. The lines go out as they are kept, so that anyone can verify them. */
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import type { Journal, Link } from '../incidents/journal.ts';

export interface AuditPage {
  readonly lines: readonly string[];
  readonly head: Link;
}

const query = z.object({
  after: z.coerce.number().int().min(0).default(0),
  limit: z.coerce.number().int().min(1).max(1_000).default(1_000),
});

/** Adds the route; `after`: a sequence number. Answers an `AuditPage`, or 400. */
export const registerAudit = (app: FastifyInstance, journal: Pick<Journal, 'read' | 'head'>): void => {
  app.get('/v1/audit', async (request, reply) => {
    const wanted = query.safeParse(request.query);
    if (!wanted.success) return reply.code(400).send({ error: 'after and limit must be whole numbers' });
    const { after, limit } = wanted.data;
    // The head first: entries that come meanwhile are beyond it, never missing before it.
    const head = await journal.head();
    const lines = await journal.read(after, limit);
    return { lines, head } satisfies AuditPage;
  });
};
