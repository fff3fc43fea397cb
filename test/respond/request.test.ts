import { describe, expect, test } from 'vitest';
import { fillRequest, showRequest } from '../../src/respond/request.ts';

const values = { to: '36200', from: '+33612345678', text: 'STOP "s\'il vous plaît" & merci' };
const env = { KEY: 's3cret', PASSWORD: 'a&"b' };
const FORM = { 'content-type': 'application/x-www-form-urlencoded' };
const template = (more: object = {}) => ({
  url: 'http://gateway.test/send',
  method: 'POST',
  headers: {},
  ...more,
});
const filled = (more: object) => {
  const request = fillRequest('the probe', template(more), { env, values });
  if ('error' in request) throw new Error(request.error);
  return request;
};

describe('a request of the configuration', () => {
  test('has its values as the url and the body want them, secrets among them', () => {
    const { url } = filled({ url: `http://gateway.test/\${KEY}?to={to}&from={from}&text={text}` });
    expect(url.startsWith('http://gateway.test/s3cret?to=36200&from=%2B33612345678&')).toBe(true);
    expect(new URL(url).searchParams.get('text')).toBe(values.text);

    const json = filled({ body: `{"To":"{to}","From":"{from}","Body":"{text}","Key":"\${PASSWORD}"}` });
    expect(JSON.parse(json.init.body ?? '')).toEqual({
      To: '36200',
      From: '+33612345678',
      Body: values.text,
      Key: 'a&"b',
    });
    const form = filled({ headers: FORM, body: `To={to}&From={from}&Body={text}&Key=\${PASSWORD}` });
    expect(Object.fromEntries(new URLSearchParams(form.init.body))).toEqual({
      To: '36200',
      From: '+33612345678',
      Body: values.text,
      Key: 'a&"b',
    });
  });

  test('leaves braces alone that name no value, and takes no secret for a place', () => {
    const request = fillRequest('the probe', template({ body: `{other} {} \${ODD}` }), {
      env: { ODD: '{to}' },
      values,
    });
    expect(request).toMatchObject({ init: { body: '{other} {} {to}' } });
  });

  test('names what is not set, wherever it stands, and no secret in what else is wrong', () => {
    const error = (more: object) => fillRequest('the probe', template(more), { env: { BAD: 's3cret\n' } });
    const missing = { url: `http://\${HOST}/`, headers: { a: `\${KEY}` }, body: `\${KEY} \${ID}` };
    expect(error(missing)).toEqual({ error: 'not set in the environment: HOST, KEY, ID' });
    expect(error({ url: `\${BAD}` })).toEqual({ error: "the probe's url is not an address" });
    expect(error({ headers: { 'x-key': `a\${BAD}b` } })).toEqual({
      error: 'the probe\'s header "x-key" cannot be sent',
    });
  });

  test('is shown with its secrets by their names', () => {
    const shown = showRequest(
      template({ headers: { authorization: `Bearer \${KEY}` }, body: `{"to":"{to}","key":"\${PASSWORD}"}` }),
      values,
    );
    expect(shown).toBe(
      `POST http://gateway.test/send\nauthorization: Bearer \${KEY}\n\n{"to":"36200","key":"\${PASSWORD}"}`,
    );
  });
});
