import { readdirSync, readFileSync } from 'node:fs';
import type { FastifyInstance } from 'fastify';
import { afterEach, expect, test } from 'vitest';
import { openapi } from '../../src/live/openapi.ts';
import { ROUTES, routeOf } from '../../src/live/routes.ts';
import { startLiveServer } from '../support/live-server.ts';
import { createScriptedSource, incidentOf, providerView } from '../support/live-source.ts';

const open: Array<() => Promise<void>> = [];
afterEach(async () => {
  for (const close of open.splice(0)) await close();
});
const start = async () => {
  const scripted = createScriptedSource();
  const server = await startLiveServer(scripted.source);
  open.push(server.close);
  const get = async (path: string) => {
    const answer = await fetch(`${server.url}${path}`);
    return [answer.status, await answer.json()] as const;
  };
  return { ...scripted, ...server, get };
};

test('incidents and providers are read as lists and one by one', async () => {
  const { get, set } = await start();
  const incident = incidentOf('alpha');
  set({ incidents: [incident], providers: [providerView('alpha'), providerView('beta')] });
  expect(await get('/v1/incidents')).toEqual([200, { incidents: [incident] }]);
  expect(await get(`/v1/incidents/${incident.id}`)).toEqual([200, incident]);
  expect(await get('/v1/incidents/none')).toEqual([404, { error: expect.stringContaining('no such') }]);
  expect(await get('/v1/providers')).toMatchObject([200, { providers: [{}, {}] }]);
  expect(await get('/v1/providers/beta')).toEqual([200, providerView('beta')]);
  expect(await get('/v1/providers/gamma')).toMatchObject([404, { error: expect.any(String) }]);
});

test('the document has every route of the table, with what it takes', async () => {
  const { get } = await start();
  expect(await get('/v1/openapi.json')).toEqual([200, JSON.parse(JSON.stringify(openapi))]);
  const operations = Object.values(openapi.paths).flatMap((path) => Object.values(path));
  expect(operations).toHaveLength(Object.keys(ROUTES).length);
  expect(openapi.paths['/v1/providers/{provider}/pause']?.post).toMatchObject({
    operationId: 'pause',
    parameters: [{ name: 'provider', in: 'path', required: true, schema: { maxLength: 100 } }],
    requestBody: {
      content: { 'application/json': { schema: { properties: { atEnd: { enum: expect.any(Array) } } } } },
    },
  });
  expect(openapi.paths['/v1/audit']?.get).toMatchObject({
    parameters: [{ in: 'query', required: false }, { name: 'limit' }],
  });
});

test('a route that is not in the table cannot be added', async () => {
  const register = (app: FastifyInstance) => void app.get('/v1/secret', async () => 1);
  await expect(startLiveServer(createScriptedSource().source, { register })).rejects.toThrow(
    'GET /v1/secret is not in the table',
  );
});

test('commands and the page ask for nothing that is not in the table', () => {
  const files = ['src/cli', 'dashboards/live'].flatMap((folder) =>
    readdirSync(folder)
      .filter((name) => /\.[jt]s$/.test(name))
      .map((name) => readFileSync(`${folder}/${name}`, 'utf8')),
  );
  const asked = files.flatMap((text) => text.match(/(?<=['"`])\/v1\/[^'"`?]+/g) ?? []);
  expect(asked.length).toBeGreaterThan(10);
  const known = Object.values(ROUTES).map(
    ({ path }) =>
      new RegExp(
        `^${path.replaceAll(/:\w+/g, '\\$\\{.+?\\}').replace(/(pause|resume)$/, '(\\$\\{\\w+\\}|$1)')}$`,
      ),
  );
  for (const path of asked)
    expect(
      known.some((one) => one.test(path)),
      path,
    ).toBe(true);
});

test('HEAD is looked up as GET, and another method not at all', () => {
  expect(routeOf('HEAD', '/v1/status')).toBe(ROUTES.status);
  expect(routeOf('PATCH', '/v1/status')).toBeUndefined();
});
