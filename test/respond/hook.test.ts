import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { configSchema } from '../../src/config/schema.ts';
import { ms } from '../../src/events/event.ts';
import { callHook, type HookPayload, type HookWorld } from '../../src/respond/hook.ts';

const payload: HookPayload = {
  action: 'pause',
  provider: 'alpha',
  incident: 'alpha-20261028T190004Z',
  reason: 'a burst by night',
  since: ms(1_793_214_004_000),
  token: 7,
};

interface Call {
  readonly method?: string;
  readonly url?: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

describe('a hook over HTTP', () => {
  let calls: Call[];
  let answers: ((response: ServerResponse) => void)[];
  let base: string;
  let waits: number[];
  let server: ReturnType<typeof createServer>;

  beforeEach(async () => {
    calls = [];
    answers = [];
    waits = [];
    server = createServer(async (request, response) => {
      const chunks = await request.toArray();
      const { method, url, headers } = request;
      calls.push({ method, url, headers, body: Buffer.concat(chunks).toString() });
      (answers.shift() ?? status(204))(response);
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    base = `http://127.0.0.1:${address !== null && typeof address === 'object' ? address.port : 0}`;
  });
  afterEach(() => {
    server.closeAllConnections();
    server.close();
  });

  const status =
    (code: number, headers = {}) =>
    (response: ServerResponse) =>
      void response.writeHead(code, headers).end('{"any":"thing"}');
  const hang = () => undefined;
  const reset = (response: ServerResponse) => void response.socket?.destroy();
  const hook = (over: object = {}) => {
    const given = { url: `${base}/pause`, timeout: '200ms', ...over };
    const { pause } =
      configSchema.parse({ providers: { alpha: { hooks: { pause: given } } } }).providers.alpha?.hooks ?? {};
    if (!pause) throw new Error('no hook');
    return pause;
  };
  const world = (over: Partial<HookWorld> = {}): HookWorld => ({
    env: {},
    sleep: async (wait) => void waits.push(wait),
    random: () => 0.5,
    ...over,
  });

  test('the order is posted as JSON, with a key that names it', async () => {
    expect(await callHook(hook(), payload, world())).toEqual({ ok: true });

    expect(calls).toHaveLength(1);
    expect(calls[0]).toMatchObject({ method: 'POST', url: '/pause' });
    expect(calls[0]?.headers).toMatchObject({
      'content-type': 'application/json',
      'idempotency-key': 'alpha-20261028T190004Z-pause-7',
    });
    expect(JSON.parse(calls[0]?.body ?? '')).toEqual(payload);
  });

  test('an error, then silence, then a taken order: three tries, one key, growing waits', async () => {
    answers = [status(500), hang, status(200)];

    expect(await callHook(hook(), payload, world())).toEqual({ ok: true });

    expect(new Set(calls.map(({ headers }) => headers['idempotency-key'])).size).toBe(1);
    expect(calls).toHaveLength(3);
    expect(waits).toEqual([250, 500]);
  });

  test.each<[string, () => ((response: ServerResponse) => void)[], string]>([
    ['500 each time', () => [status(500), status(500), status(500)], 'was answered 500, 3 times tried'],
    ['silence', () => [hang, hang, hang], 'had no answer within 0.2 s'],
    ['a broken connection', () => [reset, reset, reset], 'could not be delivered (UND_ERR_SOCKET)'],
    ['a redirect', () => Array(3).fill(status(302, { location: '/else' })), 'was answered 302'],
  ])('%s is told as what it is, after three tries', async (_name, given, words) => {
    answers = given();

    const result = await callHook(hook(), payload, world());

    expect(result).toMatchObject({ ok: false, error: expect.stringContaining(words) });
    expect(calls).toHaveLength(3);
  });

  test('url and headers take their secrets from the environment', async () => {
    const secret = hook({ url: `${base}/\${ACCOUNT}/pause`, headers: { authorization: `Bearer \${KEY}` } });

    await callHook(secret, payload, world({ env: { ACCOUNT: 'ac1', KEY: 's3cret' } }));

    expect(calls[0]).toMatchObject({ url: '/ac1/pause', headers: { authorization: 'Bearer s3cret' } });
  });

  test('a variable that is not set is named, and nothing is sent', async () => {
    const result = await callHook(hook({ headers: { authorization: `Bearer \${KEY}` } }), payload, world());

    expect(result).toEqual({ ok: false, error: 'not set in the environment: KEY' });
    expect(calls).toEqual([]);
  });

  test('no way of failing shows a secret', async () => {
    const env = {
      KEY: 's3cret',
      BAD: 's3cret\nx',
      URL: 'no url s3cret',
      HOST: 'http://s3cret:s3cret@127.0.0.1:1',
    };
    const headers = { authorization: `Bearer \${KEY}` };
    const closed = { url: `http://127.0.0.1:1/\${KEY}`, headers };
    const hooks = [closed, { url: `\${URL}` }, { url: `\${HOST}` }, { headers: { 'x-key': `\${BAD}` } }];

    for (const given of hooks) {
      const result = await callHook(hook(given), payload, world({ env }));
      expect(result).toMatchObject({ ok: false });
      expect(JSON.stringify(result)).not.toContain('s3cret');
    }
  });
});
