import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { httpActuator } from '../../../src/config/actuators.ts';
import { ms } from '../../../src/events/event.ts';
import { type ActuatorOrder, TAKEN } from '../../../src/respond/actuators/actuator.ts';
import { createHttpActuator } from '../../../src/respond/actuators/http.ts';
import {
  type FakeProvider,
  hang,
  json,
  type Manner,
  reset,
  startFakeProvider,
  status,
} from '../../support/fake-provider.ts';

const order = (over: Partial<ActuatorOrder> = {}): ActuatorOrder => ({
  action: 'pause',
  target: { provider: 'alpha' },
  incident: 'alpha-20261028T190004Z',
  reason: 'a "burst" by night & day',
  since: ms(1_793_214_004_000),
  token: 7,
  ...over,
});

describe('the HTTP actuator', () => {
  let api: FakeProvider;
  beforeEach(async () => {
    api = await startFakeProvider();
  });
  afterEach(() => api.stop());

  const made = (over: object = {}, env: Record<string, string> = {}) =>
    createHttpActuator(
      httpActuator.parse({ kind: 'http', pause: { url: `${api.url}/pause` }, ...over }),
      env,
    );
  const carryOut = (actuator: ReturnType<typeof made>, given = order(), within = 20_000) =>
    actuator.carryOut(given, AbortSignal.timeout(within));

  test('without a body of its own the order goes as JSON, with a key that names it', async () => {
    expect(await carryOut(made())).toEqual(TAKEN);

    expect(api.calls[0]).toMatchObject({ method: 'POST', url: '/pause' });
    expect(api.calls[0]?.headers).toMatchObject({
      'content-type': 'application/json',
      'idempotency-key': 'alpha-20261028T190004Z-pause-7',
    });
    const { target, ...rest } = order();
    expect(JSON.parse(api.calls[0]?.body ?? '')).toEqual({ ...target, ...rest });
  });

  test('templates are filled, each value escaped for where it stands', async () => {
    const url = `${api.url}/{provider}/{campaign}?since={since}`;
    const headers = { 'x-token': '{token}', authorization: `Bearer \${KEY}` };
    const body = `{"why":"{reason}","of":"{incident}","by":"\${TEAM}"}`;
    const target = { provider: 'alpha', campaign: 'soldes d/été' };
    const actuator = made(
      { stops: ['campaign'], pause: { url, headers, body } },
      { KEY: 's3cret', TEAM: '"a"' },
    );

    expect(await carryOut(actuator, order({ target }))).toEqual(TAKEN);

    expect(api.calls[0]?.url).toBe('/alpha/soldes%20d%2F%C3%A9t%C3%A9?since=2026-10-28T19%3A00%3A04.000Z');
    expect(api.calls[0]?.headers).toMatchObject({ 'x-token': '7', authorization: 'Bearer s3cret' });
    expect(JSON.parse(api.calls[0]?.body ?? '')).toEqual({
      why: 'a "burst" by night & day',
      of: 'alpha-20261028T190004Z',
      by: '"a"',
    });
  });

  test('a form is escaped as a form, and Basic credentials are made from the environment', async () => {
    const headers = { 'content-type': 'application/x-www-form-urlencoded' };
    const auth = { user: `\${USER_SID}`, password: `\${PASS}` };
    const actuator = made(
      { pause: { url: `${api.url}/`, headers, auth, body: 'Status=paused&why={reason}' } },
      { USER_SID: 'AC1', PASS: 's3cret' },
    );

    expect(await carryOut(actuator)).toEqual(TAKEN);

    expect(Object.fromEntries(new URLSearchParams(api.calls[0]?.body))).toEqual({
      Status: 'paused',
      why: 'a "burst" by night & day',
    });
    expect(api.calls[0]?.headers.authorization).toBe(`Basic ${Buffer.from('AC1:s3cret').toString('base64')}`);
  });

  test.each<[string, Manner, string, boolean, number?]>([
    ['401', status(401), 'was answered 401: the credentials are refused; check KEY', false],
    ['404', status(404), 'was answered 404: there is no such account or id', false],
    ['400 with a code', json({ code: 21478 }, 400), 'was answered 400 (code 21478)', false],
    [
      '429',
      status(429, { 'retry-after': '3' }),
      'was answered 429: it asks too often, and is to wait 3 s',
      true,
    ],
    ['500', status(500), 'was answered 500', true],
    ['a redirect', status(302, { location: '/else' }), 'was answered 302: a redirect is not followed', false],
    ['no JSON', status(200, {}, '<h1>hello</h1>'), 'was answered 200, but not with JSON', true],
    ['another state', json({ state: 'active' }), 'was answered 200, but state is active, not paused', false],
    ['no state', json([]), 'was answered 200, but state is missing, not paused', false],
    ['a broken connection', reset, 'could not be reached (UND_ERR_SOCKET)', true],
    ['silence', hang, 'had no answer in time', true, 500],
  ])('%s is told as what it is, and whether to try again', async (_name, manner, why, again, within) => {
    const headers = { authorization: `Bearer \${KEY}` };
    const pause = { url: `${api.url}/pause`, headers, expect: { json: { state: 'paused' } } };
    api.next(manner);

    const outcome = await carryOut(made({ pause }, { KEY: 's3cret' }), order(), within);

    expect(outcome).toMatchObject({ kind: 'not_taken', why: expect.stringContaining(why), again });
    expect(api.calls).toHaveLength(1);
  });

  test('Retry-After may be a date, counted from the answer’s own', async () => {
    const date = 'Wed, 28 Oct 2026 19:00:00 GMT';
    api.next(status(503, { date, 'retry-after': 'Wed, 28 Oct 2026 19:00:09 GMT' }));

    expect(await carryOut(made())).toMatchObject({ again: true, after: 9_000 });
  });

  test('only the answer that was asked for counts as taken', async () => {
    const pause = {
      url: `${api.url}/pause`,
      expect: { status: [202], json: { 'data.0.on': [false, null] } },
    };
    api.next(json({ data: [{ on: false }] }), json({ data: [{ on: false }] }, 202));

    expect(await carryOut(made({ pause }))).toMatchObject({ why: 'was answered 200' });
    expect(await carryOut(made({ pause }))).toEqual(TAKEN);
  });

  test('an order that is refused because it is so already counts as taken', async () => {
    const verify = { url: `${api.url}/state`, expect: { json: { paused: true } } };
    const resume = { url: `${api.url}/resume` };
    api.next(status(409), json({ paused: true }), status(409), json({ paused: false }));
    const actuator = made({ resume, verify });

    expect(await carryOut(actuator)).toEqual(TAKEN);
    expect(await carryOut(actuator, order({ action: 'resume' }))).toEqual(TAKEN);
  });

  test('an answer of "no such id" is no proof that a resume worked', async () => {
    const verify = { url: `${api.url}/state`, expect: { json: { paused: true } } };
    const actuator = made({ resume: { url: `${api.url}/resume` }, verify });
    api.next(status(404), status(404));

    expect(await carryOut(actuator, order({ action: 'resume' }))).toMatchObject({ kind: 'not_taken' });
  });

  test('asked whether it is in effect, it knows yes, no and not known', async () => {
    const verify = { url: `${api.url}/{provider}`, expect: { json: { paused: true } } };
    const actuator = made({ verify });
    const ask = () => actuator.verify?.({ provider: 'alpha' }, AbortSignal.timeout(20_000));
    api.next(json({ paused: true }), json({ paused: false }), status(500));

    expect([await ask(), await ask(), await ask()]).toEqual([
      { kind: 'in_effect' },
      { kind: 'not_in_effect' },
      { kind: 'unknown', why: 'was answered 500' },
    ]);
    expect(api.calls[0]).toMatchObject({ method: 'GET', url: '/alpha' });
  });

  test('every id of a campaign gets a request, and one that fails is named', async () => {
    const pause = { url: `${api.url}/{id}`, method: 'DELETE' };
    const actuator = made({ stops: ['campaign'], ids: { spring: ['b1', 'b2'] }, pause });
    const target = { provider: 'alpha', campaign: 'spring' };

    expect(await carryOut(actuator, order({ target }))).toEqual(TAKEN);
    expect(api.calls.map(({ url }) => url).sort()).toEqual(['/b1', '/b2']);
    api.next(status(500), status(500));
    expect(await carryOut(actuator, order({ target }))).toMatchObject({
      why: 'b1 was answered 500 (0 of 2 taken)',
      again: true,
    });
  });

  test('it says what it cannot stop', () => {
    const actuator = made({
      stops: ['campaign'],
      ids: { spring: ['b1'] },
      pause: { url: `${api.url}/{id}` },
    });

    expect(actuator.reach({ provider: 'alpha' })).toEqual({ cannot: 'it stops single campaigns only' });
    expect(actuator.reach({ provider: 'alpha', campaign: 'autumn' })).toEqual({
      cannot: 'it knows no id of campaign autumn: add it under ids',
    });
    expect(actuator.reach({ provider: 'alpha', campaign: 'spring' })).toHaveProperty('effect');
  });

  test('what carries one category is stopped by a pause of it, and shared with a pause of all', () => {
    const actuator = made({ carries: 'marketing', pause: { url: `${api.url}/`, body: '{}' } });
    const all = actuator.reach({ provider: 'alpha' });

    expect(actuator.reach({ provider: 'alpha', category: 'marketing' })).toEqual(all);
    expect(actuator.reach({ provider: 'alpha', category: 'otp' })).toEqual({
      cannot: 'it stops whole providers only',
    });
  });

  test('it shows what it would send, an id at a time and secrets by their names, and sends nothing', () => {
    const headers = { authorization: `Bearer \${KEY}`, 'content-type': 'text/plain' };
    const pause = { url: `${api.url}/{id}`, headers, body: 'stop {campaign}' };
    const actuator = made({ stops: ['campaign'], ids: { spring: ['b1', 'b2'] }, pause }, { KEY: 's3cret' });
    const target = { provider: 'alpha', campaign: 'spring' };
    const request = (id: string) =>
      `POST ${api.url}/${id}\nauthorization: Bearer \${KEY}\ncontent-type: text/plain\n\nstop spring`;

    expect(actuator.show(order({ target }))).toEqual({ requests: [request('b1'), request('b2')] });
    expect(actuator.show(order({ target, action: 'resume' }))).toEqual({
      fault: expect.stringContaining('send it anew'),
    });
    expect(made({ pause: { url: `\${KEY}/{category}` } }, { KEY: 's3cret' }).show(order())).toEqual({
      fault: 'the url needs a category, and the order has none',
    });
    expect(api.calls).toEqual([]);
  });

  test('what cannot be undone says so', async () => {
    expect(await carryOut(made(), order({ action: 'resume' }))).toMatchObject({
      why: expect.stringContaining('send it anew'),
      again: false,
    });
  });

  test('no way of failing shows a secret', async () => {
    const env = {
      KEY: 's3cret',
      BAD: 's3cret\nx',
      URL: 'no url s3cret',
      HOST: 'http://s3cret:s3cret@127.0.0.1:1',
    };
    const headers = { authorization: `Bearer \${KEY}` };
    const requests = [
      { url: `http://127.0.0.1:1/\${KEY}`, headers },
      { url: `\${URL}` },
      { url: `\${HOST}` },
      { url: `${api.url}/`, headers: { 'x-key': `\${BAD}` } },
      { url: `${api.url}/\${KEY}`, headers, expect: { json: { state: 'paused' } } },
      { url: `${api.url}/`, auth: { user: 'a', password: `\${KEY}` }, expect: { status: [299] } },
      { url: `${api.url}/`, headers: { authorization: `\${NOT_THERE}` } },
    ];
    api.next(json({ state: 'x'.repeat(50) }), json({ error: 's3cret' }));

    for (const pause of requests) {
      const outcome = await carryOut(made({ pause }, env));
      expect(outcome).toMatchObject({ kind: 'not_taken' });
      expect(JSON.stringify(outcome)).not.toContain('s3cret');
    }
  });
});
