/** The shapes of routes' parameters, queries and bodies. In: what a request has. Out: it, read, or one sentence. */
import { z } from 'zod';
import { length } from '../config/length.ts';
import { MODES } from '../config/mode.ts';
import { RESERVED } from '../config/tokens.ts';
import { CATEGORIES } from '../events/event.ts';
import { AT_END } from '../respond/gate/gate.ts';

const line = z.string().trim().min(1);
/** Who gives the order, where the token does not say it: see `giverOf`. */
const by = line
  .max(100)
  .refine((name) => !RESERVED.includes(name), "is tocsin's own name")
  .optional();
/** The body of an order that is about no provider. */
export const whoAndWhy = z.strictObject({ reason: line.max(500), by });
/** The body of an order about a category or a campaign of a provider, or without either about all of it. */
export const order = whoAndWhy
  .extend({ category: z.enum(CATEGORIES).optional(), campaign: z.string().min(1).max(200).optional() })
  .refine(({ category, campaign }) => category === undefined || campaign === undefined, {
    path: ['campaign'],
    error: 'name a category or a campaign, not both',
  });
/** The body of a pause, which may say when and how it ends. */
export const pauseOrder = order
  .safeExtend({ for: length.optional(), atEnd: z.enum(AT_END).optional() })
  .refine(({ for: lasting, atEnd }) => lasting !== undefined || atEnd === undefined || atEnd === 'stay', {
    path: ['for'],
    error: 'say after how long, such as 2h',
  });
export const modeOrder = whoAndWhy.extend({ mode: z.enum(MODES) });
export const acknowledgement = whoAndWhy.pick({ by: true });

export const ofProvider = z.object({ provider: z.string().min(1).max(100) });
export const ofIncident = z.object({ id: z.string().min(1).max(200) });
export const ofMessage = z.strictObject({
  category: z.enum(CATEGORIES).optional(),
  campaign: z.string().min(1).max(200).optional(),
});
export const ofPage = z.object({
  after: z.coerce.number().int().min(0).default(0),
  limit: z.coerce.number().int().min(1).max(1_000).default(1_000),
});

/** The body that tells how a drill went. */
export const drillOutcome = z.strictObject({
  by,
  says: line.max(500),
  /** The names of the steps that failed. */
  failed: z.array(z.string().max(100)).max(100),
});

/** Reads a request's input by its shape. Throws an error of status 400 that names what is wrong. */
export const read = <T>(schema: z.ZodType<T>, input: unknown): T => {
  const result = schema.safeParse(input);
  if (result.success) return result.data;
  const [first] = result.error.issues;
  const where = first?.path.join('.') || 'body';
  throw Object.assign(new Error(`${where}: ${first?.message ?? 'invalid'}`), { statusCode: 400 });
};
