/**
 * What a test file needs of the machine, told by what it says itself and by what it imports from test/: a server by the
 * name of the variable with its address, processes by the module that starts them. In: a test file. Out: its needs, by
 * which vitest.config.ts sorts files into projects and setup.ts starts servers.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';

const ROOT = resolve(import.meta.dirname, '../..');

/** The variables with the addresses of what setup.ts starts. */
export const SERVERS = ['REDIS_URL', 'KAFKA_BROKERS', 'KAFKA_39_BROKERS', 'CHROMIUM_PATH'] as const;

/** A need by its sign in the text. `processes`: servers or commands that the test starts by itself. */
const SIGNS = {
  redis: /\bREDIS_URL\b/,
  kafka: /\bKAFKA_BROKERS\b/,
  kafka39: /\bKAFKA_39_BROKERS\b/,
  chromium: /\bCHROMIUM_PATH\b/,
  build: /\bDIST_MAIN\b/,
  processes: /from '[^']*\/process\.ts'/,
} as const;

export type Need = keyof typeof SIGNS;

const NEEDS = Object.keys(SIGNS) as Need[];
const IMPORTED = /\bfrom '(\.[^']+\.ts)'/g;

/** Every file of test/ that `file` imports, with itself. Support modules that start servers for the run are no need. */
const closureOf = (file: string, seen = new Map<string, string>()): ReadonlyMap<string, string> => {
  if (seen.has(file)) return seen;
  const text = readFileSync(file, 'utf8');
  seen.set(file, text);
  for (const [, path = ''] of text.matchAll(IMPORTED)) {
    const imported = resolve(dirname(file), path);
    if (!relative(join(ROOT, 'test'), imported).startsWith('..')) closureOf(imported, seen);
  }
  return seen;
};

export const needsOf = (file: string): ReadonlySet<Need> => {
  const texts = [...closureOf(resolve(ROOT, file)).values()];
  return new Set(NEEDS.filter((need) => texts.some((text) => SIGNS[need].test(text))));
};

/** Test files outside test/e2e that need anything, relative to the root. */
export const integrationFiles = (): string[] =>
  readdirSync(join(ROOT, 'test'), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.test.ts') && !file.startsWith('e2e/'))
    .map((file) => join('test', file))
    .filter((file) => needsOf(file).size > 0);
