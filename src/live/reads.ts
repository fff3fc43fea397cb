/** What can be read of the state over HTTP. In: the source. Out: JSON, or 404 in a sentence. */
import type { FastifyInstance } from 'fastify';
import type { LiveSource } from './feed.ts';
import { read } from './inputs.ts';
import { openapi } from './openapi.ts';
import { at, ROUTES } from './routes.ts';

/** Adds the routes that only read, with /healthz and /readyz. */
export const registerReads = (app: FastifyInstance, source: LiveSource): void => {
  app.get('/healthz', async () => ({ ok: true }));
  app.get('/readyz', async (_request, reply) => {
    const { problems } = source.state().health;
    return reply.code(problems.length > 0 ? 503 : 200).send({ ready: problems.length === 0, problems });
  });
  app.route({ ...at(ROUTES.me), handler: async ({ caller }) => caller });
  app.route({ ...at(ROUTES.status), handler: async () => source.state() });
  app.route({
    ...at(ROUTES.incidents),
    handler: async () => ({ incidents: source.state().incidents }),
  });
  app.route({
    ...at(ROUTES.incident),
    handler: async ({ params }, reply) => {
      const { id } = read(ROUTES.incident.params, params);
      const incident = source.state().incidents.find((one) => one.id === id);
      return incident ?? reply.code(404).send(NO_INCIDENT);
    },
  });
  app.route({
    ...at(ROUTES.policy),
    handler: async ({ params }, reply) =>
      source.explain(read(ROUTES.policy.params, params).id) ?? reply.code(404).send(NO_INCIDENT),
  });
  app.route({
    ...at(ROUTES.providers),
    handler: async () => ({ providers: source.state().providers }),
  });
  app.route({
    ...at(ROUTES.provider),
    handler: async ({ params }, reply) => {
      const { provider } = read(ROUTES.provider.params, params);
      const view = source.state().providers.find((one) => one.provider === provider);
      return view ?? reply.code(404).send({ error: 'nothing was seen of such a provider' });
    },
  });
  app.route({ ...at(ROUTES.mode), handler: async () => source.mode() });
  app.route({ ...at(ROUTES.openapi), handler: async () => openapi });
};

/** The answer to who asks for an incident that is not known. */
export const NO_INCIDENT = { error: 'no such incident; it is known for a day' };
