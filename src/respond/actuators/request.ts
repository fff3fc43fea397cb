/**
 * One HTTP request of the configuration: built from its templates, sent once, its answer held against what was expected.
 * In: the request's settings, values, the environment. Out: as expected, or why not; never a secret.
 */
import { contentType, isForm, isJson, type RequestSettings } from '../../config/request.ts';
import { type Environment, fill, placeholdersIn, type Values, variablesIn } from '../../config/template.ts';
import { type Duration, duration } from '../../events/event.ts';
import { failureCodeOf } from '../../runtime/errors.ts';

export type ActuatorAnswer =
  | { readonly kind: 'expected' }
  /** The status is right, but what stands in the JSON is not. */
  | { readonly kind: 'differs'; readonly why: string }
  | {
      readonly kind: 'refused';
      readonly why: string;
      readonly again: boolean;
      readonly after?: Duration;
      /** Whether it says something about what was asked for, rather than about who asks or how often. */
      readonly telling: boolean;
    }
  | { readonly kind: 'failed'; readonly why: string; readonly again: boolean };

/** Where templates are filled from; `key` names the order, `order` is what is sent without a body of one's own. */
export interface TemplateFilling {
  readonly values: Values;
  readonly env: Environment;
  readonly key?: string;
  readonly order?: unknown;
}

/** An answer's body is read up to here, in bytes. */
const MOST_BYTES = 65_536;

export const ask = async (
  settings: RequestSettings,
  from: TemplateFilling,
  signal: AbortSignal,
): Promise<ActuatorAnswer> => {
  const request = built(settings, from);
  if ('error' in request) return { kind: 'failed', why: request.error, again: false };
  try {
    // A redirect is not followed: it would carry the credentials elsewhere.
    const response = await fetch(request.url, { ...request.init, redirect: 'manual', signal });
    return judge(settings, response, await textOf(response));
  } catch (error) {
    return { kind: 'failed', why: whyOf(error), again: true };
  }
};

/** Why it cannot be sent as it stands; undefined when it can. */
export const faultOf = (settings: RequestSettings, from: TemplateFilling): string | undefined => {
  const request = built(settings, from);
  return 'error' in request ? request.error : undefined;
};

/** The request for people to read, filled with the values as they are, and secrets by their names. */
export const shownRequest = (
  settings: RequestSettings,
  { values, order }: Omit<TemplateFilling, 'env'>,
): string => {
  const { method, url, headers, auth, body } = settings;
  const shown = (text: string): string => {
    const names = variablesIn(text).map((name) => [name, `\${${name}}`]);
    return fill(text, { values, env: Object.fromEntries(names) }, { values: String });
  };
  const head = [
    `${method} ${shown(url)}`,
    ...(auth ? [`authorization: Basic ${shown(auth.user)}:${shown(auth.password)}`] : []),
    ...Object.entries(headers).map(([name, text]) => `${name}: ${shown(text)}`),
  ];
  const content = body === undefined ? ownBody(settings, order) : shown(body);
  return [...head, ...(content === undefined ? [] : ['', content])].join('\n');
};

type Built = { readonly url: string; readonly init: RequestInit } | { readonly error: string };

const built = (settings: RequestSettings, from: TemplateFilling): Built => {
  const { headers, auth, body, method } = settings;
  const texts = [settings.url, ...Object.values(headers), auth?.user ?? '', auth?.password ?? '', body ?? ''];
  const missing = new Set(texts.flatMap(variablesIn).filter((name) => !from.env[name]));
  if (missing.size > 0) return { error: `not set in the environment: ${[...missing].join(', ')}` };
  const empty = placeholdersIn(settings.url).filter((name) => from.values[name] === '');
  if (empty.length > 0) return { error: `the url needs a ${empty.join(', a ')}, and the order has none` };

  const url = fill(settings.url, from, { values: encodeURIComponent });
  // The runtime's own words for a bad address or header would quote it, secrets and all.
  if (!URL.canParse(url)) return { error: 'the url is not an address' };
  const sent = new Headers();
  if (from.key !== undefined) sent.set('idempotency-key', from.key);
  if (auth) {
    const plain = [auth.user, auth.password].map((text) => fill(text, from, { values: String })).join(':');
    sent.set('authorization', `Basic ${Buffer.from(plain).toString('base64')}`);
  }
  const content = bodyOf(settings, from);
  if (content !== undefined) sent.set('content-type', contentType(headers));
  for (const [name, text] of Object.entries(headers)) {
    try {
      sent.set(name, fill(text, from, { values: encodeURIComponent }));
    } catch {
      return { error: `the header ${name} cannot be sent: its value has characters that no header may have` };
    }
  }
  return { url, init: { method, headers: sent, ...(content === undefined ? {} : { body: content }) } };
};

