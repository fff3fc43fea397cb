/**
 * The table of routes as an OpenAPI 3.1 document, from the very schemas that requests are read with.
 * Answers are described by their status alone.
 */

import { z } from 'zod';
import { REFUSAL_CODES } from '../incidents/action.ts';
import { ROUTES, type Route } from './routes.ts';

const schemaOf = (schema: z.ZodType) => {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' });
  return rest;
};

const parametersOf = (shape: z.ZodObject | undefined, where: 'path' | 'query') => {
  const { properties = {}, required = [] } = shape ? schemaOf(shape) : {};
  return Object.entries(properties).map(([name, schema]) => ({
    name,
    in: where,
    required: where === 'path' || required.includes(name),
    schema,
  }));
};

const refusal = (description: string) => ({
  description,
  content: { 'application/json': { schema: { $ref: '#/components/schemas/Error' } } },
});

const operationOf = (name: string, { does, role, rate, params, query, body }: Route) => ({
  operationId: name,
  summary: does,
  description: role === 'own' ? 'Its callers sign what they send.' : `For: ${role}.`,
  ...(role === 'own' ? { security: [] } : {}),
  parameters: [...parametersOf(params, 'path'), ...parametersOf(query, 'query')],
  ...(body
    ? { requestBody: { required: true, content: { 'application/json': { schema: schemaOf(body) } } } }
    : {}),
  responses: {
    '2XX': { description: 'Done.' },
    400: refusal('It cannot be understood: which field, and why.'),
    401: refusal('A token is needed.'),
    403: refusal('This role may not, or the page is of another site.'),
    ...(params ? { 404: refusal('There is no such thing.') } : {}),
    ...(role === 'operator' && params ? { 409: refusal('It was not carried out, and why.') } : {}),
    ...(rate === 'none' ? {} : { 429: refusal('Too many; Retry-After says when, in seconds.') }),
  },
});

const paths: Record<string, Record<string, object>> = {};
for (const [name, route] of Object.entries(ROUTES)) {
  const path = route.path.replaceAll(/:(\w+)/g, '{$1}');
  paths[path] = { ...paths[path], [route.method.toLowerCase()]: operationOf(name, route) };
}

/** The document, made once at start. */
export const openapi = {
  openapi: '3.1.0',
  info: { title: 'tocsin', version: '1' },
  security: [{ token: [] }],
  paths,
  components: {
    securitySchemes: { token: { type: 'http', scheme: 'bearer' } },
    schemas: {
      Error: {
        type: 'object',
        properties: {
          error: { type: 'string' },
          code: { enum: REFUSAL_CODES, description: 'Why an order was not carried out; of 409 alone.' },
        },
        required: ['error'],
      },
    },
  },
};
