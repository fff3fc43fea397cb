import { request } from 'node:http';
import { afterEach, describe, expect, test } from 'vitest';
import { pauseOf } from '../contract/gate.ts';
import { startLiveServer } from '../support/live-server.ts';
import { createScriptedSource, incidentOf, providerView } from '../support/live-source.ts';

const open: Array<() => Promise<void>> = [];
afterEach(async () => {
  for (const close of open.splice(0)) await close();
});

const start = async (more: Parameters<typeof startLiveServer>[1] = {}) => {
  const scripted = createScriptedSource();
  const server = await startLiveServer(scripted.source, more);
  open.push(server.close);
  return { ...scripted, ...server };
};

const post = (url: string, body: unknown, headers: Record<string, string> = {}) =>
  fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });

/** The status of a request whose path and Host are sent as they are. */
const rawStatus = (port: number, path: string, headers: Record<string, string> = {}) =>
  new Promise<number | undefined>((resolve, reject) => {
    request({ host: '127.0.0.1', port, path, headers }, (response) => {
      response.resume();
      resolve(response.statusCode);
    })
      .on('error', reject)
      .end();
  });

const pause = pauseOf('alpha', 1, { reason: 'burst', incident: null });
const order = { reason: 'too many', by: 'marie' };

describe('what can be read', () => {
  test('the page and its files are served, with headers that keep strangers out', async () => {
    const { url } = await start();
    const page = await fetch(url);
    expect(page.status).toBe(200);
    expect(page.headers.get('content-security-policy')).toContain("script-src 'self'");
    const assets = [...(await page.text()).matchAll(/(?:src|href)="(\/assets\/[^"]+)"/g)].map(
      ([, path]) => path,
    );
    expect(assets.length).toBeGreaterThan(4);
    for (const path of [...assets, '/assets/view.js', '/assets/incidents.js', '/assets/chart.js'])
      expect((await fetch(`${url}${path}`)).status, path).toBe(200);
    expect((await fetch(`${url}/assets/../package.json`)).status).toBe(404);
  });

  test('a blind tocsin is alive but not ready, and says why', async () => {
    const { url, set, source } = await start();
    expect((await fetch(`${url}/readyz`)).status).toBe(200);
    set({ health: { ...source.state().health, problems: ['Kafka is away'] } });
    const ready = await fetch(`${url}/readyz`);
    expect(ready.status).toBe(503);
    expect(await ready.json()).toEqual({ ready: false, problems: ['Kafka is away'] });
    expect((await fetch(`${url}/healthz`)).status).toBe(200);
  });

  test('the gate says whether a provider may send', async () => {
    const { url, set } = await start();
    set({ providers: [providerView('alpha', { state: 'paused', pauses: [pause] }), providerView('beta')] });
    expect(await (await fetch(`${url}/v1/gate/alpha`)).json()).toEqual({ allowed: false, pause });
    expect(await (await fetch(`${url}/v1/gate/beta`)).json()).toEqual({ allowed: true });
  });

  test('the gate is asked for a category and a campaign, and lets a trickle through', async () => {
    const { url, set } = await start();
    const ask = async (query: string) => (await fetch(`${url}/v1/gate/alpha?${query}`)).json();
    const spring = pauseOf('alpha', 1, { campaign: 'spring sale' });
    const marketing = pauseOf('alpha', 2, { category: 'marketing', trickle: 1 });
    set({ providers: [providerView('alpha', { pauses: [spring, marketing] })] });

    expect(await ask('campaign=spring%20sale')).toEqual({ allowed: false, pause: spring });
    expect(await ask('category=otp&campaign=summer')).toEqual({ allowed: true });
    expect(await ask('category=marketing')).toEqual({ allowed: true, pause: marketing });
    expect(await ask('category=marketing')).toEqual({ allowed: false, pause: marketing });
    expect(await ask('category=spam')).toEqual({ error: expect.stringMatching(/^category: /) });
  });

  test('metrics are the state at the scrape, and counters do not add up scrape by scrape', async () => {
    const { url, set, source } = await start();
    set({ incidents: [incidentOf('alpha'), incidentOf('beta', { status: 'resolved' })] });
    set({ health: { ...source.state().health, otherChannels: { whatsapp: 12, voice: 3 } } });
    await fetch(`${url}/metrics`);
    const text = await (await fetch(`${url}/metrics`)).text();
    expect(text).toContain('tocsin_events_total 48210');
    expect(text).toContain('tocsin_other_channels_total{channel="whatsapp"} 12');
    expect(text).toContain('tocsin_incidents_open{severity="critical"} 1');
    expect(text).toContain('tocsin_provider_paused{provider="alpha"} 0');
  });
});

