/**
 * Templates in the configuration: `{provider}` is filled from an order or from whatever is at hand, `${NAME}` from the
 * environment. In: a text and values. Out: the filled text, or the names it needs. Pure.
 */
import { z } from 'zod';

/** What fills a template, by the name of the placeholder. */
export type Values = Readonly<Record<string, string>>;
/** The environment's variables by name. */
export type Environment = Readonly<Record<string, string | undefined>>;

const PART = /\$\{(\w+)\}|\{(\w+)\}/g;

/** The names of the environment variables that a template needs, each once. */
export const variablesIn = (text: string): string[] => [
  ...new Set([...text.matchAll(PART)].flatMap(([, variable]) => variable ?? [])),
];

/** The names of the placeholders in a template's single braces, each once. */
export const placeholdersIn = (text: string): string[] => [
  ...new Set([...text.matchAll(PART)].flatMap(([, , name]) => name ?? [])),
];

/**
 * Fills a template. `encode` escapes what comes from outside the text: values, and with `env` the environment's too. A
 * placeholder that names no value stays as it is written; what is filled in is not looked through again.
 */
export const fill = (
  text: string,
  from: { readonly values: Values; readonly env: Environment },
  encode: { readonly values: (text: string) => string; readonly env?: (text: string) => string },
): string =>
  text.replaceAll(PART, (whole, variable?: string, name = '') => {
    if (variable !== undefined) return (encode.env ?? String)(from.env[variable] ?? '');
    const value = Object.hasOwn(from.values, name) ? from.values[name] : undefined;
    return value === undefined ? whole : encode.values(value);
  });

/** The schema of a template with no other placeholders than these. */
export const templateOf = (names: readonly string[]) =>
  z
    .string()
    .min(1)
    .superRefine((text, context) => {
      const unknown = placeholdersIn(text).filter((name) => !names.includes(name));
      if (unknown.length === 0) return;
      const message = `no such placeholder: {${unknown.join('}, {')}}; there are {${names.join('}, {')}}`;
      context.addIssue({ code: 'custom', message });
    });

/** The schema of a secret, which comes from the environment and never stands in the file. */
export const secretOf = (names: readonly string[]) =>
  templateOf(names).refine(
    (text) => variablesIn(text).length > 0,
    // biome-ignore lint/suspicious/noTemplateCurlyInString: it is what people are to write
    'a secret does not belong in a file: write ${NAME}, and set NAME in the environment',
  );

/** The schema of an address on HTTP, or of a template that becomes one. */
export const addressOf = (names: readonly string[]) =>
  templateOf(names).regex(/^(https?:\/\/|\$\{)/, `must begin with https:// or with \${NAME}`);
