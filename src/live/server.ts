/**
 * The HTTP server: the live page, its stream, the state, the gate, health, metrics, and the operators' orders.
 * In: a `LiveSource`. Out: one port. With tokens, everything under /v1 wants one; the page itself shows nothing.
 */
import fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import type { Logger } from 'pino';
import type { Registry } from 'prom-client';
import { ConfigError } from '../config/config-error.ts';
import type { Config } from '../config/schema.ts';
import type { Caller, KnownToken } from '../config/tokens.ts';
import type { Clock } from '../events/event.ts';
import { messageOf } from '../runtime/errors.ts';
import { type AccessRefusal, bearerOf, createAccess } from './access.ts';
import { createAddressOf } from './address.ts';
import { registerControl } from './control.ts';
import type { LiveSource } from './feed.ts';
import { registerGate } from './gate.ts';
import { createGuard } from './guard.ts';
import type { PerMinute } from './limits.ts';
import { createLiveMetrics } from './metrics.ts';
import { registerPage } from './page.ts';
import { registerReads } from './reads.ts';
import { type Audit, createThrift, DENIED, logAudit, pathOf } from './record.ts';
import { routeOf } from './routes.ts';
import { createLiveSocket } from './socket.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** Who the request comes from, on a route that the table guards. */
    caller: Caller;
    /** The name of who was turned away, when it is known. */
    refusedTo: string | undefined;
  }
}

export interface LiveServer {
  /** Starts to listen. Rejects with `ConfigError` when the port is taken. */
  listen(): Promise<{ url: string }>;
  /** Ends every connection, at the latest after two seconds or so. */
  close(): Promise<void>;
}

export interface LiveServerOptions {
  readonly source: LiveSource;
  readonly config: Config['live'];
  /** The tokens that are let in; with none, whoever reaches the port may do everything. */
  readonly tokens: readonly KnownToken[];
  readonly clock: Clock;
  readonly log: Logger;
  /** Adds routes of others, such as POST /v1/events, behind the same guard. */
  readonly register?: (app: FastifyInstance) => void;
  readonly metrics?: Registry;
  /** Where the API's use is written down; the log by default. */
  readonly audit?: Audit;
  /** The limits in place of PER_MINUTE. */
  readonly perMinute?: PerMinute;
  /** The time between two pings of a watcher, in ms. */
  readonly pingEvery?: number;
}

const HEADERS: Readonly<Record<string, string>> = {
  'content-security-policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; " +
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'no-referrer',
  'cross-origin-resource-policy': 'same-origin',
  'cache-control': 'no-cache',
};

/** The server with all its routes; nothing is answered before `listen`. */
export const createLiveServer = (options: LiveServerOptions): LiveServer => {
  const { source, config, tokens, log } = options;
  const app = fastify({ logger: false, forceCloseConnections: true, bodyLimit: 16_384 });
  const guard = createGuard({
    access: createAccess({ tokens, host: config.host }),
    clock: options.clock,
    perMinute: options.perMinute,
  });
  const addressOf = createAddressOf(config.proxies);
  const audit = createThrift(options.audit ?? logAudit(log), options.clock);
  const socket = createLiveSocket({
    server: app.server,
    source,
    guard,
    addressOf,
    audit,
    clock: options.clock,
    every: config.every,
    pingEvery: options.pingEvery,
    log,
  });
  const metrics = createLiveMetrics({ source, watchers: socket.watchers, registry: options.metrics });

  app.addHook('onRoute', ({ method, url }) => {
    for (const one of [method].flat())
      if (url.startsWith('/v1/') && !routeOf(one, url))
        throw new Error(`${one} ${url} is not in the table of routes (src/live/routes.ts)`);
  });
  app.addHook('onRequest', async (request, reply) => {
    reply.headers(HEADERS);
    // The route that was found, not the address as written: the router decodes what is escaped in it.
    const route = routeOf(request.method, request.routeOptions.url);
    if (!route || route.role === 'own') return;
    const { headers } = request;
    const address = addressOf(request.socket.remoteAddress, headers);
    const admission = guard({ address, headers, shown: bearerOf(headers), route });
    if ('refused' in admission) return refuse(request, reply, admission.refused);
    request.caller = admission.caller;
  });
  app.addHook('onSend', async (request, reply, payload) => {
    const route = routeOf(request.method, request.routeOptions.url);
    const { statusCode: status } = reply;
    if (!route || route.role === 'own' || (route.rate !== 'orders' && !DENIED.has(status))) return;
    audit({
      at: options.clock(),
      by: request.caller?.name ?? request.refusedTo ?? 'unknown',
      address: addressOf(request.socket.remoteAddress, request.headers),
      what: `${request.method} ${pathOf(request.url)}`,
      status,
      ...(status < 400 ? {} : { refused: errorIn(payload) }),
    });
  });
  app.setNotFoundHandler((_request, reply) => reply.code(404).send({ error: 'nothing here' }));
  app.setErrorHandler<Error & { statusCode?: number }>((error, request, reply) => {
    const status = error.statusCode ?? 500;
    if (status < 500) return reply.code(status).send({ error: error.message });
    log.error({ error: error.message, route: request.routeOptions.url }, 'a request could not be served');
    return reply.code(500).send({ error: 'it could not be done; the log says why' });
  });

  registerPage(app);
  registerReads(app, source);
  registerGate(app, source, options.clock);
  registerControl(app, source);
  app.get('/metrics', async (_request, reply) =>
    reply.type(metrics.contentType).send(await metrics.scrape()),
  );
  options.register?.(app);

  return {
    listen: async () => {
      try {
        return { url: await app.listen({ host: config.host, port: config.port }) };
      } catch (error) {
        const why = messageOf(error);
        throw new ConfigError(
          `live.port: cannot listen (${why}); free it or choose another, with --port for once`,
        );
      }
    },
    close: async () => {
      await Promise.all([socket.close(), app.close()]);
    },
  };
};

const refuse = (request: FastifyRequest, reply: FastifyReply, refusal: AccessRefusal) => {
  const { status, error, by, retryAfter } = refusal;
  request.refusedTo = by;
  if (retryAfter !== undefined) reply.header('retry-after', String(retryAfter));
  return reply.code(status).send({ error });
};

/** The error that an answer of ours names. */
const errorIn = (payload: unknown): string => {
  const found = typeof payload === 'string' && /^\{"error":("(?:[^"\\]|\\.)*")/.exec(payload);
  return found ? String(JSON.parse(found[1] ?? '""')) : 'refused';
};
