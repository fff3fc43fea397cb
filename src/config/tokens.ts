/**
 * Who may use the HTTP API: tokens by their SHA-256, each with a name and a role. A person has one of their own, in a
 * file or in TOCSIN_TOKENS, so that the journal says who gave an order; TOCSIN_TOKEN and TOCSIN_VIEWER_TOKEN are
 * shared by several. Tokens are long and random, so that a plain hash tells nothing about them.
 */
import { createHash, randomBytes } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import { messageOf } from '../runtime/errors.ts';
import { ConfigError } from './config-error.ts';
import type { Secrets } from './secrets.ts';

/** What a caller may do: a viewer reads, an operator gives orders too. */
export const ROLES = ['viewer', 'operator'] as const;
export type Role = (typeof ROLES)[number];

export interface Caller {
  readonly name: string;
  readonly role: Role;
  /** Whose word it is: one person's, that of people who share a token, or anybody's where no token is asked for. */
  readonly kind: 'person' | 'shared' | 'anybody';
}

export interface KnownToken {
  readonly caller: Caller;
  /** The SHA-256 of the token, 32 bytes. */
  readonly hash: Buffer;
}

/** Names that no person may have, since the journal uses them for tocsin itself. */
export const RESERVED = ['policy', 'detection'];
const NAME = /^[A-Za-z0-9][\w.@-]{0,63}$/;
const LINE = /^([^:]+):([^:]+):([0-9a-f]{64})$/;

/** The SHA-256 of a token, 32 bytes, which is all that is kept of it. */
export const hashOf = (token: string): Buffer => createHash('sha256').update(token).digest();

/** Makes a person's token, to be shown once, and the line that lets it in. Throws `ConfigError` on an unfit name. */
export const newToken = (name: string, role: Role): { token: string; line: string } => {
  const wrong = nameFault(name);
  if (wrong) throw new ConfigError(wrong);
  const token = `tocsin_${randomBytes(32).toString('base64url')}`;
  return { token, line: `${name}:${role}:${hashOf(token).toString('hex')}` };
};

/**
 * Every token there is, from the environment and live.tokensFile; with none, whoever reaches the port may do everything.
 * Throws `ConfigError` when a token cannot be read, or two have the same name or the same token.
 */
export const loadTokens = (live: { tokensFile?: string | undefined }, secrets: Secrets): KnownToken[] => {
  const { token, viewerToken, tokens = '' } = secrets;
  const known = [
    ...(token ? [shared('TOCSIN_TOKEN', 'operator', token)] : []),
    ...(viewerToken ? [shared('TOCSIN_VIEWER_TOKEN', 'viewer', viewerToken)] : []),
    ...parseTokens(tokens.split(/[\n,]/), 'TOCSIN_TOKENS'),
    ...(live.tokensFile === undefined ? [] : readTokens(live.tokensFile)),
  ];
  known.forEach(({ caller, hash }, index) => {
    const earlier = known.slice(0, index);
    if (earlier.some((other) => other.caller.name === caller.name))
      throw new ConfigError(`tokens: ${caller.name} has two; take one away`);
    if (earlier.some((other) => other.hash.equals(hash)))
      throw new ConfigError(`tokens: ${caller.name} has the token of somebody else; make another`);
  });
  return known;
};

const shared = (name: string, role: Role, token: string): KnownToken => ({
  caller: { name, role, kind: 'shared' },
  hash: hashOf(token),
});

const readTokens = (path: string): KnownToken[] => {
  let text: string;
  let mode: number;
  try {
    mode = statSync(path).mode;
    text = readFileSync(path, 'utf8');
  } catch (error) {
    const why = messageOf(error);
    throw new ConfigError(`live.tokensFile: cannot be read (${why})`);
  }
  if (process.platform !== 'win32' && (mode & 0o077) !== 0)
    throw new ConfigError(`live.tokensFile: ${path} is open to others; chmod 600 ${path}`);
  return parseTokens(text.split('\n'), path);
};

/** Reads one token a line, `name:role:sha256`; empty lines and those that begin with # are skipped. */
const parseTokens = (lines: readonly string[], from: string): KnownToken[] =>
  lines.flatMap((raw, index) => {
    const line = raw.trim();
    if (line === '' || line.startsWith('#')) return [];
    const [, name = '', role = '', hash = ''] = LINE.exec(line) ?? [];
    const known = ROLES.find((one) => one === role);
    if (!known) throw new ConfigError(`${from}:${index + 1}: must be name:viewer or operator:SHA-256 in hex`);
    const wrong = nameFault(name);
    if (wrong) throw new ConfigError(`${from}:${index + 1}: ${wrong}`);
    return [{ caller: { name, role: known, kind: 'person' }, hash: Buffer.from(hash, 'hex') }];
  });

const nameFault = (name: string): string | undefined => {
  if (!NAME.test(name)) return `a name is letters, digits and . _ @ - (${name.slice(0, 64)})`;
  return RESERVED.includes(name) ? `${name} is tocsin's own name` : undefined;
};