const bodyOf = (settings: RequestSettings, from: TemplateFilling): string | undefined => {
  const { body, headers } = settings;
  if (body === undefined) return ownBody(settings, from.order);
  return fill(body, from, { values: escapeFor(headers), env: escapeFor(headers) });
};

const ownBody = ({ method }: RequestSettings, order: unknown): string | undefined =>
  method === 'GET' || method === 'DELETE' || order === undefined ? undefined : JSON.stringify(order);

const escapeFor = (headers: RequestSettings['headers']): ((text: string) => string) => {
  if (isForm(headers)) return encodeURIComponent;
  return isJson(headers) ? (text) => JSON.stringify(text).slice(1, -1) : String;
};

const judge = (settings: RequestSettings, response: Response, text: string): ActuatorAnswer => {
  const { status: wanted, json: fields } = settings.expect;
  const { status } = response;
  const json = parsed(text);
  if (!(wanted ? wanted.includes(status) : response.ok)) return refusalOf(settings, response, json);
  if (Object.keys(fields).length === 0) return { kind: 'expected' };
  if (json === undefined) {
    const why = `was answered ${status}, but not with JSON: is the url that of the API?`;
    return { kind: 'failed', why, again: true };
  }
  for (const [path, value] of Object.entries(fields)) {
    const found = valueAt(json, path);
    const allowed = Array.isArray(value) ? value : [value];
    if (allowed.some((one) => one === found)) continue;
    const why = `was answered ${status}, but ${path} is ${wordOf(found)}, not ${allowed.map(wordOf).join(' or ')}`;
    return { kind: 'differs', why };
  }
  return { kind: 'expected' };
};

const refusalOf = (settings: RequestSettings, response: Response, json: unknown): ActuatorAnswer => {
  const { status } = response;
  const code = valueAt(json, 'code');
  const answered = `was answered ${status}${typeof code === 'number' ? ` (code ${code})` : ''}`;
  const refused = (
    advice: string,
    more: { again?: boolean; telling?: boolean; after?: Duration } = {},
  ): ActuatorAnswer => ({
    kind: 'refused',
    why: advice === '' ? answered : `${answered}: ${advice}`,
    again: false,
    telling: false,
    ...more,
  });
  if (status === 429) {
    const after = retryAfter(response);
    const asks = after === undefined ? '' : `, and is to wait ${after / 1_000} s`;
    return refused(`it asks too often${asks}`, { again: true, ...(after === undefined ? {} : { after }) });
  }
  if (status === 401 || status === 403) {
    const names = [settings.auth?.user, settings.auth?.password, ...Object.values(settings.headers)];
    const variables = [...new Set(names.flatMap((text) => variablesIn(text ?? '')))];
    return refused(
      `the credentials are refused${variables.length > 0 ? `; check ${variables.join(', ')}` : ''}`,
    );
  }
  if (status === 404)
    return refused('there is no such account or id: check them and the url', { telling: true });
  if (status >= 300 && status < 400) {
    return refused(
      'a redirect is not followed, it would carry the credentials elsewhere: give the final url',
    );
  }
  const after = retryAfter(response);
  if (status >= 500 || status === 408) {
    return refused('', { again: true, ...(after === undefined ? {} : { after }) });
  }
  return refused('', { telling: true });
};

/** Reads seconds, or a date, which counts from the answer's own so that two clocks need not agree. */
const retryAfter = ({ headers }: Response): Duration | undefined => {
  const text = headers.get('retry-after')?.trim();
  if (!text) return undefined;
  const wait = /^\d+$/.test(text)
    ? Number(text) * 1_000
    : Date.parse(text) - Date.parse(headers.get('date') ?? '');
  return Number.isFinite(wait) && wait >= 0 ? duration(wait) : undefined;
};

const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

const valueAt = (json: unknown, path: string): unknown =>
  path.split('.').reduce<unknown>((at, key) => {
    if (at === null || typeof at !== 'object' || !Object.hasOwn(at, key)) return undefined;
    return Object.entries(at).find(([name]) => name === key)?.[1];
  }, json);

/** Takes a word from the answer for people: a short one, and none of its long texts. */
const wordOf = (value: unknown): string => {
  if (value === undefined) return 'missing';
  const text = typeof value === 'object' && value !== null ? 'something else' : String(value);
  return text.length > 40 ? 'something else' : text;
};

const textOf = async (response: Response): Promise<string> => {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of response.body ?? []) {
    chunks.push(chunk);
    bytes += chunk.length;
    if (bytes > MOST_BYTES) break;
  }
  return Buffer.concat(chunks).toString('utf8');
};

const whyOf = (error: unknown): string => {
  const code = failureCodeOf(error);
  if (code === 'TimeoutError' || code === 'AbortError') return 'had no answer in time';
  return `could not be reached (${code}): check the url and the network`;
};
