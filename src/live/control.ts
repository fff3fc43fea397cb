/**
 * The orders an operator may give over HTTP: pause, resume, hands off, acknowledge.
 * In: POSTs of JSON, already let in by the server's guard. Out: calls of the source, and {ok} or an {error}.
 */
import type { FastifyInstance, FastifyReply } from 'fastify';
import type { Action } from '../incidents/incident.ts';
import { targetOf } from '../respond/target.ts';
import type { LiveSource } from './feed.ts';
import { read } from './inputs.ts';
import { NO_INCIDENT } from './reads.ts';
import { at, ROUTES } from './routes.ts';

/** Adds the order routes. A plain form of another site cannot send JSON without asking first, so only JSON is taken. */
export const registerControl = (app: FastifyInstance, source: LiveSource): void => {
  app.register(async (scope) => {
    scope.addHook('onRequest', async (request, reply) => {
      const type = request.headers['content-type']?.split(';')[0]?.trim().toLowerCase();
      if (type !== 'application/json') return reply.code(415).send({ error: 'send application/json' });
    });

    scope.route({
      ...at(ROUTES.pause),
      handler: async (request, reply) => {
        const { provider } = read(ROUTES.pause.params, request.params);
        const { category, campaign, ...given } = read(ROUTES.pause.body, request.body);
        return outcome(reply, await source.pause(targetOf({ provider, category, campaign }), given));
      },
    });
    scope.route({
      ...at(ROUTES.resume),
      handler: async (request, reply) => {
        const { provider } = read(ROUTES.resume.params, request.params);
        const { category, campaign, ...given } = read(ROUTES.resume.body, request.body);
        return outcome(reply, await source.resume(targetOf({ provider, category, campaign }), given));
      },
    });

    for (const [route, on] of [
      [ROUTES.handsOff, true],
      [ROUTES.handsOn, false],
    ] as const)
      scope.route({
        ...at(route),
        handler: async (request, reply) => {
          await source.handsOff(on, read(route.body, request.body));
          return done(reply);
        },
      });

    scope.route({
      ...at(ROUTES.acknowledge),
      handler: async (request, reply) => {
        const { id } = read(ROUTES.acknowledge.params, request.params);
        const { by } = read(ROUTES.acknowledge.body, request.body);
        if (!source.state().incidents.some((incident) => incident.id === id))
          return reply.code(404).send(NO_INCIDENT);
        await source.acknowledge(id, by);
        return done(reply);
      },
    });
  });
};

const done = (reply: FastifyReply) => reply.code(200).send({ ok: true });
const outcome = (reply: FastifyReply, { refused }: Action) =>
  refused === undefined ? done(reply) : reply.code(409).send({ error: refused });
