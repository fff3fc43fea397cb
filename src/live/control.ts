/**
 * The orders an operator may give over HTTP: pause, resume, hands off, mode, acknowledge.
 * In: JSON, already let in by the server's guard. Out: calls of the source, and {ok} or an {error}; one that was not
 * carried out has a code besides, see incidents/action.ts.
 */
import type { FastifyInstance, FastifyReply } from 'fastify';
import type { Action } from '../incidents/incident.ts';
import { targetOf } from '../respond/target.ts';
import { giverOf } from './access.ts';
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
        const { category, campaign, by, ...given } = read(ROUTES.pause.body, request.body);
        const target = targetOf({ provider, category, campaign });
        const giver = giverOf(request.caller, by);
        return outcome(reply, await source.pause(target, { ...given, by: giver }));
      },
    });
    scope.route({
      ...at(ROUTES.resume),
      handler: async (request, reply) => {
        const { provider } = read(ROUTES.resume.params, request.params);
        const { category, campaign, by, ...given } = read(ROUTES.resume.body, request.body);
        const target = targetOf({ provider, category, campaign });
        const giver = giverOf(request.caller, by);
        return outcome(reply, await source.resume(target, { ...given, by: giver }));
      },
    });

    for (const [route, on] of [
      [ROUTES.handsOff, true],
      [ROUTES.handsOn, false],
    ] as const)
      scope.route({
        ...at(route),
        handler: async (request, reply) => {
          const { reason, by } = read(route.body, request.body);
          const giver = giverOf(request.caller, by);
          await source.handsOff(on, { reason, by: giver });
          return done(reply, giver);
        },
      });

    scope.route({
      ...at(ROUTES.setMode),
      handler: async (request, reply) => {
        const { mode, reason, by } = read(ROUTES.setMode.body, request.body);
        const giver = giverOf(request.caller, by);
        await source.setMode(mode, { reason, by: giver });
        return done(reply, giver);
      },
    });
    scope.route({
      ...at(ROUTES.unsetMode),
      handler: async (request, reply) => {
        const { reason, by } = read(ROUTES.unsetMode.body, request.body);
        const giver = giverOf(request.caller, by);
        await source.setMode(null, { reason, by: giver });
        return done(reply, giver);
      },
    });

    scope.route({
      ...at(ROUTES.acknowledge),
      handler: async (request, reply) => {
        const { id } = read(ROUTES.acknowledge.params, request.params);
        const { by } = read(ROUTES.acknowledge.body, request.body);
        if (!source.state().incidents.some((incident) => incident.id === id))
          return reply.code(404).send(NO_INCIDENT);
        const giver = giverOf(request.caller, by);
        await source.acknowledge(id, giver);
        return done(reply, giver);
      },
    });
  });
};

/** Answers that an order was carried out, with its giver's name as it is written down. */
const done = (reply: FastifyReply, by: string) => reply.code(200).send({ ok: true, by });
/** Answers what became of an order: 200, or 409 with why it was refused, in words and as a code. */
const outcome = (reply: FastifyReply, { state, code, refused, by }: Action) =>
  state === 'refused' ? reply.code(409).send({ error: refused, code }) : done(reply, by);
