import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { pino } from 'pino';
import { afterEach, describe, expect, test } from 'vitest';
import { duration } from '../../src/events/event.ts';
import { createHeartbeat } from '../../src/health/heartbeat.ts';

const stops: Array<() => void> = [];
afterEach(() => {
  for (const stop of stops.splice(0)) stop();
});

const serve = async (answer: RequestListener) => {
  const requests: string[] = [];
  const server = createServer((request, response) => {
    requests.push(`${request.method} ${request.url}`);
    answer(request, response);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  stops.push(() => {
    server.close();
    server.closeAllConnections();
  });
  return { requests, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/ping/a-secret` };
};

const said: string[] = [];
const log = pino({ level: 'info' }, { write: (line: string) => void said.push(line) });
const heartbeatTo = (url: string, isWell = () => true, timeout = 1_000) =>
  createHeartbeat({
    url,
    settings: { every: duration(60_000), method: 'GET', timeout: duration(timeout) },
    isWell,
    log,
    pause: duration(0),
  });

describe('a heartbeat', () => {
  test('is one request while all is well, and none while it is not', async () => {
    const { requests, url } = await serve((_, response) => response.end('OK'));
    let isWell = true;
    const heartbeat = heartbeatTo(url, () => isWell);
    expect(await heartbeat.beat()).toBe(true);
    isWell = false;
    expect(await heartbeat.beat()).toBeUndefined();
    expect(requests).toEqual(['GET /ping/a-secret']);
  });

  test('is tried again when it was not taken', async () => {
    let refusals = 2;
    const { requests, url } = await serve((_, response) => {
      response.writeHead(refusals-- > 0 ? 503 : 200).end();
    });
    expect(await heartbeatTo(url).beat()).toBe(true);
    expect(requests).toHaveLength(3);
  });

  test.each<[string, RequestListener, RegExp]>([
    ['refuses', (_, response) => response.writeHead(404).end(), /HTTP 404/],
    ['sends elsewhere', (_, response) => response.writeHead(302, { location: '/other' }).end(), /HTTP 302/],
    ['breaks the connection', (request) => request.socket.destroy(), /UND_ERR_SOCKET|ECONNRESET/],
    ['never answers', () => undefined, /TimeoutError/],
    ['never ends its answer', (_, response) => void response.writeHead(200).write('O'), /^$/],
  ])('to somebody who %s is given up in time, and said without the address', async (_, answer, why) => {
    const { requests, url } = await serve(answer);
    said.length = 0;
    const heartbeat = heartbeatTo(url, undefined, 50);
    const taken = await heartbeat.beat();
    expect(heartbeat.problem() ?? '').toMatch(why);
    expect(requests).toHaveLength(taken ? 1 : 3);
    await heartbeat.beat();
    expect(said.filter((line) => line.includes('does not reach'))).toHaveLength(taken ? 0 : 1);
    expect(said.join()).not.toContain('a-secret');
    expect(heartbeat.problem() ?? '').not.toContain('a-secret');
  });

  test('that is not well any more is not tried again, and a stop ends it at once', async () => {
    let isWell = true;
    const { requests, url } = await serve((_, response) => {
      isWell = false;
      response.writeHead(503).end();
    });
    expect(await heartbeatTo(url, () => isWell).beat()).toBeUndefined();
    expect(requests).toHaveLength(1);

    const silent = await serve(() => undefined);
    const heartbeat = heartbeatTo(silent.url, undefined, 60_000);
    const running = heartbeat.start();
    const beat = heartbeat.beat();
    await running.stop();
    expect(await beat).toBeUndefined();
  });
});
