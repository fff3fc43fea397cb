/**
 * Reads the configuration file. Every mistake is told with its key and its line; nothing is guessed.
 */
import { readFileSync } from 'node:fs';
import { isNode, LineCounter, parseDocument } from 'yaml';
import type { z } from 'zod';
import { messageOf } from '../runtime/errors.ts';
import { ConfigError } from './config-error.ts';
import { type Config, configSchema } from './schema.ts';

/** The configuration in `path`, or the defaults when there is no path. Throws `ConfigError`. */
export const loadConfig = (path?: string): Config => {
  if (path === undefined) return configSchema.parse({});
  return parseConfig(readText(path), path);
};

const readText = (path: string): string => {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw new ConfigError(`${path}: cannot be read (${messageOf(error)})`);
  }
};

/** Parses YAML text; `file` is only for the messages. Throws `ConfigError`. */
export const parseConfig = (text: string, file: string): Config => {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines });
  if (document.errors.length > 0) {
    const told = document.errors.map(
      (error) => `${file}:${lines.linePos(error.pos[0]).line}: ${firstLine(error.message)}`,
    );
    throw new ConfigError(told.join('\n'));
  }

  const result = configSchema.safeParse(document.toJS() ?? {});
  if (result.success) return result.data;

  const lineOf = (path: readonly PropertyKey[]): number => {
    for (let depth = path.length; depth > 0; depth--) {
      const node = document.getIn(path.slice(0, depth), true);
      if (isNode(node) && node.range) return lines.linePos(node.range[0]).line;
    }
    return 1;
  };
  const told = result.error.issues.flatMap((issue) =>
    pathsOf(issue).map(
      (path) => `${file}:${lineOf(path)}: ${path.join('.') || '(top level)'}: ${explain(issue)}`,
    ),
  );
  throw new ConfigError(told.join('\n'));
};

/** An unknown key is told under its own name, not under its parent's. */
const pathsOf = (issue: z.core.$ZodIssue): PropertyKey[][] =>
  issue.code === 'unrecognized_keys' ? issue.keys.map((key) => [...issue.path, key]) : [issue.path];

const explain = (issue: z.core.$ZodIssue): string =>
  issue.code === 'unrecognized_keys' ? 'no such key' : issue.message;

const firstLine = (text: string): string => text.split('\n', 1)[0] ?? text;
