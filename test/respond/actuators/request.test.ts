import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { requestOf } from '../../../src/config/request.ts';
import { ask, faultOf, shownRequest } from '../../../src/respond/actuators/request.ts';
import { type FakeProvider, startFakeProvider } from '../../support/fake-provider.ts';

const values = { to: '36200', from: '+33612345678', text: 'STOP "s\'il vous plaît" & merci' };
const env = { KEY: 's3cret', PASSWORD: 'a&"b' };
const TEXT = { 'content-type': 'text/plain' };
const FORM = { 'content-type': 'application/x-www-form-urlencoded' };
const schema = requestOf(['to', 'from', 'text'], 'POST');
const request = (more: object = {}) => schema.parse({ url: 'http://gateway.test/send', ...more });

describe('a request of the configuration', () => {
  let api: FakeProvider;
  beforeEach(async () => {
    api = await startFakeProvider();
  });
  afterEach(() => api.stop());

  const sent = async ({ path = '/', ...more }: { path?: string; headers?: object; body?: string }) => {
    const settings = request({ url: `${api.url}${path}`, ...more });
    expect(await ask(settings, { values, env }, AbortSignal.timeout(20_000))).toEqual({ kind: 'expected' });
    const call = api.calls.at(-1);
    if (!call) throw new Error('nothing came');
    return call;
  };

  test('has its values as the url and the body want them, secrets among them', async () => {
    const { url } = await sent({ path: `/\${KEY}?to={to}&from={from}&text={text}` });
    expect(url.startsWith('/s3cret?to=36200&from=%2B33612345678&')).toBe(true);
    expect(new URL(url, api.url).searchParams.get('text')).toBe(values.text);

    const expected = { To: '36200', From: '+33612345678', Body: values.text, Key: 'a&"b' };
    const json = await sent({ body: `{"To":"{to}","From":"{from}","Body":"{text}","Key":"\${PASSWORD}"}` });
    expect(JSON.parse(json.body)).toEqual(expected);
    expect(json.headers['content-type']).toBe('application/json');
    const form = await sent({ headers: FORM, body: `To={to}&From={from}&Body={text}&Key=\${PASSWORD}` });
    expect(Object.fromEntries(new URLSearchParams(form.body))).toEqual(expected);
  });

  test('leaves braces alone that name no value, and takes no secret for a place', async () => {
    const settings = { ...request({ url: api.url, headers: TEXT }), body: `{other} {} {toString} \${ODD}` };
    await ask(settings, { env: { ODD: '{to}' }, values }, AbortSignal.timeout(20_000));
    expect(api.calls[0]?.body).toBe('{other} {} {toString} {to}');
  });

  test('names what is not set, wherever it stands, and no secret in what else is wrong', () => {
    const fault = (more: object) => faultOf(request(more), { env: { BAD: 's3cret\n' }, values });
    const missing = { url: `http://\${HOST}/`, headers: { a: `\${KEY}` }, body: `{"\${KEY}": "\${ID}"}` };
    expect(fault(missing)).toBe('not set in the environment: HOST, KEY, ID');
    expect(fault({ url: `\${BAD}` })).toBe('the url is not an address');
    expect(fault({ headers: { 'x-key': `a\${BAD}b` } })).toMatch(/^the header x-key cannot be sent/);
    expect(fault({})).toBeUndefined();
  });

  test('is shown with its secrets by their names', () => {
    const auth = { user: `\${USER_SID}`, password: `\${PASSWORD}` };
    const headers = { 'x-key': `Bearer \${KEY}` };
    const shown = shownRequest(request({ auth, headers, body: `{"to":"{to}","key":"\${PASSWORD}"}` }), {
      values,
    });
    expect(shown).toBe(
      `POST http://gateway.test/send\nauthorization: Basic \${USER_SID}:\${PASSWORD}\nx-key: Bearer \${KEY}\n\n` +
        `{"to":"36200","key":"\${PASSWORD}"}`,
    );
    const order = { action: 'pause' };
    expect(shownRequest(request(), { values, order })).toBe(
      'POST http://gateway.test/send\n\n{"action":"pause"}',
    );
    expect(shownRequest(request({ method: 'GET' }), { values, order })).toBe('GET http://gateway.test/send');
  });

  test.each([
    ['url', { url: 'gateway.test' }, /must begin with https/],
    ['url', { url: 'http://a.test/{two}' }, /no such placeholder: \{two\}; there are \{to\}, \{from\}/],
    ['headers.authorization', { headers: { authorization: 'Bearer hunter2' } }, /looks like a secret/],
    ['body', { method: 'GET', body: '{}' }, /a GET has none/],
    ['body', { body: 'to={to}' }, /is not JSON/],
  ])('is refused with a wrong %s', (path, more, message) => {
    const [issue] = schema.safeParse({ url: 'http://a.test', ...more }).error?.issues ?? [];
    expect([issue?.path.join('.'), issue?.message]).toEqual([path, expect.stringMatching(message)]);
  });
});
