/**
 * The orders an operator may give over HTTP: pause, resume, acknowledge.
 * In: POSTs of JSON, already let in by the server's guard. Out: calls of the source, and {ok} or an {error}.
 */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { LiveSource } from './feed.ts';

const line = z.string().trim().min(1);
const order = z.strictObject({ reason: line.max(500), by: line.max(100) });
const acknowledgement = z.strictObject({ by: line.max(100) });
const ofProvider = z.object({ provider: z.string().min(1).max(100) });
const ofIncident = z.object({ id: z.string().min(1).max(200) });

/** Adds the order routes. A plain form of another site cannot send JSON without asking first, so only JSON is taken. */
export const registerControl = (app: FastifyInstance, source: LiveSource): void => {
  app.register(async (scope) => {
    scope.addHook('onRequest', async (request, reply) => {
      const type = request.headers['content-type']?.split(';')[0]?.trim().toLowerCase();
      if (type !== 'application/json') return reply.code(415).send({ error: 'send application/json' });
    });

    for (const action of ['pause', 'resume'] as const)
      scope.post(`/v1/providers/:provider/${action}`, async (request, reply) => {
        const { provider } = read(ofProvider, request.params);
        const { reason, by } = read(order, request.body);
        await source[action](provider, reason, by);
        return done(reply);
      });

    scope.post('/v1/incidents/:id/acknowledge', async (request: FastifyRequest, reply) => {
      const { id } = read(ofIncident, request.params);
      const { by } = read(acknowledgement, request.body);
      if (!source.state().incidents.some((incident) => incident.id === id))
        return reply.code(404).send({ error: 'no such incident' });
      await source.acknowledge(id, by);
      return done(reply);
    });
  });
};

const done = (reply: FastifyReply) => reply.code(200).send({ ok: true });

/** Throws an error of status 400 that names what is wrong. */
const read = <T>(schema: z.ZodType<T>, input: unknown): T => {
  const result = schema.safeParse(input);
  if (result.success) return result.data;
  const [first] = result.error.issues;
  const where = first?.path.join('.') || 'body';
  throw Object.assign(new Error(`${where}: ${first?.message ?? 'invalid'}`), { statusCode: 400 });
};
