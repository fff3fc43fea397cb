import { afterEach, beforeEach, expect, test } from 'vitest';
import { tryActuator } from '../../../src/cli/drill/actuators.ts';
import { httpActuator } from '../../../src/config/actuators.ts';
import { ms } from '../../../src/events/event.ts';
import { createHttpActuator } from '../../../src/respond/actuators/http.ts';
import type { Target } from '../../../src/respond/target.ts';
import {
  type FakeProvider,
  hang,
  json,
  type Manner,
  reset,
  startFakeProvider,
  status,
} from '../../support/fake-provider.ts';

const MARKETING: Target = { provider: 'alpha', category: 'marketing' };
const WHOLE: Target = { provider: 'alpha' };

let api: FakeProvider;
beforeEach(async () => {
  api = await startFakeProvider(json({ paused: false }));
});
afterEach(() => api.stop());

const drilled = (
  over: object = {},
  { isPaused = false, env = { KEY: 's3cret' } }: { isPaused?: boolean; env?: Record<string, string> } = {},
) => {
  const headers = { authorization: `Bearer \${KEY}` };
  const settings = httpActuator.parse({
    kind: 'http',
    timeout: '300ms',
    pause: { url: `${api.url}/pause`, headers, body: '{"why":"{reason}"}' },
    verify: { url: `${api.url}/state`, headers, expect: { json: { paused: true } } },
    ...over,
  });
  const actuator = createHttpActuator(settings, env);
  return tryActuator(actuator, [MARKETING, WHOLE], { isPaused, now: ms(0) });
};

test('is asked and not ordered: its order is shown, secrets by their names', async () => {
  const outcome = await drilled({ stops: ['category'] });

  expect(outcome).toEqual({
    state: 'ok',
    says: 'answers: marketing through alpha is not stopped',
    shows: [`POST ${api.url}/pause\nauthorization: Bearer \${KEY}\n\n{"why":"DRILL: nothing is wrong"}`],
  });
  expect(api.calls).toMatchObject([{ method: 'GET', url: '/state' }]);
});

test('that cannot stop what is meant is tried with what it can stop, and that is said', async () => {
  expect((await drilled()).says).toBe(
    'answers: alpha is not stopped; for marketing through alpha it does nothing: it stops whole providers only',
  );
  expect(await drilled({ stops: ['campaign'] })).toEqual({
    state: 'skipped',
    says: 'it stops single campaigns only',
  });
});

test('that says it is stopped is right only while a pause stands', async () => {
  api.next(json({ paused: true }), json({ paused: true }));

  expect(await drilled({}, { isPaused: true })).toMatchObject({ state: 'ok' });
  expect(await drilled()).toMatchObject({
    state: 'failed',
    says: 'alpha is stopped there, though nothing is paused',
  });
});

test.each<[string, Manner, string]>([
  ['refuses the credentials', status(401), 'was answered 401: the credentials are refused; check KEY'],
  ['errs', status(500), 'was answered 500'],
  ['answers with a page', status(200, {}, '<h1>hello</h1>'), 'not with JSON'],
  ['sends elsewhere', status(302, { location: '/else' }), 'a redirect is not followed'],
  ['breaks the connection', reset, 'could not be reached'],
  ['is silent', hang, 'had no answer'],
])('that %s fails the step', async (_name, manner, why) => {
  api.next(manner);

  const outcome = await drilled();

  expect(outcome).toMatchObject({ state: 'failed', says: expect.stringContaining(why) });
  expect(JSON.stringify(outcome)).not.toContain('s3cret');
});

test('whose order cannot be made fails the step without asking', async () => {
  expect(await drilled({}, { env: {} })).toMatchObject({
    state: 'failed',
    says: 'not set in the environment: KEY',
  });
  expect(api.calls).toEqual([]);
});

test('that cannot be asked says so', async () => {
  expect(await drilled({ verify: undefined, carries: 'marketing' })).toMatchObject({
    state: 'ok',
    says: 'would stop marketing through alpha; there is no way to ask',
  });
});