test('metrics tell how late each provider’s reports come, where that is known', async () => {
  const { url, set } = await start();
  set({
    providers: [providerView('alpha', { delay: { ms: 600_000, isUsual: true } }), providerView('beta')],
  });
  const text = await (await fetch(`${url}/metrics`)).text();
  expect(text).toContain('tocsin_provider_delay_seconds{provider="alpha"} 600');
  expect(text).toContain('tocsin_provider_too_late_events{provider="alpha"} 7');
  expect(text).not.toContain('tocsin_provider_delay_seconds{provider="beta"}');
});

describe('why', () => {
  test('the table held against an incident, and a sentence when the incident is not known', async () => {
    const { url, set } = await start();
    const incident = incidentOf('alpha');
    set({ incidents: [incident] });
    const answer = await fetch(`${url}/v1/incidents/${incident.id}/policy`);
    expect(await answer.json()).toMatchObject({ incident: incident.id, rules: expect.any(Array) });
    const unknown = await fetch(`${url}/v1/incidents/none/policy`);
    expect(unknown.status).toBe(404);
    expect(await unknown.json()).toEqual({ error: expect.stringContaining('no such incident') });
  });
});

describe('what can be ordered', () => {
  test('pause, resume and acknowledge reach the source with who and why', async () => {
    const { url, orders, set } = await start();
    const incident = incidentOf('alpha');
    set({ incidents: [incident] });
    expect((await post(`${url}/v1/providers/alpha/pause`, order)).status).toBe(200);
    expect((await post(`${url}/v1/providers/alpha/resume`, order)).status).toBe(200);
    expect((await post(`${url}/v1/incidents/${incident.id}/acknowledge`, { by: 'marie' })).status).toBe(200);
    expect(orders).toEqual([
      ['pause', 'alpha', 'too many', 'marie'],
      ['resume', 'alpha', 'too many', 'marie'],
      ['acknowledge', incident.id, 'marie'],
    ]);
  });

  test('an order may be about a campaign or a category, for a time, and say what follows', async () => {
    const { url, orders } = await start();
    const pause = (body: object) => post(`${url}/v1/providers/alpha/pause`, { ...order, ...body });
    const resumed = await post(`${url}/v1/providers/alpha/resume`, { ...order, category: 'marketing' });
    const paused = await pause({ campaign: 'spring', for: '2h', atEnd: 'probe' });
    expect([resumed.status, paused.status]).toEqual([200, 200]);
    expect(orders).toEqual([
      ['resume', 'alpha,category=marketing', 'too many', 'marie'],
      ['pause', 'alpha,campaign=spring', 'too many', 'marie', '7200000 ms', 'probe'],
    ]);
    for (const [body, error] of [
      [{ campaign: 'spring', category: 'otp' }, /^campaign: name a category or a campaign/],
      [{ category: 'spam' }, /^category: /],
      [{ for: 'long' }, /^for: must be a length of time/],
      [{ atEnd: 'probe' }, /^for: say after how long/],
      [{ for: '2h', atEnd: 'explode' }, /^atEnd: /],
    ] as const) {
      const refused = await pause(body);
      expect([refused.status, await refused.json()]).toEqual([400, { error: expect.stringMatching(error) }]);
    }
    expect(orders).toHaveLength(2);
  });

  test('an order that was not carried out is not said to be', async () => {
    const { url, refuse } = await start();
    refuse({ code: 'gate_away', says: 'the gate does not answer: nothing is paused' });
    const answer = await post(`${url}/v1/providers/alpha/pause`, order);
    expect([answer.status, await answer.json()]).toEqual([
      409,
      { error: 'the gate does not answer: nothing is paused', code: 'gate_away' },
    ]);
  });

  test('hands off, and on again', async () => {
    const { url, orders } = await start();
    const hands = (method: string, body: object) =>
      fetch(`${url}/v1/hands-off`, {
        method,
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      });
    const answers = [
      await hands('PUT', order),
      await hands('DELETE', order),
      await hands('PUT', { by: 'marie' }),
    ];
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 400]);
    expect(orders).toEqual([
      ['hands off', 'true', 'too many', 'marie'],
      ['hands off', 'false', 'too many', 'marie'],
    ]);
  });

  test('the mode is read, set and given back to the configuration', async () => {
    const { url, orders } = await start();
    const mode = (method: string, body: object) =>
      fetch(`${url}/v1/mode`, {
        method,
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      });
    expect(await (await fetch(`${url}/v1/mode`)).json()).toMatchObject({ mode: 'armed', set: null });
    const answers = [
      await mode('PUT', { ...order, mode: 'learning' }),
      await mode('DELETE', order),
      await mode('PUT', { ...order, mode: 'asleep' }),
      await mode('PUT', order),
    ];
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 400, 400]);
    expect(orders).toEqual([
      ['mode', 'learning', 'too many', 'marie'],
      ['mode', 'null', 'too many', 'marie'],
    ]);
  });

  test('an order that cannot be understood is refused in a sentence', async () => {
    const { url, orders } = await start();
    const nobody = await post(`${url}/v1/providers/alpha/pause`, { reason: 'x' });
    expect(nobody.status).toBe(400);
    expect(await nobody.json()).toMatchObject({ error: expect.stringMatching(/^by: /) });
    expect((await post(`${url}/v1/providers/alpha/pause`, '{')).status).toBe(400);
    expect((await post(`${url}/v1/incidents/none/acknowledge`, { by: 'marie' })).status).toBe(404);
    expect(orders).toEqual([]);
  });

  test('a form of another site cannot order anything', async () => {
    const { url, orders } = await start();
    const path = `${url}/v1/providers/alpha/pause`;
    expect((await post(path, order, { 'content-type': 'text/plain' })).status).toBe(415);
    expect((await post(path, order, { origin: 'https://evil.example' })).status).toBe(403);
    expect((await post(path, order, { origin: 'null' })).status).toBe(403);
    expect(orders).toEqual([]);
    expect((await post(path, order, { origin: url })).status).toBe(200);
  });

  test('a foreign name that was made to point here is not answered', async () => {
    const { port } = await start();
    expect(await rawStatus(port, '/v1/status', { host: `evil.example:${port}` })).toBe(403);
    expect(await rawStatus(port, '/v1/status', { host: `localhost:${port}` })).toBe(200);
  });

  test('with a token, nothing under /v1 is read or ordered without it, however the path is written', async () => {
    const { url, port, orders } = await start({ token: 'a secret' });
    const { url: other } = await start({ token: 'secret' });
    expect((await fetch(`${url}/v1/status`)).status).toBe(401);
    expect(await rawStatus(port, '/%761/status')).toBe(401);
    expect(
      (await post(`${url}/v1/providers/alpha/pause`, order, { authorization: 'Bearer wrong' })).status,
    ).toBe(401);
    expect(orders).toEqual([]);
    expect((await fetch(`${other}/v1/status`, { headers: { authorization: 'Bearer secret' } })).status).toBe(
      200,
    );
    expect((await fetch(`${other}/healthz`)).status).toBe(200);
  });

  test('routes of others stand behind the same guard', async () => {
    const { url } = await start({
      token: 'secret',
      register: (app) => void app.post('/v1/events', async () => ({ accepted: 1 })),
    });
    expect((await post(`${url}/v1/events`, {})).status).toBe(401);
    expect((await post(`${url}/v1/events`, {}, { authorization: 'Bearer secret' })).status).toBe(200);
  });

  test('a failing order shows no inner words', async () => {
    const scripted = createScriptedSource();
    const source = {
      ...scripted.source,
      pause: async () => Promise.reject(new Error('redis said +33612345678')),
    };
    const server = await startLiveServer(source);
    open.push(server.close);
    const answer = await post(`${server.url}/v1/providers/alpha/pause`, order);
    expect(answer.status).toBe(500);
    expect(await answer.text()).not.toContain('+33');
  });
});
