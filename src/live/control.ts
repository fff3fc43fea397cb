/**
 * The orders an operator may give over HTTP: pause, resume, hands off, acknowledge.
 * In: POSTs of JSON, already let in by the server's guard. Out: calls of the source, and {ok} or an {error}.
 */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { length } from '../config/length.ts';
import { CATEGORIES } from '../events/event.ts';
import type { Action } from '../incidents/incident.ts';
import { AT_END } from '../respond/gate.ts';
import { targetOf } from '../respond/target.ts';
import type { LiveSource } from './feed.ts';

const line = z.string().trim().min(1);
const whoAndWhy = z.strictObject({ reason: line.max(500), by: line.max(100) });
/** A category or a campaign of the provider; all of it without either. */
const order = whoAndWhy
  .extend({ category: z.enum(CATEGORIES).optional(), campaign: z.string().min(1).max(200).optional() })
  .refine(({ category, campaign }) => category === undefined || campaign === undefined, {
    path: ['campaign'],
    error: 'name a category or a campaign, not both',
  });
const pauseOrder = order
  .safeExtend({ for: length.optional(), atEnd: z.enum(AT_END).optional() })
  .refine(({ for: lasting, atEnd }) => lasting !== undefined || atEnd === undefined || atEnd === 'stay', {
    path: ['for'],
    error: 'say after how long, such as 2h',
  });
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

    scope.post('/v1/providers/:provider/pause', async (request, reply) => {
      const { provider } = read(ofProvider, request.params);
      const { category, campaign, ...given } = read(pauseOrder, request.body);
      const target = targetOf({ provider, category, campaign });
      return outcome(reply, await source.pause(target, given));
    });
    scope.post('/v1/providers/:provider/resume', async (request, reply) => {
      const { provider } = read(ofProvider, request.params);
      const { category, campaign, ...given } = read(order, request.body);
      return outcome(reply, await source.resume(targetOf({ provider, category, campaign }), given));
    });

    for (const [method, on] of [
      ['PUT', true],
      ['DELETE', false],
    ] as const)
      scope.route({
        method,
        url: '/v1/hands-off',
        handler: async (request, reply) => {
          await source.handsOff(on, read(whoAndWhy, request.body));
          return done(reply);
        },
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
const outcome = (reply: FastifyReply, { refused }: Action) =>
  refused === undefined ? done(reply) : reply.code(409).send({ error: refused });

/** Throws an error of status 400 that names what is wrong. */
export const read = <T>(schema: z.ZodType<T>, input: unknown): T => {
  const result = schema.safeParse(input);
  if (result.success) return result.data;
  const [first] = result.error.issues;
  const where = first?.path.join('.') || 'body';
  throw Object.assign(new Error(`${where}: ${first?.message ?? 'invalid'}`), { statusCode: 400 });
};
