import { afterEach, describe, expect, test } from 'vitest';
import { loadTokens, newToken } from '../../src/config/tokens.ts';
import { createAccess, giverOf } from '../../src/live/access.ts';
import { ROUTES, type Route } from '../../src/live/routes.ts';
import { startLiveServer } from '../support/live-server.ts';
import { createScriptedSource, incidentOf } from '../support/live-source.ts';

const open: Array<() => Promise<void>> = [];
afterEach(async () => {
  for (const close of open.splice(0)) await close();
});

const ana = newToken('ana', 'operator');
const bob = newToken('bob', 'viewer');
const tokens = loadTokens({}, { token: 'shared', viewerToken: 'look', tokens: `${ana.line},${bob.line}` });
const order = { reason: 'too many', by: 'marie' };

const start = async (more: Parameters<typeof startLiveServer>[1] = { tokens }) => {
  const scripted = createScriptedSource({ incidents: [incidentOf('alpha')] });
  const server = await startLiveServer(scripted.source, more);
  open.push(server.close);
  const as = async (token: string, path: string, body?: object, headers: Record<string, string> = {}) => {
    const answer = await fetch(`${server.url}${path}`, {
      method: body ? 'POST' : 'GET',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json', ...headers },
      ...(body ? { body: JSON.stringify(body) } : {}),
    });
    return [answer.status, await answer.json()] as const;
  };
  return { ...scripted, ...server, as };
};
const PAUSE = '/v1/providers/alpha/pause';

describe('every route of the table', () => {
  const access = createAccess({ tokens, host: '127.0.0.1' });
  const answer = (route: Route, shown?: string) => {
    const admission = access({ headers: { host: 'tocsin.example' }, shown, route });
    return 'refused' in admission ? admission.refused.status : admission.caller.name;
  };
  const routes = Object.entries<Route>(ROUTES).filter(([, { role }]) => role !== 'own');
  test.each(routes)('%s: nobody without a token, a viewer to read, an operator always', (_name, route) => {
    const forViewers = route.role === 'viewer';
    expect(answer(route)).toBe(401);
    expect(answer(route, 'wrong')).toBe(401);
    expect(answer(route, bob.token)).toBe(forViewers ? 'bob' : 403);
    expect(answer(route, 'look')).toBe(forViewers ? 'TOCSIN_VIEWER_TOKEN' : 403);
    expect(answer(route, ana.token)).toBe('ana');
    expect(answer(route, 'shared')).toBe('TOCSIN_TOKEN');
    // Nothing that changes something is a viewer's.
    expect(forViewers).toBe(route.method === 'GET');
  });
});

test('a viewer reads and orders nothing', async () => {
  const { as, orders } = await start();
  expect(await as(bob.token, '/v1/me')).toEqual([200, { name: 'bob', role: 'viewer', kind: 'person' }]);
  expect(await as(bob.token, '/v1/incidents')).toMatchObject([200, { incidents: [{ provider: 'alpha' }] }]);
  expect(await as(bob.token, PAUSE, order)).toEqual([
    403,
    { error: 'a viewer may look, and give no orders' },
  ]);
  expect(orders).toEqual([]);
});

test("an order is a person's whose token it is, whatever the body claims", async () => {
  const { as, orders } = await start();
  expect(await as(ana.token, PAUSE, order)).toEqual([200, { ok: true, by: 'ana' }]);
  expect(await as(ana.token, PAUSE, { reason: 'too many' })).toMatchObject([200, { by: 'ana' }]);
  expect(await as('shared', PAUSE, order)).toMatchObject([200, { by: 'marie (shared token)' }]);
  expect(await as('shared', PAUSE, { reason: 'x' })).toEqual([
    400,
    { error: expect.stringMatching(/^by: /) },
  ]);
  expect(orders.map(([, , , by]) => by)).toEqual(['ana', 'ana', 'marie (shared token)']);
});

test('nobody passes for tocsin itself, which dry-run and hands off hold back', async () => {
  const { as, orders } = await start({});
  for (const by of ['policy', ' policy ', 'detection'])
    expect(await as('', PAUSE, { ...order, by })).toEqual([400, { error: "by: is tocsin's own name" }]);
  expect(orders).toEqual([]);
  expect(giverOf({ name: 'anybody', role: 'operator', kind: 'anybody' }, 'marie')).toBe('marie');
});

test("an operator's token does not open the door to another site's page or form", async () => {
  const { as, orders } = await start();
  expect(await as(ana.token, PAUSE, order, { origin: 'https://evil.example' })).toMatchObject([403, {}]);
  expect(await as(ana.token, PAUSE, order, { 'content-type': 'text/plain' })).toMatchObject([415, {}]);
  expect(orders).toEqual([]);
});
