/**
 * The API at a glance: every route under /v1, who may call it, how often, and what it does. The server's guard, the
 * handlers and the OpenAPI document all go by this table; a route that is not in it cannot be added.
 */
import type { z } from 'zod';
import type { Role } from '../config/tokens.ts';
import * as takes from './inputs.ts';

export interface Route {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  readonly path: string;
  /** Who may call it: an operator may all that a viewer may; `own` routes know their callers by themselves. */
  readonly role: Role | 'own';
  /** The limit it counts for (see limits.ts); a route that senders ask for each message has none. */
  readonly rate: 'reads' | 'orders' | 'none';
  /** What the route does, in a sentence for the OpenAPI document. */
  readonly does: string;
  readonly params?: z.ZodObject;
  readonly query?: z.ZodObject;
  readonly body?: z.ZodType;
}

/** What a route takes: the shapes of its parameters, query and body. */
type Takes = Pick<Route, 'params' | 'query' | 'body'>;

const get = <T extends Takes>(path: string, does: string, takes: T) =>
  ({ method: 'GET', path, role: 'viewer', rate: 'reads', does, ...takes }) as const;
const order = <M extends 'POST' | 'PUT' | 'DELETE', T extends Takes>(
  method: M,
  path: string,
  does: string,
  takes: T,
) => ({ method, path, role: 'operator', rate: 'orders', does, ...takes }) as const;

const { ofProvider, ofIncident, ofMessage, ofPage } = takes;

/** Every route under /v1. */
export const ROUTES = {
  me: get('/v1/me', 'Whose token this is, and its role.', {}),
  status: get('/v1/status', 'All that the live view shows.', {}),
  live: get('/v1/live', 'The same as a WebSocket: a snapshot, then changes.', {}),
  incidents: get('/v1/incidents', 'The incidents of the last day.', {}),
  incident: get('/v1/incidents/:id', 'One of them.', { params: ofIncident }),
  policy: get('/v1/incidents/:id/policy', "The policy's table held against it.", { params: ofIncident }),
  providers: get('/v1/providers', 'The providers, and their pauses.', {}),
  provider: get('/v1/providers/:provider', 'One of them.', { params: ofProvider }),
  mode: get('/v1/mode', 'What tocsin may do by itself, and who set it.', {}),
  audit: get('/v1/audit', 'The journal, in pages.', { query: ofPage }),
  probe: get('/v1/probes/stop', 'What was seen of the test number.', {}),
  openapi: get('/v1/openapi.json', 'This table as an OpenAPI document.', {}),

  pause: order('POST', '/v1/providers/:provider/pause', 'Pauses a provider, or a part of it.', {
    params: ofProvider,
    body: takes.pauseOrder,
  }),
  resume: order('POST', '/v1/providers/:provider/resume', 'Ends a pause; of a provider alone, every one.', {
    params: ofProvider,
    body: takes.order,
  }),
  acknowledge: order('POST', '/v1/incidents/:id/acknowledge', 'Says that somebody looks after it.', {
    params: ofIncident,
    body: takes.acknowledgement,
  }),
  handsOff: order('PUT', '/v1/hands-off', 'tocsin pauses and resumes nothing by itself.', {
    body: takes.whoAndWhy,
  }),
  handsOn: order('DELETE', '/v1/hands-off', 'tocsin acts by itself again.', { body: takes.whoAndWhy }),
  setMode: order('PUT', '/v1/mode', 'Sets it for all instances, over restarts.', { body: takes.modeOrder }),
  unsetMode: order('DELETE', '/v1/mode', "The configuration's again.", { body: takes.whoAndWhy }),
  announce: order('POST', '/v1/announcements', 'Says that a campaign is planned.', {}),

  drill: get('/v1/drill/:provider', 'What would hold back a pause of it, as things are.', {
    params: ofProvider,
    query: ofMessage,
  }),
  drilled: order('POST', '/v1/drill/:provider', "A drill's outcome, for the journal.", {
    params: ofProvider,
    body: takes.drillOutcome,
  }),

  gate: {
    ...get('/v1/gate/:provider', 'May this message be sent?', { params: ofProvider, query: ofMessage }),
    rate: 'none',
  },
  events: { ...order('POST', '/v1/events', 'Takes events: one, an array, or lines.', {}), rate: 'none' },
  slack: { ...order('POST', '/v1/slack/interactions', "Slack's buttons.", {}), role: 'own', rate: 'none' },
} as const satisfies Record<string, Route>;

const byAddress: ReadonlyMap<string, Route> = new Map(
  Object.values(ROUTES).map((route: Route) => [`${route.method} ${route.path}`, route]),
);

/** The row of a method and a path as written in the table; undefined when there is none. HEAD is GET. */
export const routeOf = (method: string, path: string | undefined): Route | undefined =>
  byAddress.get(`${method === 'HEAD' ? 'GET' : method} ${path}`);

/** A row's method and path as the server's framework wants them. */
export const at = <M extends Route['method']>({ method, path }: { method: M; path: string }) => ({
  method,
  url: path,
});
