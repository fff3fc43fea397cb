/**
 * A request as the configuration writes it, filled in and sent once: what hooks and the probe share.
 * `${NAME}` is taken from the environment, `{name}` from the values at hand. No error ever holds a secret.
 */
import type { Duration } from '../events/event.ts';

export interface RequestTemplate {
  readonly url: string;
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}

export interface Filling {
  readonly env: NodeJS.ProcessEnv;
  /** In the url they are percent-encoded, in the body as its content type wants it. */
  readonly values?: Readonly<Record<string, string>>;
  /** Sent unless the template has them. */
  readonly headers?: Readonly<Record<string, string>>;
}

export interface Request {
  readonly url: string;
  readonly init: { readonly method: string; readonly headers: Headers; readonly body?: string };
}

/** `name` is what it is called in an error: a variable that is not set, a url or a header that cannot be. */
export const fillRequest = (
  name: string,
  template: RequestTemplate,
  { env, values = {}, headers: more = {} }: Filling,
): Request | { readonly error: string } => {
  const { method, body } = template;
  const texts = [template.url, ...Object.values(template.headers), body ?? ''];
  const missing = new Set(texts.flatMap(variablesIn).filter((variable) => !env[variable]));
  if (missing.size > 0) return { error: `not set in the environment: ${[...missing].join(', ')}` };
  const secret = (variable: string) => env[variable] ?? '';
  const url = fill(template.url, secret, (key) => encoded(values[key], encodeURIComponent));
  // The runtime's own words for a bad address or header would quote it, secrets and all.
  if (!URL.canParse(url)) return { error: `${name}'s url is not an address` };
  const headers = new Headers(more);
  for (const [header, text] of Object.entries(template.headers)) {
    try {
      headers.set(header, fill(text, secret));
    } catch {
      return { error: `${name}'s header ${JSON.stringify(header)} cannot be sent` };
    }
  }
  if (body === undefined) return { url, init: { method, headers } };
  const encode = encodingOf(headers.get('content-type'));
  const filled = fill(
    body,
    (variable) => encode(secret(variable)),
    (key) => encoded(values[key], encode),
  );
  return { url, init: { method, headers, body: filled } };
};

/** For people: filled with the values, as they are; secrets by their names. */
export const showRequest = (template: RequestTemplate, values: Readonly<Record<string, string>>): string => {
  const shown = (text: string) =>
    fill(
      text,
      (variable) => `\${${variable}}`,
      (key) => values[key],
    );
  const headers = Object.entries(template.headers).map(([header, text]) => `${header}: ${shown(text)}`);
  const head = [`${template.method} ${shown(template.url)}`, ...headers].join('\n');
  return template.body === undefined ? head : `${head}\n\n${shown(template.body)}`;
};

const PLACE = /\$\{(\w+)\}|\{(\w+)\}/g;
const variablesIn = (text: string): string[] =>
  [...text.matchAll(PLACE)].flatMap(([, variable]) => variable ?? []);

/** A value that is not at hand stays as it is written. */
const fill = (
  text: string,
  secret: (variable: string) => string,
  value: (key: string) => string | undefined = () => undefined,
): string =>
  text.replace(PLACE, (written: string, variable: string | undefined, key: string) =>
    variable === undefined ? (value(key) ?? written) : secret(variable),
  );

const encoded = (value: string | undefined, encode: (text: string) => string): string | undefined =>
  value === undefined ? undefined : encode(value);

/** Inside the quotes of JSON unless it is a form. */
const encodingOf = (type: string | null): ((text: string) => string) =>
  type?.includes('x-www-form-urlencoded') ? encodeURIComponent : (text) => JSON.stringify(text).slice(1, -1);

export type Sent =
  | { readonly ok: true }
  | {
      readonly ok: false;
      /** Goes on from its name: "was answered 500". */
      readonly error: string;
      /** Absent when there was no answer. */
      readonly status?: number;
      /** As the answer has it: seconds, or an HTTP date. */
      readonly retryAfter?: string;
    };

/** A redirect is not followed: it would carry the headers elsewhere. */
export const sendRequest = async (
  request: Request,
  timeout: Duration,
  fetch: typeof globalThis.fetch,
): Promise<Sent> => {
  try {
    const signal = AbortSignal.timeout(timeout);
    const response = await fetch(request.url, { ...request.init, redirect: 'manual', signal });
    await response.body?.cancel();
    const { ok, status, headers } = response;
    if (ok) return { ok };
    const retryAfter = headers.get('retry-after') ?? undefined;
    return { ok: false, error: `was answered ${status}`, status, retryAfter };
  } catch (error) {
    return { ok: false, error: whyOf(error, timeout) };
  }
};

const whyOf = (error: unknown, timeout: number): string => {
  if (!(error instanceof Error)) return 'failed';
  if (error.name === 'TimeoutError') return `had no answer within ${timeout / 1000} s`;
  const { cause } = error;
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : error.name;
  return `could not be delivered (${code})`;
};
