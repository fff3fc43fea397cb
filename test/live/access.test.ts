import { afterEach, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { configSchema } from '../../src/config/schema.ts';
import { loadTokens, newToken } from '../../src/config/tokens.ts';
import { ms } from '../../src/events/event.ts';
import { createAccess, giverOf } from '../../src/live/access.ts';
import { PER_MINUTE } from '../../src/live/limits.ts';
import type { AuditEntry } from '../../src/live/record.ts';
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

describe('how often', () => {
  const limited = async (more: Parameters<typeof startLiveServer>[1] = {}) => {
    let now = ms(0);
    const entries: AuditEntry[] = [];
    const started = await start({
      tokens,
      clock: () => now,
      audit: (entry) => void entries.push(entry),
      ...more,
    });
    const status = async (token: string, headers: Record<string, string> = {}) =>
      fetch(`${started.url}/v1/me`, { headers: { authorization: `Bearer ${token}`, ...headers } });
    return {
      ...started,
      entries,
      status,
      pass: (length: number) => {
        now = ms(now + length);
      },
    };
  };

  test('ten wrong tokens, then nobody is answered from there for a while, the right one neither', async () => {
    const { status, pass, url } = await limited();
    for (let n = 0; n < 10; n++) expect((await status(`guess-${n}`)).status).toBe(401);
    const held = await status('guess-11');
    expect([held.status, held.headers.get('retry-after')]).toEqual([429, '6']);
    expect(await held.json()).toEqual({ error: 'too many wrong tokens from this address: again in 6 s' });
    expect((await status(ana.token)).status).toBe(429);
    expect((await fetch(`${url}/healthz`)).status).toBe(200);
    pass(6_000);
    expect((await status(ana.token)).status).toBe(200);
    expect((await status('guess-12')).status).toBe(401);
    expect((await status(ana.token)).status).toBe(429);
  });

  test('who comes without a token guesses nothing', async () => {
    const { url, status } = await limited();
    for (let n = 0; n < 20; n++) expect((await fetch(`${url}/v1/me`)).status).toBe(401);
    expect((await status(ana.token)).status).toBe(200);
  });

  test('behind a proxy of ours one who guesses locks out nobody else', async () => {
    const { live } = configSchema.parse({ live: { port: 0, proxies: ['127.0.0.0/8', '::1'] } });
    const { status } = await limited({ config: live });
    const from = (address: string) => ({ 'x-forwarded-for': address });
    for (let n = 0; n < 10; n++) await status('guess', from('203.0.113.9'));
    expect((await status(ana.token, from('203.0.113.9'))).status).toBe(429);
    expect((await status(ana.token, from('198.51.100.7'))).status).toBe(200);
  });

  test('thirty orders a minute, by token and by address; reading goes on, and so does the gate', async () => {
    const { as, orders, url } = await limited();
    for (let n = 0; n < 30; n++) expect((await as(ana.token, PAUSE, order))[0]).toBe(200);
    expect(await as(ana.token, PAUSE, order)).toEqual([
      429,
      { error: 'more than 30 orders in a minute: again in 2 s' },
    ]);
    // From one address, another token changes nothing.
    expect((await as('shared', PAUSE, order))[0]).toBe(429);
    expect(orders).toHaveLength(30);
    expect((await as(ana.token, '/v1/status'))[0]).toBe(200);
    const headers = { authorization: `Bearer ${bob.token}` };
    for (let n = 0; n < 700; n++)
      if (!(await fetch(`${url}/v1/gate/alpha`, { headers })).ok) throw new Error(`refused at ${n}`);
  });

  test('so many reads a minute, and a live view counts as one', async () => {
    const { status, port } = await limited({ perMinute: { ...PER_MINUTE, reads: 3 } });
    const watch = () =>
      new Promise<number | undefined>((resolve) => {
        const socket = new WebSocket(`ws://127.0.0.1:${port}/v1/live?token=${bob.token}`);
        socket.on('unexpected-response', (_request, response) => resolve(response.statusCode));
        socket.on('open', () => {
          socket.close();
          resolve(101);
        });
      });
    expect(await watch()).toBe(101);
    expect([(await status(bob.token)).status, (await status(bob.token)).status]).toEqual([200, 200]);
    expect([(await status(bob.token)).status, await watch()]).toEqual([429, 429]);
  });

  test('every order and everyone turned away is written down, and no token with it', async () => {
    const { as, status, entries, port } = await limited();
    await as(ana.token, PAUSE, order);
    await as(ana.token, `${PAUSE}?token=${ana.token}`, { reason: '' });
    await as(bob.token, PAUSE, order);
    await as(bob.token, '/v1/status');
    await status('guess');
    const socket = new WebSocket(`ws://127.0.0.1:${port}/v1/live?token=guess`);
    await new Promise((resolve) => socket.on('error', resolve));
    const at = { at: 0, address: '127.0.0.1' };
    const what = `POST ${PAUSE}`;
    const wanted = 'a token is needed: Authorization: Bearer <token>';
    expect(entries).toEqual([
      { ...at, by: 'ana', what, status: 200 },
      { ...at, by: 'ana', what, status: 400, refused: expect.stringMatching(/^reason: /) },
      { ...at, by: 'bob', what, status: 403, refused: 'a viewer may look, and give no orders' },
      { ...at, by: 'unknown', what: 'GET /v1/me', status: 401, refused: wanted },
      { ...at, by: 'unknown', what: 'GET /v1/live', status: 401, refused: wanted },
    ]);
    expect(JSON.stringify(entries)).not.toContain(ana.token);
  });
});
