/**
 * The gate over HTTP, for senders without Redis: GET /v1/gate/alpha?category=marketing&campaign=spring, once before
 * each message. In: the pauses that stand. Out: {allowed, pause}. One that a trickle lets through has taken its turn.
 */
import type { FastifyInstance } from 'fastify';
import type { Clock } from '../events/event.ts';
import { createHalfOpenProbe } from '../respond/gate/half-open.ts';
import type { LiveSource } from './feed.ts';
import { read } from './inputs.ts';
import { at, ROUTES } from './routes.ts';

/** Adds GET /v1/gate/:provider. */
export const registerGate = (app: FastifyInstance, source: LiveSource, clock: Clock): void => {
  const probe = createHalfOpenProbe();
  app.route({
    ...at(ROUTES.gate),
    handler: async ({ params, query }) => {
      const message = { ...read(ROUTES.gate.params, params), ...read(ROUTES.gate.query, query) };
      const active = source.state().providers.flatMap(({ pauses }) => pauses);
      const { allowed, paused } = probe(active, message, clock());
      return { allowed, ...(paused ? { pause: paused } : {}) };
    },
  });
};
