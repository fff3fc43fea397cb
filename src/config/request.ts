/**
 * A request as the configuration writes it, the same for actuators and for the probe of STOP.
 * respond/actuators/request.ts sends it.
 */
import { z } from 'zod';
import { addressOf, fill, secretOf, templateOf } from './template.ts';

const scalar = z.union([z.string(), z.number(), z.boolean(), z.null()]);

/** A request with `method` by default, whose url, headers, auth and body may hold the placeholders in `names`. */
export const requestOf = (names: readonly string[], method: 'GET' | 'POST') =>
  z
    .strictObject({
      url: addressOf(names),
      method: z.enum(['GET', 'POST', 'PUT', 'PATCH', 'DELETE']).default(method),
      headers: z
        .record(z.string().regex(/^[\w!#$%&'*+.^`|~-]+$/, 'is no name of a header'), templateOf(names))
        .default({}),
      /** The user and password of HTTP Basic. */
      auth: z.strictObject({ user: templateOf(names), password: secretOf(names) }).optional(),
      /**
       * What is sent. Values are escaped for JSON, or for a form when the content-type says so. Default: an order as
       * JSON; nothing with GET and DELETE.
       */
      body: templateOf(names).optional(),
      expect: z
        .strictObject({
          /** The statuses that count as done; any 2xx by default. */
          status: z.array(z.number().int().min(100).max(599)).min(1).optional(),
          /** The values one of which must stand in the answer's JSON, by path: `data.status: [paused, stopped]`. */
          json: z.record(z.string().min(1), z.union([scalar, z.array(scalar).min(1)])).default({}),
        })
        .prefault({}),
    })
    .superRefine(({ method, headers, body }, context) => {
      for (const [name, text] of Object.entries(headers)) {
        if (!/auth|token|secret|key|password/i.test(name) || /\{\w+\}/.test(text)) continue;
        const message = `looks like a secret, which does not belong in a file: write \${NAME}`;
        context.addIssue({ code: 'custom', path: ['headers', name], message });
      }
      const wrong = body === undefined ? undefined : wrongBody(body, names, { method, headers });
      if (wrong !== undefined) context.addIssue({ code: 'custom', path: ['body'], message: wrong });
    });

export type RequestSettings = z.output<ReturnType<typeof requestOf>>;

/** The content type of a request, which is JSON unless a header says otherwise. */
export const contentType = (headers: RequestSettings['headers']): string =>
  Object.entries(headers).find(([name]) => name.toLowerCase() === 'content-type')?.[1] ?? 'application/json';
/** Whether a request's body is JSON, whose values are escaped as such. */
export const isJson = (headers: RequestSettings['headers']): boolean =>
  /\bjson\b/i.test(contentType(headers));
/** Whether a request's body is a form, whose values are escaped as such. */
export const isForm = (headers: RequestSettings['headers']): boolean =>
  /form-urlencoded/i.test(contentType(headers));

const wrongBody = (
  body: string,
  names: readonly string[],
  { method, headers }: Pick<RequestSettings, 'method' | 'headers'>,
): string | undefined => {
  if (method === 'GET') return 'a GET has none';
  if (!isJson(headers)) return undefined;
  const values = Object.fromEntries(names.map((name) => [name, '0']));
  try {
    JSON.parse(fill(body, { values, env: {} }, { values: String, env: () => '0' }));
    return undefined;
  } catch {
    return 'is not JSON (for a form, set the content-type in headers)';
  }
};
