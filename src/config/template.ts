/**
 * Templates in the configuration: `{provider}` is filled from an order, `${NAME}` from the environment.
 * In: a text and values. Out: the filled text, or the names it needs. Pure.
 */
import { z } from 'zod';

export const PLACEHOLDERS = [
  'action',
  'provider',
  'category',
  'campaign',
  'incident',
  'reason',
  /** When the pause began, RFC 3339. */
  'since',
  /** The order's fencing token. */
  'token',
  /** The provider's own id of what is stopped, from the actuator's `ids`. */
  'id',
] as const;
export type Placeholder = (typeof PLACEHOLDERS)[number];
export type Values = Readonly<Record<Placeholder, string>>;
export type Environment = Readonly<Record<string, string | undefined>>;

const PART = /\$\{(\w+)\}|\{(\w+)\}/g;
const isPlaceholder = (name: string): name is Placeholder =>
  (PLACEHOLDERS as readonly string[]).includes(name);

/** The environment variables that a text needs, each once. */
export const variablesIn = (text: string): string[] => [
  ...new Set([...text.matchAll(PART)].flatMap(([, variable]) => variable ?? [])),
];

/** What stands in single braces, each once. */
export const placeholdersIn = (text: string): string[] => [
  ...new Set([...text.matchAll(PART)].flatMap(([, , name]) => name ?? [])),
];

/** `encode` is for what comes in from outside the text: values, and with `both` the environment's too. */
export const fill = (
  text: string,
  from: { readonly values: Values; readonly env: Environment },
  encode: { readonly values: (text: string) => string; readonly env?: (text: string) => string },
): string =>
  text.replaceAll(PART, (whole, variable?: string, name?: string) => {
    if (variable !== undefined) return (encode.env ?? String)(from.env[variable] ?? '');
    return name !== undefined && isPlaceholder(name) ? encode.values(from.values[name]) : whole;
  });

/** A text whose placeholders all exist. */
export const template = z
  .string()
  .min(1)
  .superRefine((text, context) => {
    const unknown = placeholdersIn(text).filter((name) => !isPlaceholder(name));
    if (unknown.length === 0) return;
    const message = `no such placeholder: {${unknown.join('}, {')}}; there are {${PLACEHOLDERS.join('}, {')}}`;
    context.addIssue({ code: 'custom', message });
  });

/** A secret: from the environment, never in the file. */
export const secret = template.refine(
  (text) => variablesIn(text).length > 0,
  // biome-ignore lint/suspicious/noTemplateCurlyInString: it is what people are to write
  'a secret does not belong in a file: write ${NAME}, and set NAME in the environment',
);
