/**
 * The HTTP server: the live page, its stream, the state, the gate, health, metrics, and the operators' orders.
 * In: a `LiveSource`. Out: one port. With tokens, everything under /v1 wants one; the page itself shows nothing.
 */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import fastify, { type FastifyInstance, type FastifyReply } from 'fastify';
import type { Logger } from 'pino';
import type { Registry } from 'prom-client';
import { ConfigError } from '../config/load.ts';
import type { Config } from '../config/schema.ts';
import type { Caller, KnownToken } from '../config/tokens.ts';
import type { Clock } from '../events/event.ts';
import { bearerOf, createAccess, type Refusal } from './access.ts';
import { registerControl } from './control.ts';
import type { LiveSource } from './feed.ts';
import { registerGate } from './gate.ts';
import { createLiveMetrics } from './metrics.ts';
import { registerReads } from './reads.ts';
import { routeOf } from './routes.ts';
import { createLiveSocket } from './socket.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** Of a route that the table guards. */
    caller: Caller;
  }
}

export interface LiveServer {
  /** Throws when the port is taken. */
  listen(): Promise<{ url: string }>;
  /** Ends every connection, at the latest after two seconds or so. */
  close(): Promise<void>;
}

export interface LiveServerOptions {
  readonly source: LiveSource;
  readonly config: Config['live'];
  /** None: whoever reaches the port may do everything. */
  readonly tokens: readonly KnownToken[];
  readonly clock: Clock;
  readonly log: Logger;
  /** Adds routes of others, such as POST /v1/events, behind the same guard. */
  readonly register?: (app: FastifyInstance) => void;
  readonly metrics?: Registry;
  /** Between the pings of a watcher, in ms. */
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

export const createLiveServer = (options: LiveServerOptions): LiveServer => {
  const { source, config, tokens, log } = options;
  const app = fastify({ logger: false, forceCloseConnections: true, bodyLimit: 16_384 });
  const access = createAccess({ tokens, host: config.host });
  const socket = createLiveSocket({
    server: app.server,
    source,
    access,
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
    const admission = access({ headers, shown: bearerOf(headers), route });
    if ('refused' in admission) return refuse(reply, admission.refused);
    request.caller = admission.caller;
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
        const why = error instanceof Error ? error.message : String(error);
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

const refuse = (reply: FastifyReply, { status, error }: Refusal) => reply.code(status).send({ error });

/** The page's files, read once. src/live and dist/live both lie two folders below the package's root. */
const registerPage = (app: FastifyInstance): void => {
  const root = new URL('../../dashboards/live/', import.meta.url);
  const require = createRequire(import.meta.url);
  const uplot = (file: string) =>
    require.resolve('uplot/package.json').replace(/package\.json$/, `dist/${file}`);
  const files: ReadonlyArray<readonly [path: string, from: URL | string, type: string]> = [
    ['/', new URL('index.html', root), 'text/html; charset=utf-8'],
    ...['live.js', 'view.js', 'incidents.js', 'pauses.js', 'chart.js'].map(
      (file) => [`/assets/${file}`, new URL(file, root), 'text/javascript; charset=utf-8'] as const,
    ),
    ['/assets/live.css', new URL('live.css', root), 'text/css; charset=utf-8'],
    ['/assets/icon.svg', new URL('icon.svg', root), 'image/svg+xml'],
    ['/assets/uPlot.iife.min.js', uplot('uPlot.iife.min.js'), 'text/javascript; charset=utf-8'],
    ['/assets/uPlot.min.css', uplot('uPlot.min.css'), 'text/css; charset=utf-8'],
  ];
  for (const [path, from, type] of files) {
    const body = readFileSync(from);
    app.get(path, async (_request, reply) => reply.type(type).send(body));
  }
};
