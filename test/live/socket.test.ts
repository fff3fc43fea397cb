import { once } from 'node:events';
import { connect as connectTcp, type Socket } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { ms } from '../../src/events/event.ts';
import type { LiveMessage } from '../../src/live/feed.ts';
import { startLiveServer } from '../support/live-server.ts';
import { createScriptedSource, feedLine, incidentOf, NIGHT, ratesOf } from '../support/live-source.ts';
import { until } from '../support/until.ts';

const open: Array<() => Promise<unknown>> = [];
afterEach(async () => {
  for (const close of open.splice(0).reverse()) await close();
});

const start = async (more: Parameters<typeof startLiveServer>[1] = {}) => {
  const scripted = createScriptedSource();
  const server = await startLiveServer(scripted.source, more);
  open.push(server.close);
  return { ...scripted, ...server };
};

const watch = (url: string, protocols: string[] = [], headers: Record<string, string> = {}) => {
  const socket = new WebSocket(`${url.replace('http', 'ws')}/v1/live`, protocols, { headers });
  const messages: LiveMessage[] = [];
  let closed: number | undefined;
  let refused: string | undefined;
  socket.on('message', (data) => messages.push(JSON.parse(String(data))));
  socket.on('close', (code) => {
    closed = code;
  });
  socket.on('error', (error) => {
    refused = error.message;
  });
  open.push(async () => socket.terminate());
  return { socket, messages, closed: () => closed, refused: () => refused };
};

/** A watcher that shakes hands and then reads nothing: its socket fills. */
const watchWithoutReading = async (port: number): Promise<Socket> => {
  const socket = connectTcp({ port, host: '127.0.0.1' });
  await once(socket, 'connect');
  const key = Buffer.alloc(16).toString('base64');
  const head = [
    'GET /v1/live HTTP/1.1',
    `Host: 127.0.0.1:${port}`,
    'Connection: Upgrade',
    'Upgrade: websocket',
  ];
  socket.write(`${[...head, 'Sec-WebSocket-Version: 13', `Sec-WebSocket-Key: ${key}`].join('\r\n')}\r\n\r\n`);
  socket.pause();
  open.push(async () => socket.destroy());
  return socket;
};

test('who comes gets a snapshot, then only what changes', async () => {
  const { url, set, say, setRates } = await start();
  say(feedLine('before'));
  setRates({ alpha: ratesOf(() => 2) });
  const { messages } = watch(url);
  await until(() => messages.length > 0);
  expect(messages[0]).toMatchObject({ type: 'snapshot', feed: [{ text: 'before' }] });
  expect(messages[0]?.rates.alpha).toHaveLength(900);

  say(feedLine('after'));
  set({ incidents: [incidentOf('alpha')] });
  const change = await until(() => messages.find((message) => message.type === 'change'));
  expect(change).toMatchObject({ feed: [{ text: 'after' }], state: { incidents: [{ provider: 'alpha' }] } });
  expect(change.rates.alpha?.length).toBeLessThan(20);
});

test('nothing is sent while nothing changes, and the source is left alone while nobody watches', async () => {
  const { url, reads, set, setRates, say } = await start();
  setRates({ alpha: ratesOf(() => 2) });
  say(feedLine('before'));
  const watcher = watch(url);
  await until(() => watcher.messages.length > 0);
  const before = reads.state;
  await until(() => reads.state > before + 5);
  expect(watcher.messages).toHaveLength(1);
  set({ now: ms(NIGHT + 1000) });
  await until(() => watcher.messages.length === 2);

  watcher.socket.close();
  await until(() => watcher.closed() !== undefined);
  const atEnd = await until(async () => {
    const seen = reads.state;
    await new Promise((resolve) => setTimeout(resolve, 100));
    return reads.state === seen && seen;
  });
  expect(reads.state).toBe(atEnd);
});

test('a change is written once, however many watch', async () => {
  const { url, reads, set } = await start();
  const watchers = Array.from({ length: 20 }, () => watch(url));
  await until(() => watchers.every(({ messages }) => messages.length > 0));
  const before = reads.state;
  set({ now: ms(NIGHT + 5000) });
  await until(() => watchers.every(({ messages }) => messages.at(-1)?.state.now === NIGHT + 5000));
  expect(reads.state - before).toBeLessThan(20);
});

test('a watcher that does not read holds nobody up, and is current again once it reads', async () => {
  const { url, port, set, source } = await start();
  const slow = await watchWithoutReading(port);
  const quick = watch(url);
  await until(() => quick.messages.length > 0);
  const problem = 'x'.repeat(500_000);
  for (let turn = 1; turn <= 60; turn++) {
    set({ now: ms(NIGHT + turn * 1000), health: { ...source.state().health, problems: [problem] } });
    await until(() => quick.messages.at(-1)?.state.now === NIGHT + turn * 1000);
    quick.messages.splice(0, quick.messages.length - 1);
  }

  let received = Buffer.alloc(0);
  slow.on('data', (data) => {
    received = Buffer.concat([received, data]).subarray(-2_000_000);
  });
  slow.resume();
  await until(() => received.includes(`"type":"snapshot","state":{"now":${NIGHT + 60_000}`));
  // It was not sent the thirty megabytes that the quick one got.
  expect(slow.bytesRead).toBeLessThan(20_000_000);
});

test('a watcher that answers no ping is let go', async () => {
  const { port } = await start({ pingEvery: 50 });
  const dead = await watchWithoutReading(port);
  dead.resume();
  await once(dead, 'close');
});

test('strangers are refused: another origin, a wrong token, another path', async () => {
  const { url } = await start({ token: 'the secret/é' });
  const encoded = Buffer.from('the secret/é').toString('base64url');
  const refusals = [
    [watch(url), '401'],
    [watch(url, ['tocsin', 'tocsin.token.d3Jvbmc']), '401'],
    [watch(url, ['tocsin', `tocsin.token.${encoded}`], { origin: 'https://evil.example' }), '403'],
    [watch(`${url}/v1/other?`), '404'],
  ] as const;
  for (const [watcher, status] of refusals) expect(await until(watcher.refused)).toContain(status);
  const welcome = watch(url, ['tocsin', `tocsin.token.${encoded}`]);
  await until(() => welcome.messages.length > 0);
  expect(welcome.socket.protocol).toBe('tocsin');
});

test('no more than two hundred may watch', async () => {
  const { url } = await start();
  const watchers = Array.from({ length: 201 }, () => watch(url));
  await until(() => watchers.filter(({ messages }) => messages.length > 0).length === 200);
  expect(await until(() => watchers.map(({ refused }) => refused()).find(Boolean))).toContain('503');
});

test('closing tells watchers to go, and does not wait for one that never answers', async () => {
  const scripted = createScriptedSource();
  const server = await startLiveServer(scripted.source);
  const polite = watch(server.url);
  await watchWithoutReading(server.port);
  await until(() => polite.messages.length > 0);
  await until(async () =>
    (await (await fetch(`${server.url}/metrics`)).text()).includes('tocsin_watchers 2'),
  );
  const began = Date.now();
  await server.close();
  expect(Date.now() - began).toBeLessThan(4_000);
  expect(await until(polite.closed)).toBe(1001);
});

/** What the server answers to an upgrade request for `line`, sent as it stands; '' when it only hangs up. */
const answerTo = async (port: number, line: string): Promise<string> => {
  const socket = connectTcp({ port, host: '127.0.0.1' });
  open.push(async () => socket.destroy());
  await once(socket, 'connect');
  let answer = '';
  socket.on('data', (data) => {
    answer += data;
  });
  const key = Buffer.alloc(16).toString('base64');
  const head = [
    `GET ${line} HTTP/1.1`,
    `Host: 127.0.0.1:${port}`,
    'Connection: Upgrade',
    'Upgrade: websocket',
  ];
  socket.end(`${[...head, 'Sec-WebSocket-Version: 13', `Sec-WebSocket-Key: ${key}`].join('\r\n')}\r\n\r\n`);
  await once(socket, 'close');
  return answer;
};

test('no request line, however odd, ends the server: each is refused, and the next watcher is let in', async () => {
  const { url, port } = await start();
  const odd = [
    '//',
    '//[',
    '//x:99999',
    '/\\',
    '//live:-1',
    '/%',
    'http://',
    'http://[',
    '*',
    '///',
    '/v1/live/../..//',
  ];
  for (const line of odd) expect(await answerTo(port, line)).toMatch(/^(HTTP\/1\.1 4\d\d|$)/);
  const { messages } = watch(url);
  await until(() => messages.length > 0);
});
